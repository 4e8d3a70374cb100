# The classic: basicConfig does nothing, because Lambda has already put a handler on the root logger.
import logging

logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(name)s - %(message)s")
logger = logging.getLogger(__name__)


def lambda_handler(event, context):
    logger.debug("debug line")
    logger.info("info line")
    logger.warning("warning line")
    root = logging.getLogger()
    return {
        "root_level": logging.getLevelName(root.level),
        "handlers": [type(h).__name__ for h in root.handlers],
    }
