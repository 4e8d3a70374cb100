"""Amazon S3: general purpose buckets without versions.

`api.py` puts the service together; `base.py` has what all operations share, `buckets.py` the operations on
buckets, `objects.py` those on objects, `reading.py` how an object is handed out, `listing.py` how keys are
listed, `settings.py` policies, tags and notification configurations; `notifications.py` checks such a
configuration, `events.py` makes the events and delivers them; `checksums.py`, `names.py` and `errors.py` say
what their names say, `model.py` is the state. Limits and delays are facts, `s3.*`. Versions, encryption with
KMS, access control lists, multipart uploads, lifecycles and topics are not here yet: asking for them says so.
"""

from sandbox.services.s3.api import S3Service

__all__ = ["S3Service"]
