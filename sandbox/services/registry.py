"""The services that there are. A new one is one line here."""

from __future__ import annotations

from sandbox.services.awslambda import LambdaService
from sandbox.services.base import Service
from sandbox.services.cloudwatch import CloudWatchService
from sandbox.services.dynamodb import DynamoDbService
from sandbox.services.iam import IamService
from sandbox.services.logs import LogsService
from sandbox.services.s3 import S3Service
from sandbox.services.sqs import SqsService
from sandbox.services.sts import StsService

SERVICES: tuple[type[Service], ...] = (
    IamService,
    StsService,
    SqsService,
    S3Service,
    DynamoDbService,
    LogsService,
    CloudWatchService,
    LambdaService,
)
