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
_TURN = 5_000
"""Microseconds of counted CPU after which a thread lets the next one go on: Python's interval [SIM]."""


class Ticker:
    """What one thread of the code ticks with: `tick` is called at each turn of a loop.

    Args:
        meter: that of its environment.
    """

    def __init__(self, meter: Meter) -> None:
        self.slice = repeat(True, 0)
        self.tick = chain.from_iterable(self._slices(meter)).__next__

    def _slices(self, meter: Meter) -> Iterator[Iterator[bool]]:
        while True:
            self.slice = repeat(True, _SLICE)
            meter.slice_begins(self)
            yield self.slice


class Meter:
    """Ticks since the environment began, and what they cost since the segment began.

    Args:
        tick: nanoseconds of one tick at a full vCPU.
        full_memory: megabytes at which there is a full vCPU.
        memory: the function's megabytes.

    Attributes:
        budget: microseconds of the segment after which `expire` is called; None for no end.
        expire: never returns.
        turn_over: called when the thread that ticks has had its turn.
    """

    def __init__(self, tick: int, full_memory: int, memory: int) -> None:
        self._price = tick * full_memory
        self._unit = min(memory, full_memory) * 1_000
        self._used = 0
        self._from = 0
        self._base = 0
        self._turn = 0
        self._ticker: Ticker | None = None
        self.budget: int | None = None
        self.expire: Callable[[], object] = _nothing
        self.turn_over: Callable[[], object] = _nothing

    def change(self, ticker: Ticker) -> None:
        """Another thread ticks from now on."""
        if ticker is not self._ticker:
            total = self._total()
            self._ticker = ticker
            self._used = total + ticker.slice.__length_hint__()
            self._turn = self.cpu()
        setattr(builtins, NAME, ticker.tick)

    def slice_begins(self, ticker: Ticker) -> None:
        """The thread that ticks begins a slice: now and then is the time to look at the clock."""
        assert ticker is self._ticker
        self._used += _SLICE
        cpu = self.cpu()
        if self.budget is not None and cpu >= self.budget:
            self.expire()
        if cpu - self._turn >= _TURN:
            self._turn = cpu
            self.turn_over()

    def _total(self) -> int:
        ticker = self._ticker
        return self._used if ticker is None else self._used - ticker.slice.__length_hint__()

    def spend(self, ticks: int) -> None:
        """Count ticks for something that does not tick by itself."""
        self._used += ticks

    def pass_time(self, microseconds: int) -> None:
        """Let time pass that is no CPU."""
        self._base += microseconds

    def begin(self, base: int, budget: int | None) -> None:
        """Begin a segment.

        Args:
            base: microseconds that it has cost already.
            budget: microseconds after which `expire` is called, at the next change of a slice; None for no
                end.
        """
        self._from = self._total()
        self._base = base
        self._turn = 0
        self.budget = budget

    def cpu(self) -> int:
        """Microseconds counted in this segment."""
        return self._base + (self._total() - self._from) * self._price // self._unit

    def lifetime(self) -> int:
        """Microseconds of ticks since the environment began."""
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
