"""What AWS says to requests whose keys it does not take, in the words of each service's protocol."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.models import service_model
from sandbox.services.base import AwsError


def invalid(service: str) -> AwsError:
    """The key is nobody's.

    Args:
        service: boto3's name of the one that was asked.
    """
    if service == "s3":
        words = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", words, HTTPStatus.FORBIDDEN)
    code = "InvalidClientTokenId" if _is_old(service) else "UnrecognizedClientException"
    return AwsError(code, "The security token included in the request is invalid.", HTTPStatus.FORBIDDEN)


def expired(service: str) -> AwsError:
    """The session that the key belongs to is over.

    Args:
        service: boto3's name of the one that was asked.
    """
    if service == "s3":
        return AwsError("ExpiredToken", "The provided token has expired.", HTTPStatus.BAD_REQUEST)
    code = "ExpiredToken" if _is_old(service) else "ExpiredTokenException"
    return AwsError(code, "The security token included in the request is expired", HTTPStatus.FORBIDDEN)


def _is_old(service: str) -> bool:
    """Whether a service speaks the query protocol, or did, and its errors have the names of old."""
    metadata = service_model(service).metadata
    return "query" in metadata["protocols"] or "awsQueryCompatible" in metadata
