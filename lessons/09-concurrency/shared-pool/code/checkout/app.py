"""Takes a customer's payment. The bank needs half a second."""

import time


def handler(event, context):
    print(f"customer {event.get('customer', 0)} pays")
    time.sleep(0.5)
    return {"paid": True}
