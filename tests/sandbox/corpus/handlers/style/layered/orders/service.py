from __future__ import annotations

import typing as t

from .errors import UnknownOrder

if t.TYPE_CHECKING:
    from .storage import memory

__all__ = ["OrderService", "UnknownOrder"]


class OrderService:
    def __init__(self, store: memory.Store) -> None:
        self.store = store

    def create(self, items: list[str]) -> str:
        from .ids import next_id

        order_id = next_id("O")
        self.store[order_id] = {"items": sorted(set(items)), "n": len(items)}
        return order_id

    def read(self, order_id: str) -> dict[str, t.Any]:
        try:
            return self.store[order_id]
        except KeyError:
            raise UnknownOrder(f"no order {order_id}") from None
