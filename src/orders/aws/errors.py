"""Translates errors of AWS into this system's own errors."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from orders.order.errors import Misconfigured, Unavailable

log = logging.getLogger(__name__)

NO_ANSWER = (
    sdk.ConnectionError,
    sdk.HTTPClientError,
    sdk.ChecksumError,
    sdk.FlexibleChecksumError,
    sdk.IncompleteReadError,
    sdk.ResponseStreamingError,
    sdk.MetadataRetrievalError,
    sdk.CredentialRetrievalError,
    ResponseParserError,
    UnicodeDecodeError,  # botocore's, of an answer that is no text
)
PASSING = frozenset({
    "BadDigest",
    "ConditionalRequestConflict",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteBody",
    "LimitExceededException",
    "OperationAborted",
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
    "TransactionConflictException",
    "TransactionInProgressException",
    "XAmzContentChecksumMismatch",
    "XAmzContentSHA256Mismatch",
})  # fmt: skip
"""Codes below 500 after which the same call may well succeed."""

_NOT_THERE = ("ResourceNotFoundException", "NonExistentQueue", "QueueDoesNotExist")
_NOT_ALLOWED = (
    "AccessDenied", "AuthorizationHeaderMalformed", "IncompleteSignature", "InvalidClientTokenId", "InvalidSignature",
    "InvalidToken", "MissingAuthenticationToken", "UnrecognizedClient",
)  # fmt: skip


@contextmanager
def errors_translated(service: str) -> Iterator[None]:
    """Raise this system's error for a failed call. A refused condition is raised as it is.

    Raises:
        Unavailable: throttled, too slow, not reached, broken: call again.
        Misconfigured: no such table, queue or bucket, or no permission, or no credentials.
    """
    try:
        yield
    except sdk.ClientError as error:
        if meaning := _meaning(error):
            raise _told(meaning, service, code(error), error) from error
        raise
    except sdk.SSLError as error:
        raise _told(Misconfigured, service, "its certificate is not trusted", error) from error
    except NO_ANSWER as error:
        raise _told(Unavailable, service, type(error).__name__, error) from error
    except (sdk.NoCredentialsError, sdk.PartialCredentialsError) as error:
        raise _told(Misconfigured, service, "no credentials", error) from error


def _told(meaning: type[Unavailable], service: str, why: str, error: Exception) -> Unavailable:
    """The error with a short reason, which orders store. AWS's own words name accounts and roles, and go to the log."""
    log.log(logging.ERROR if meaning is Misconfigured else logging.WARNING, "%s: %s", service, error)
    return meaning(f"{service}: {why}")


def code(error: sdk.ClientError) -> str:
    """As in `ConditionalCheckFailedException`; an answer without a body has its status as code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def held(error: sdk.ClientError) -> bool:
    """False if a condition was refused. Any other error is raised again."""
    if code(error) != "ConditionalCheckFailedException":
        raise error
    return False


def _meaning(error: sdk.ClientError) -> type[Unavailable] | None:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or status == 429 or code(error) in PASSING:
        return Unavailable
    if status in {401, 403, 404} or _is_misconfiguration(code(error)):
        return Misconfigured
    if code(error) == str(status):
        return Unavailable  # no body says why: it was cut, or HEAD was called with credentials that have just expired
    return None


def _is_misconfiguration(code: str) -> bool:
    """DynamoDB and SQS answer 400 to everything, even if a table is missing or a call is not allowed."""
    return code.endswith(_NOT_THERE) or code.startswith(_NOT_ALLOWED)
