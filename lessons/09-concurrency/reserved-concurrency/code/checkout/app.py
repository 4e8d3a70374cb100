"""Takes a customer's payment. On a sale day the bank needs two seconds."""

import time


def handler(event, context):
    if event.get("card") == "stolen":
        raise ValueError("the bank does not take this card")
    time.sleep(2)
    return {"paid": True}
