"""Old code that warns, and warnings that go through logging."""

import logging
import warnings

logging.captureWarnings(True)
warnings.simplefilter("default")
log = logging.getLogger("py.warnings")


def old_price(item):
    warnings.warn(f"old_price is deprecated, asked for {item}", DeprecationWarning, stacklevel=2)
    return 10


class Legacy:
    def __init__(self):
        warnings.warn("Legacy goes away", PendingDeprecationWarning, stacklevel=1)


def handler(event, context):
    total = sum(old_price(item) for item in event["items"])
    Legacy()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        old_price("quiet")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            old_price("strict")
    except DeprecationWarning as problem:
        log.error("refused: %s", problem)
    return {"total": total, "caught": [str(w.message) for w in caught]}
