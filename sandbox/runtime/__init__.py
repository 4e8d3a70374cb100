"""Running handler code: real Python in jailed worker processes, under virtual time, the same way every time.

What lives here: `environments` (the engine's side: what was said to whom, answers remembered, processes
restored by replay), `spawner` and `process` (starting and talking to workers), `zygote` and `worker` (the
other side), `jail` and what it is made of, and the virtual world that the code sees (`clock`, `ticks`,
`paths`, `times`, `machine`, `chance`, `loops`, `output`, `aws`, `friendly`). What does not: when code runs,
what it may call and what an outcome means; that is the Lambda service's business. Importing this package
loads no AWS library.

The next thing that handlers should find virtual is a module with an `install` function, called by `zygote` or
`worker`; a new kind of message is a type in `messages` and a branch in `worker` and `process`.
"""

from sandbox.runtime.code import CodeError, check_code
from sandbox.runtime.environments import Environments
from sandbox.runtime.messages import (
    Costs,
    EnvironmentSpec,
    Inbound,
    Invocation,
    Observation,
    Outbound,
    RuntimeFault,
)
from sandbox.runtime.report import JailReport, Layer, jail_report
from sandbox.runtime.spawner import warm_up

__all__ = [
    "CodeError",
    "Costs",
    "EnvironmentSpec",
    "Environments",
    "Inbound",
    "Invocation",
    "JailReport",
    "Layer",
    "Observation",
    "Outbound",
    "RuntimeFault",
    "check_code",
    "jail_report",
    "warm_up",
]
