"""The services of the pretend AWS: one package each, all alike.

`api.py` has the operations, named and shaped as boto3 has them; `model.py` the state. `base.py` has what all
of them are made of. Services never import each other. A new service is a package with a class that extends
`Service`, and one line in `SERVICES`.
"""

from __future__ import annotations

from sandbox.services.awslambda import LambdaService
from sandbox.services.base import Service
from sandbox.services.cloudwatch import CloudWatchService
from sandbox.services.iam import IamService
from sandbox.services.logs import LogsService
from sandbox.services.sqs import SqsService
from sandbox.services.sts import StsService

SERVICES: tuple[type[Service], ...] = (
    IamService,
    StsService,
    SqsService,
    LogsService,
    CloudWatchService,
    LambdaService,
)

__all__ = ["SERVICES", "Service"]
