"""Collects what the benchmarks find, and tells it at the end of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.benchmarks.figures import RESULTS, Figure, keep, table

_FOUND = pytest.StashKey[list[Figure]]()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[Figure], None]:
    """Takes a finding."""
    return request.config.stash.setdefault(_FOUND, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = config.stash.get(_FOUND, [])
    if found:
        terminalreporter.section("benchmarks")
        terminalreporter.line(table(found))
    if keep(found):
        terminalreporter.line(f"written to {RESULTS}")
