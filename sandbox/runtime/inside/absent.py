"""What is installed on this machine and not on Lambda: handlers do not find it.

AWS's Python runtime has boto3 and what boto3 needs. Everything else that an installation has beside it, this
project's own packages first of all, has to come in the function's package, as it would at AWS.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from sandbox.runtime.virtual.paths import PYTHON

_ON_LAMBDA = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"})
_OURS = frozenset({"msgspec", "greenlet"})
"""What the worker itself needs and has loaded."""


def _is_there(name: str) -> bool:
    """Whether a top-level module is one that every worker has: on each machine the same for one Python."""
    known = name in sys.stdlib_module_names or name in _ON_LAMBDA or name in _OURS
    return known or name in {"__main__", "__mp_main__"} or name.startswith("_sysconfigdata")


_loaded: dict[str, list[str]] = {}
"""The modules that the zygote has loaded, by their top-level names."""


def prepare() -> None:
    """Look at what is loaded, once, in the zygote."""
    for name in sys.modules:
        _loaded.setdefault(name.partition(".")[0], []).append(name)


def forget(own: frozenset[str]) -> None:
    """Let the code of this process not find loaded what Lambda has not loaded, nor what its package brings.

    Args:
        own: top-level names of the function's package.
    """
    for top, names in _loaded.items():
        if top in own or not _is_there(top):
            for name in names:
                sys.modules.pop(name, None)


class AbsentFinder:
    """Refuses the import of what only this machine has.

    Args:
        own: top-level names of the function's package, which are always found.
    """

    def __init__(self, own: frozenset[str]) -> None:
        self._kept = own | _ON_LAMBDA | _OURS

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See importlib.abc.MetaPathFinder: None lets the other finders look.

        Raises:
            ModuleNotFoundError: the module is one that Lambda does not have.
        """
        del target
        if path is not None or name in self._kept or name in sys.stdlib_module_names:
            return None
        if name in {"sandbox", "tutor"} or PathFinder.find_spec(name, _site()) is not None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _site() -> list[str]:
    return [PYTHON["purelib"], PYTHON["platlib"]]


def hide(own: frozenset[str]) -> None:
    """Hide from the code of this process what is installed here and not on Lambda."""
    sys.meta_path.insert(0, AbsentFinder(own))
