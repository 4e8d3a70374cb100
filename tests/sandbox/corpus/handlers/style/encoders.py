"""What people send back: decimals, dates, sets, bytes, and the encoders that they write for them."""

import base64
import datetime as dt
import json
import uuid
from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from fractions import Fraction

getcontext().prec = 28


class Everything(json.JSONEncoder):
    def default(self, o):
        match o:
            case Decimal():
                return int(o) if o == o.to_integral_value() else float(o)
            case dt.datetime() | dt.date():
                return o.isoformat()
            case set() | frozenset():
                return sorted(o)
            case bytes():
                return base64.b64encode(o).decode()
            case uuid.UUID() | Fraction():
                return str(o)
        return super().default(o)


def handler(event, context):
    net = sum(Decimal(str(price)) for price in event["prices"])
    tax = (net * Decimal("0.19")).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    kind = event.get("kind")
    if kind == "decimal":
        return {"net": net, "tax": tax, "parts": [Decimal("1.10"), Decimal("NaN")]}
    if kind == "bytes":
        return json.dumps({"net": str(net)}).encode()
    if kind == "text":
        return "grüße \N{SNOWMAN} \ud83d"
    if kind == "tuple":
        return 1, 2.0, True, None, {1: "int key", None: "null key"}, 1e400
    document = {
        "net": net,
        "tax": tax,
        "when": dt.datetime(2026, 2, 28, tzinfo=dt.timezone.utc) + dt.timedelta(days=1),
        "tags": {"b", "a", "c"},
        "raw": b"\x00\xff",
        "id": uuid.uuid5(uuid.NAMESPACE_DNS, "example.com"),
        "third": Fraction(1, 3) + Fraction(1, 6),
    }
    return json.loads(json.dumps(document, cls=Everything))
