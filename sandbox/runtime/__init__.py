"""Running handler code: real Python in jailed worker processes, under virtual time, the same way every time.

What lives here is the engine's side: `environments` (what was said to whom, answers remembered, processes
restored by replay), `live`, `tape` and `memo` behind it, `spawner` and `process` (starting and talking to
workers over the `channel`), `code` and `packages`. The rooms below are the other side: `inside` (what runs
in a worker), `virtual` and `sockets` (the world that code sees), `jail`. What does not live here: when code
runs, what it may call and what an outcome means; that is the Lambda service's business. Importing this
package loads no AWS library.

The next thing that handlers should find virtual is a module of `virtual` with an `install`, called by
`zygote` or `worker`; a new kind of message is a type in `messages` and `channel`, and a branch in `stage`
and `process`.
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
