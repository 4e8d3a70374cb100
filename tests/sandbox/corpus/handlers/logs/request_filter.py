import contextvars
import logging

correlation_id = contextvars.ContextVar("correlation_id", default="-")


class CorrelationFilter(logging.Filter):
    def filter(self, record):
        record.correlation_id = correlation_id.get()
        return record.levelno >= logging.INFO


logger = logging.getLogger()
logger.setLevel(logging.DEBUG)
logger.handlers[0].addFilter(CorrelationFilter())
logger.handlers[0].setFormatter(
    logging.Formatter("%(levelname)s %(aws_request_id)s %(correlation_id)s %(funcName)s: %(message)s")
)

calls = 0


def step(name):
    logger.debug("never shown")
    logger.info("step %s", name)


def handler(event, context):
    global calls
    calls += 1
    token = correlation_id.set(event["headers"].get("x-correlation-id", f"gen-{calls}"))
    try:
        for name in event["steps"]:
            step(name)
    finally:
        correlation_id.reset(token)
    logger.info("after")
    return calls
