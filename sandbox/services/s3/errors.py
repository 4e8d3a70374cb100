"""The errors that S3 answers with, in AWS's words (LS:tests/aws/services/s3, recorded 2026-02-21)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from sandbox.services.base import AwsError


def no_bucket(name: str) -> AwsError:
    """404 NoSuchBucket."""
    return AwsError("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=name)


def bad_bucket_name(name: str) -> AwsError:
    """400 InvalidBucketName."""
    return AwsError("InvalidBucketName", "The specified bucket is not valid.", 400, BucketName=name)


def bucket_not_empty(name: str) -> AwsError:
    """409 BucketNotEmpty."""
    return AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409, BucketName=name)


def no_policy(name: str) -> AwsError:
    """404 NoSuchBucketPolicy."""
    return AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, BucketName=name)


def no_tags(name: str) -> AwsError:
    """404 NoSuchTagSet."""
    return AwsError("NoSuchTagSet", "The TagSet does not exist", 404, BucketName=name)


def no_key(key: str) -> AwsError:
    """404 NoSuchKey."""
    return AwsError("NoSuchKey", "The specified key does not exist.", 404, Key=key)


def key_too_long(size: int, most: int) -> AwsError:
    """400 KeyTooLongError; sizes in bytes."""
    sizes = {"Size": str(size), "MaxSizeAllowed": str(most)}
    return AwsError("KeyTooLongError", "Your key is too long", 400, **sizes)


def metadata_too_large(size: int, most: int) -> AwsError:
    """400 MetadataTooLarge; sizes in bytes."""
    sizes = {"Size": str(size), "MaxSizeAllowed": str(most)}
    message = "Your metadata headers exceed the maximum allowed metadata size"
    return AwsError("MetadataTooLarge", message, 400, **sizes)


def argument(message: str, **fields: Any) -> AwsError:
    """400 InvalidArgument, usually with ArgumentName and ArgumentValue."""
    return AwsError("InvalidArgument", message, 400, **fields)


def request(message: str) -> AwsError:
    """400 InvalidRequest."""
    return AwsError("InvalidRequest", message, 400)


def malformed() -> AwsError:
    """400 MalformedXML: a value that the schema of the document does not have."""
    message = "The XML you provided was not well-formed or did not validate against our published schema"
    return AwsError("MalformedXML", message, 400)


def malformed_policy(message: str, **fields: str) -> AwsError:
    """400 MalformedPolicy."""
    return AwsError("MalformedPolicy", message, 400, **fields)


def unreadable() -> AwsError:
    """400 BadRequest: what is no HTTP request never reaches an operation."""
    return AwsError("BadRequest", "An error occurred when parsing the HTTP request.", 400)


def precondition(condition: str) -> AwsError:
    """412 PreconditionFailed; `condition` is the header's name."""
    message = "At least one of the pre-conditions you specified did not hold"
    return AwsError("PreconditionFailed", message, 412, Condition=condition)


def not_modified() -> AwsError:
    """304: what the caller has is still the object. It comes without a body: its code is its status."""
    status = HTTPStatus.NOT_MODIFIED
    return AwsError(str(status.value), status.phrase, status)


def range_not_satisfiable(asked: str, size: int) -> AwsError:
    """416 InvalidRange."""
    fields = {"RangeRequested": asked, "ActualObjectSize": str(size)}
    return AwsError("InvalidRange", "The requested range is not satisfiable", 416, **fields)


def bad_digest(algorithm: str) -> AwsError:
    """400 BadDigest: the body is not what its checksum says."""
    message = f"The {algorithm} you specified did not match the calculated checksum."
    return AwsError("BadDigest", message, 400)


def tag(message: str, **fields: str) -> AwsError:
    """400 InvalidTag."""
    return AwsError("InvalidTag", message, 400, **fields)


def denied() -> AwsError:
    """403 AccessDenied without a reason, as for another account's resources."""
    return AwsError("AccessDenied", "Access Denied", 403)


def of_head(error: AwsError) -> AwsError:
    """The error as a HEAD request shows it: no body, so nothing is told but the status."""
    return AwsError(str(error.status), HTTPStatus(error.status).phrase, error.status)
