import logging
import traceback

logger = logging.getLogger()
logger.setLevel(logging.INFO)


class UpstreamError(Exception):
    def __init__(self, service, code):
        super().__init__(f"{service} answered {code}")
        self.service = service
        self.code = code


def call(service):
    raise UpstreamError(service, 503)


def guarded(service):
    try:
        call(service)
    except UpstreamError as error:
        raise RuntimeError("pricing is down") from error


def handler(event, context):
    try:
        guarded(event["service"])
    except RuntimeError as error:
        logger.exception("could not price %s", event["sku"])
        logger.error("short form", exc_info=(type(error), error, None))
        logger.info("cause %s", error.__cause__.code)
        names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        logger.warning("stack %s", " > ".join(names))
    logger.critical("with stack", stack_info=True)
    try:
        {}["missing"]
    except KeyError:
        logger.info("key error", exc_info=True)
    return "priced later"
