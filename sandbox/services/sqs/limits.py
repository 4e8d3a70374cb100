"""Limits of SQS that no lesson teaches and no profile changes; those that are taught are facts.

Source: SQS Developer Guide, sqs-quotas; API reference, DeleteQueue, PurgeQueue, SetQueueAttributes.
"""

SMALLEST_MESSAGE_LIMIT = 1024
"""Bytes: the least that MaximumMessageSize can be."""

MAX_RECEIVE_COUNT = 1000
"""The most that maxReceiveCount of a redrive policy can be; the least is 1."""

MESSAGE_ATTRIBUTES = 10
"""Attributes of one message."""

ATTRIBUTE_NAME_BYTES = 256
"""Names and types of message attributes are shorter than this."""

PURGE_INTERVAL = 60
"""Seconds between two purges of a queue."""

RECREATE_INTERVAL = 60
"""Seconds after which the name of a deleted queue can be used again."""

LIST_PAGE = 1000
"""Queues in one answer of a listing."""
