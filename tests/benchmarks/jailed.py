"""Times going into the jail, in children: prints the best times as JSON. An argument says how many rounds.

In turns, one child goes in and one does nothing; what is timed is what the first does inside, in seconds, and
the whole short life of the second.
"""

from __future__ import annotations

import gc
import json
import os
import struct
import sys
import tempfile
import time
from pathlib import Path

from sandbox.runtime import jail


def going_in(task: str, writable: str) -> float:
    """Seconds that it takes a fresh child to go into the jail."""
    answer, ours = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        jail.die_with(parent)
        began = time.perf_counter()
        jail.enter(task=task, writable=writable, memory=128 << 20, tmp=512 << 20)
        os.write(ours, struct.pack("d", time.perf_counter() - began))
        os._exit(0)
    os.close(ours)
    seconds: float = struct.unpack("d", os.read(answer, 8))[0]
    os.close(answer)
    os.waitpid(pid, 0)
    return seconds


def nothing() -> float:
    """Seconds that it takes to make a child that does nothing, and to see its end."""
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return time.perf_counter() - began


def main(rounds: int) -> None:
    """Take turns, and print who took how long at best."""
    jail.prepare()
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory() as folder:
        places = [str(Path(folder) / name) for name in ("task", "tmp")]
        for place in places:
            Path(place).mkdir()
        best = {"jail": float("inf"), "fork": float("inf")}
        for _ in range(rounds):
            best["jail"] = min(best["jail"], going_in(*places))
            best["fork"] = min(best["fork"], nothing())
    print(json.dumps(best))


if __name__ == "__main__":
    main(int(sys.argv[1]))
