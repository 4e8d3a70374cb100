"""S3 put together."""

from __future__ import annotations

from sandbox.services.base import Port
from sandbox.services.s3.buckets import BucketOperations
from sandbox.services.s3.events import Events
from sandbox.services.s3.listing import ListingOperations
from sandbox.services.s3.objects import ObjectOperations
from sandbox.services.s3.settings import SettingOperations


class S3Service(BucketOperations, ListingOperations, ObjectOperations, SettingOperations):
    """Amazon S3, `client("s3")`."""

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.events = Events(port)
