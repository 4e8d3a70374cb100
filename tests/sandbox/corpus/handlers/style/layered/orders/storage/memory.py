from collections import UserDict

from ..errors import UnknownOrder


class Store(UserDict):
    def __missing__(self, key):
        if not key.startswith("O"):
            raise UnknownOrder("malformed id")
        raise KeyError(key)
