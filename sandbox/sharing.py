"""Copies of objects that share what never changes: how a world forks, and how its checkpoints are kept.

A copy is a pickle round trip in which three kinds of things are handed over instead of being written out:
instances of types that never change, the contents of lists and dicts that only hold such things, and large
bytes. What a long session leaves behind is of these kinds, so that copying it costs a pointer each.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import random
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

LARGE = 1_024
"""Bytes from which an attribute is handed over; below, writing it out is as quick."""

Reducer = Callable[[Any], tuple[Any, ...]]


class Sharing(msgspec.Struct, frozen=True):
    """What copies share.

    Attributes:
        immutable: types whose instances never change, nor anything that they hold.
        lists: by type, the names of its attributes that hold things that never change, in a dict or in a list
            that only grows at its end: a copy gets one of its own with the same things in it.
        heavy: types whose attributes may be large bytes, or dicts of bytes.
    """

    immutable: tuple[type, ...]
    lists: Mapping[type, tuple[str, ...]]
    heavy: tuple[type, ...]


class Frozen(msgspec.Struct, frozen=True):
    """The state of an object at an instant, from which any number of copies can be made.

    Attributes:
        written: the state as a pickle. It never leaves this process.
        handed: what it hands over, by number. Of a list that grows, its length at that instant counts; dicts
            are our own. Both are copied for each copy.
    """

    written: bytes
    handed: tuple[Any, ...]

    def thaw(self) -> Any:
        """A copy that shares nothing mutable with the original, nor with other copies."""
        return _Reader(self.written, self.handed).load()


def freeze(root: object, sharing: Sharing) -> Frozen:
    """The state of an object, and of everything that it refers to.

    Args:
        root: the object; nothing under it may be a closure, a lock or a process.
        sharing: what copies share.
    """
    handed: list[Any] = []

    def hand_over(item: Any) -> tuple[Any, ...]:
        handed.append(item)
        return _taken, (len(handed) - 1,)

    def hand_over_contents(item: _Shared) -> tuple[Any, ...]:
        if isinstance(item.value, list):
            return hand_over(_Beginning(item.value, len(item.value)))
        return hand_over(item.value.copy() if isinstance(item.value, dict) else item.value)

    def of_lists(item: Any) -> tuple[Any, ...]:
        state = {**item.__getstate__(), **{name: _Shared(getattr(item, name)) for name in lists[type(item)]}}
        return copyreg.__newobj__, (type(item),), state  # type: ignore[attr-defined]

    def of_heavy(item: Any) -> tuple[Any, ...]:
        state = {name: _lightened(value) for name, value in item.__getstate__().items()}
        return copyreg.__newobj__, (type(item),), state  # type: ignore[attr-defined]

    lists = sharing.lists
    table: dict[type, Reducer] = {random.Random: _of_stream, _Shared: hand_over_contents}
    table.update(dict.fromkeys(sharing.immutable, hand_over))
    table.update(dict.fromkeys(lists, of_lists))
    table.update(dict.fromkeys(sharing.heavy, of_heavy))
    buffer = io.BytesIO()
    writer = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    writer.dispatch_table = table
    writer.dump(root)
    return Frozen(buffer.getvalue(), tuple(handed))


class _Shared:
    """Marks, in a state that is about to be written, what is handed over."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class _Beginning:
    """A list that only grows, as it was when it had so many items."""

    __slots__ = ("items", "length")

    def __init__(self, items: list[Any], length: int) -> None:
        self.items = items
        self.length = length


class _Reader(pickle.Unpickler):
    """Reads a state, and puts in its place what was handed over."""

    def __init__(self, written: bytes, handed: tuple[Any, ...]) -> None:
        super().__init__(io.BytesIO(written))
        self._handed = handed

    def find_class(self, module: str, name: str) -> Any:
        """What a global of the pickle stands for."""
        if name == _taken.__name__ and module == __name__:
            return self._take
        return super().find_class(module, name)

    def _take(self, number: int) -> Any:
        item = self._handed[number]
        if isinstance(item, _Beginning):
            return item.items[: item.length]
        return item.copy() if isinstance(item, dict) else item


def _taken(number: int) -> Any:
    """Stands in a pickle for "what was handed over under this number"; see `_Reader.find_class`."""
    raise pickle.UnpicklingError(f"{number} was handed over, and this reader does not know what it was")


def _lightened(value: Any) -> Any:
    if isinstance(value, bytes):
        return _Shared(value) if len(value) >= LARGE else value
    if isinstance(value, dict) and value and all(isinstance(one, bytes) for one in value.values()):
        return _Shared(value)
    return value


def _of_stream(stream: random.Random) -> tuple[Any, ...]:
    # Its state is a tuple of 625 numbers that is made for us: no need to write them out.
    return _stream, (_Shared(stream.getstate()),)


def _stream(state: Any) -> random.Random:
    stream = random.Random.__new__(random.Random)
    stream.setstate(state)
    return stream
