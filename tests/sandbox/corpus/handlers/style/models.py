from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timezone
from enum import Enum, Flag, auto
from typing import ClassVar, NamedTuple, Optional


class Status(str, Enum):
    NEW = "new"
    PAID = "paid"
    SHIPPED = "shipped"

    @property
    def final(self) -> bool:
        return self is Status.SHIPPED


class Options(Flag):
    GIFT = auto()
    EXPRESS = auto()


class Money(NamedTuple):
    amount: int
    currency: str = "EUR"


@dataclass(frozen=True, order=True, slots=True)
class Line:
    sku: str
    quantity: int = 1
    price: Money = Money(0)


@dataclass
class Order:
    id: int
    lines: list[Line] = field(default_factory=list)
    status: Status = Status.NEW
    options: Options = Options(0)
    placed: date = field(default_factory=lambda: datetime.now(timezone.utc).date())
    note: Optional[str] = None
    total: int = field(init=False)
    count: ClassVar[int] = 0

    def __post_init__(self):
        type(self).count += 1
        if any(line.quantity < 1 for line in self.lines):
            raise ValueError(f"order {self.id}: a quantity is below one")
        self.total = sum(line.quantity * line.price.amount for line in self.lines)


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, date):
            return o.isoformat()
        if isinstance(o, Flag):
            return [member.name for member in Options if member in o]
        return super().default(o)


def handler(event, context):
    lines = [Line(l["sku"], l.get("n", 1), Money(*l["price"])) for l in event["lines"]]
    order = Order(event["id"], sorted(lines), Status(event.get("status", "new")))
    if event.get("gift"):
        order = replace(order, options=order.options | Options.GIFT | Options.EXPRESS)
    print(order)
    return json.loads(
        json.dumps({**asdict(order), "made": Order.count, "final": order.status.final}, cls=Encoder)
    )
