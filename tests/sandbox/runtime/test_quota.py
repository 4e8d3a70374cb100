"""/tmp as large as the function's, for code that writes through Python."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.runtime import Costs, Environments
from sandbox.runtime.memo import memo
from tests.sandbox.runtime.conftest import Lab, value

FULL = "[Errno 28] No space left on device"
SOURCE = """
import os, shutil
MB = 1 << 20
def fill(name, size):
    with open(name, "wb") as file:
        for _ in range(size):
            file.write(bytes(MB))
def attempt(act):
    try:
        act()
    except OSError as error:
        return str(error)
def by_descriptor():
    fd = os.open("/tmp/fd", os.O_CREAT | os.O_WRONLY)
    for _ in range(11):
        os.write(fd, bytes(MB))
def handler(event, context):
    return [attempt(act) for act in eval(event)]
"""


@pytest.fixture
def small() -> Iterator[Lab]:
    """A laboratory whose /tmp holds ten megabytes."""
    memo.clear()
    environments = Environments(Costs(tmp=10))
    lab = Lab(environments)
    lab.timeout = 900_000_000
    yield lab
    environments.close()


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        ("[lambda: fill('/tmp/a', 11)]", [FULL]),
        ("[lambda: fill('/tmp/a', 6), lambda: fill('/tmp/b', 6)]", [None, FULL]),
        ("[lambda: fill('/tmp/a', 6)] * 4", [None] * 4),
        (
            "[lambda: fill('/tmp/a', 9), lambda: fill('/tmp/b', 2), lambda: os.remove('/tmp/a'), "
            "lambda: fill('/tmp/b', 9)]",
            [None, FULL, None, None],
        ),
        ("[lambda: fill('/tmp/a', 6), lambda: shutil.copy('/tmp/a', '/tmp/b')]", [None, FULL]),
        ("[by_descriptor]", [FULL]),
        ("[lambda: open('/tmp/a', 'wb').truncate(11 * MB)]", [FULL]),
        ("[lambda: os.truncate('/tmp/a', 11 * MB) if fill('/tmp/a', 1) is None else 0]", [FULL]),
    ],
)
def test_writing_beyond_the_size_of_tmp_finds_the_disk_full(small: Lab, acts, said):
    small.deploy(SOURCE)
    small.init()
    ended = small.invoke(acts)
    assert [None if text is None else text[: len(FULL)] for text in value(ended)] == said


def test_a_tmp_that_was_filled_can_be_overwritten_by_later_invocations(small: Lab):
    small.deploy(SOURCE)
    small.init()
    # On the disk, which counts in blocks, these files take more than /tmp has.
    crumbs = "[lambda: [open(f'/tmp/{n}', 'w').write('x') for n in range(1_000)] and None]"
    assert value(small.invoke(crumbs)) == [None]
    for acts, said in [("[lambda: fill('/tmp/a', 11)]", FULL), ("[lambda: fill('/tmp/a', 9)]", None)] * 2:
        assert value(small.invoke(acts)) == [said]
