import logging
import logging.config
import os

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "dict_config.RedactFilter", "words": ["password", "token"]}},
    "formatters": {
        "line": {
            "format": "{levelname} {name} {message} [{process}]",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "filters": ["redact"],
        },
        "null": {"class": "logging.NullHandler"},
    },
    "loggers": {
        "app": {"level": os.getenv("APP_LEVEL", "INFO"), "handlers": ["console"], "propagate": False},
        "app.noisy": {"level": "ERROR"},
        "thirdparty": {"handlers": ["null"], "propagate": False},
    },
}


class RedactFilter(logging.Filter):
    def __init__(self, words):
        super().__init__()
        self.words = words

    def filter(self, record):
        message = record.getMessage()
        if any(word in message for word in self.words):
            record.msg, record.args = "<redacted>", ()
        return True


logging.config.dictConfig(LOGGING)
log = logging.getLogger("app.login")


def handler(event, context):
    log.info("login of %s", event["user"])
    log.info("password is %s", event.get("password"))
    logging.getLogger("app.noisy").warning("not seen")
    logging.getLogger("thirdparty").error("not seen either")
    log.warning("%d attempts left", 3 - event.get("attempts", 0))
    return logging.getLogger("app").handlers[0].formatter._style.__class__.__name__
