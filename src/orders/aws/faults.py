"""What it means when AWS does not do what it was asked, in this system's own errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from orders.errors import Misconfigured, Unavailable

NO_ANSWER = (
    sdk.ConnectionError,
    sdk.HTTPClientError,
    sdk.ChecksumError,
    sdk.ResponseStreamingError,
    sdk.MetadataRetrievalError,
    sdk.CredentialRetrievalError,
    ResponseParserError,
)
PASSING = frozenset({
    "ConditionalRequestConflict",
    "ExpiredToken",
    "ExpiredTokenException",
    "KmsThrottled",
    "LimitExceededException",
    "OverLimit",
    "ProvisionedThroughputExceededException",
    "RequestExpired",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeTooSkewed",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
})  # fmt: skip
"""Codes below 500 after which the same call may well succeed."""

_NOT_THERE = ("ResourceNotFoundException", "NonExistentQueue", "QueueDoesNotExist")
_NOT_ALLOWED = (
    "AccessDenied", "IncompleteSignature", "InvalidClientTokenId", "InvalidSignature", "KMS", "Kms",
    "MissingAuthenticationToken", "UnrecognizedClient",
)  # fmt: skip


@contextmanager
def told_apart(service: str) -> Iterator[None]:
    """Raise what a failed call means to this system; refusals that it asked for itself pass as they are.

    Raises:
        Unavailable: throttled, too slow, not reached, broken: call again.
        Misconfigured: no such table, queue or bucket, or no permission, or no credentials.
    """
    try:
        yield
    except sdk.ClientError as error:
        if meaning := _meaning(error):
            raise meaning(f"{service}: {error}") from error
        raise
    except NO_ANSWER as error:
        raise Unavailable(f"{service}: {error}") from error
    except (sdk.NoCredentialsError, sdk.PartialCredentialsError) as error:
        raise Misconfigured(f"{service}: {error}") from error


def code(error: sdk.ClientError) -> str:
    """As in `ConditionalCheckFailedException`; an answer without a body has its status as code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _meaning(error: sdk.ClientError) -> type[Unavailable] | None:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or status == 429 or code(error) in PASSING:
        return Unavailable
    if status in {401, 403, 404} or _is_misconfiguration(code(error)):
        return Misconfigured
    return None


def _is_misconfiguration(code: str) -> bool:
    """DynamoDB and SQS answer 400 to everything, what is not there or not allowed included."""
    return code.endswith(_NOT_THERE) or code.startswith(_NOT_ALLOWED)
