"""The log groups and streams that there are."""

from __future__ import annotations


class LogStream:
    """One stream of a group.

    Args:
        name: of the stream.
        created: microseconds since the epoch.
    """

    def __init__(self, name: str, created: int) -> None:
        self.name = name
        self.created = created


class LogGroup:
    """One log group and its streams.

    Args:
        name: of the group.
        created: microseconds since the epoch.
        log_class: STANDARD or INFREQUENT_ACCESS.
        tags: as they were given.
    """

    def __init__(self, name: str, created: int, log_class: str, tags: dict[str, str]) -> None:
        self.name = name
        self.created = created
        self.log_class = log_class
        self.tags = tags
        self.retention: int | None = None
        self.streams: dict[str, LogStream] = {}
