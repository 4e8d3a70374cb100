"""Who may talk to the endpoint: programs on this machine, and no web page of elsewhere.

The server listens on the loopback interface only. A browser on this machine could still be made to talk to it
by somebody else's page: by a name that points here (DNS rebinding), or by a form or script that posts here.
"""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def objection(headers: Mapping[str, str]) -> str:
    """Why a request is not answered, in words; "" when it is.

    Args:
        headers: by lower-case name.
    """
    host = headers.get("host", "")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name.lower() not in _NAMES and not name.lower().endswith(".localhost"):
        return f"The Host header must name this machine, as in 127.0.0.1, not {host[:80]!r}."
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{host}".lower():
        return "Requests that a web page of another origin makes are not answered."
    if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return "Requests that a web page of another site makes are not answered."
    return ""
