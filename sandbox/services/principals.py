"""Which of AWS's services a policy may name as a principal."""

from __future__ import annotations

import re

from sandbox.models import loader

_SERVICE = re.compile(r"(?P<name>[a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?")
_ALEXA = {"alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com"}
_OTHERS = (
    "batchoperations.s3",
    "delivery.logs",
    "edgelambda",
    "elasticfilesystem",
    "elasticloadbalancing",
    "elasticmapreduce",
    "email",
    "lex",
    "lexv2",
    "logdelivery.elasticloadbalancing",
    "logging.s3",
    "monitoring",
    "replicator.lambda",
    "states",
    "voiceconnector.chime",
)
"""Those whose principal has another name than their API, or a longer one."""


def is_service(name: str) -> bool:
    """Whether a name such as "s3.amazonaws.com" or "logs.us-east-1.amazonaws.com" is one of AWS's services'.

    [SIM] AWS publishes no list: a service has the name of its API, or one of those few that have another.
    """
    if name in _ALEXA:
        return True
    match = _SERVICE.fullmatch(name)
    known = {*loader().list_available_services("service-2"), *_OTHERS}
    return match is not None and not known.isdisjoint({match["name"], match["name"].rpartition(".")[0]})
