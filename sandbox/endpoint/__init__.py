"""The pretend AWS over HTTP: boto3, the AWS CLI or any other client, at one address on this machine.

What lives here: the server (`server`), the thread that owns the world (`engine`), how its time flows
(`pace`), the ASGI application (`app`), what is under `/_sandbox/` (`control`), who may connect (`guard`) and
whose a key is (`keys`). What does not: protocols (`sandbox.wire`) and whatever AWS does (`sandbox.services`).
The next thing under `/_sandbox/` is a method in `control`.

    with Endpoint(World(seed=7), port=0) as endpoint:
        boto3.client("sqs", endpoint_url=endpoint.url, ...)

Signatures are not checked: any key is right, and the dates in signatures are never held to the world's clock.
"""

from __future__ import annotations

from sandbox.endpoint.server import Endpoint, PortTakenError, serve

__all__ = ["Endpoint", "PortTakenError", "serve"]
