import logging
import sys

logging.basicConfig(
    stream=sys.stdout,
    level=logging.INFO,
    format="%(levelname)-8s|%(name)s|%(message)s",
    force=True,
)

logging.getLogger("botocore").setLevel(logging.ERROR)
audit = logging.getLogger("audit")


def handler(event, context):
    for n, user in enumerate(event["users"], start=1):
        audit.info("%02d user=%s", n, user)
    logging.getLogger("botocore").warning("hidden")
    audit.info("multi\nline")
    print("done", len(event["users"]))
