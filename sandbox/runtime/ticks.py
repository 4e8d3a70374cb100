"""Counting CPU time so that it repeats exactly: a tick for each turn of a loop and each call of a function.

Modules of the deployment package are compiled with a call to `__tick__` in every loop body, comprehension and
function. That call is a bound method in C. It draws from slices of a fixed length, and only the change of a
slice runs Python, which is where code that never ends is caught, whatever it catches itself.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from types import CodeType

NAME = "__tick__"
_SLICE = 1_024


class Meter:
    """Ticks since the process began, and what they cost since the segment began.

    Args:
        tick: nanoseconds of one tick at a full vCPU.
        full_memory: megabytes at which there is a full vCPU.
        memory: the function's megabytes.
    """

    def __init__(self, tick: int, full_memory: int, memory: int) -> None:
        self._price = tick * full_memory
        self._unit = min(memory, full_memory) * 1_000
        self._used = 0
        self._from = 0
        self._base = 0
        self._slice = repeat(True, 0)
        self.budget: int | None = None
        self.expire: Callable[[], object] = _nothing

    def install(self) -> None:
        """Make `__tick__` known to all modules."""
        setattr(builtins, NAME, chain.from_iterable(self._slices()).__next__)

    def _slices(self) -> Iterator[Iterator[bool]]:
        while True:
            self._slice = repeat(True, _SLICE)
            self._used += _SLICE
            if self.budget is not None and self.cpu() >= self.budget:
                self.expire()
            yield self._slice

    def _total(self) -> int:
        return self._used - self._slice.__length_hint__()

    def spend(self, ticks: int) -> None:
        """Count ticks for something that does not tick by itself."""
        self._used += ticks

    def pass_time(self, microseconds: int) -> None:
        """Let time pass that is no CPU."""
        self._base += microseconds

    def begin(self, base: int, budget: int | None) -> None:
        """Begin a segment.

        Args:
            base: microseconds that it has cost already. budget: microseconds after which `expire` is called,
            at the next change of a slice; None for no end.
        """
        self._from = self._total()
        self._base = base
        self.budget = budget

    def cpu(self) -> int:
        """Microseconds counted in this segment."""
        return self._base + (self._total() - self._from) * self._price // self._unit

    def lifetime(self) -> int:
        """Microseconds of ticks since the process began."""
        return self._total() * self._price // self._unit


def _nothing() -> None:
    return None


def compiled(source: bytes, filename: str) -> CodeType:
    """Code of a module that ticks, with the line numbers of its source.

    Raises:
        SyntaxError: as `compile` does, with the line in question.
    """
    try:
        tree = compile(source, filename, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        return compile(_Ticking().visit(tree), filename, "exec", dont_inherit=True)
    except SyntaxError as error:
        if error.text is None and error.lineno:
            lines = source.decode("utf-8", "replace").splitlines(keepends=True)
            error.text = lines[error.lineno - 1] if error.lineno <= len(lines) else None
        raise


class _Ticking(ast.NodeTransformer):
    def _call(self, at: ast.AST) -> ast.Call:
        call = ast.Call(func=ast.Name(id=NAME, ctx=ast.Load()), args=[], keywords=[])
        for node in (call, call.func):
            ast.copy_location(node, at)
        return call

    def _ticked(self, body: list[ast.stmt]) -> list[ast.stmt]:
        first = 1 if ast.get_docstring(ast.Module(body=body, type_ignores=[]), clean=False) is not None else 0
        statement = ast.copy_location(ast.Expr(value=self._call(body[0])), body[0])
        return [*body[:first], statement, *body[first:]]

    def _visit_body(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        node.body = self._ticked(node.body)  # type: ignore[attr-defined]
        return node

    visit_For = visit_AsyncFor = visit_While = _visit_body  # noqa: N815 - `ast` names them
    visit_FunctionDef = visit_AsyncFunctionDef = _visit_body  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        both = ast.BoolOp(op=ast.And(), values=[self._call(node.body), node.body])
        node.body = ast.copy_location(both, node.body)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.ifs.insert(0, self._call(node.target))
        return node
