"""The clients of AWS's services: botocore's own, which are boto3's, without the 50 ms that boto3 adds to a start.

The environment says where they call: `AWS_REGION`, `AWS_ENDPOINT_URL` (https://docs.aws.amazon.com/sdkref/).
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.handlers import add_expect_header
from botocore.parsers import ResponseParserError

from orders.aws.http_session import replace_session
from orders.aws.snapstart import reopen_after_restore

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_s3.client import S3Client
    from types_boto3_sesv2.client import SESV2Client
    from types_boto3_sqs.client import SQSClient

CONNECTIONS = 20
PATIENCE = 10
"""How many seconds to wait for the mail service. After that, nobody knows what it would have answered."""
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=CONNECTIONS,
    tcp_keepalive=True,
    # A tenth of what a call costs in processor time goes into these two otherwise.
    user_agent="orders",
    parameter_validation=False,
)
session = botocore.session.get_session()
# A receipt is sent at once, as it is small; botocore would ask first, and wait for the answer.
session.unregister("before-call.s3", cast("Any", add_expect_header))


def refuse_half_an_answer(http_response: AWSResponse, **_: object) -> None:
    """Botocore reads truncated JSON as an empty answer: an order that exists would be unknown.

    If DynamoDB's checksum is wrong it resends once, and then takes any answer. SQS has no checksum. The Content-Length
    does not help: an answer of a proxy in between has its own correct length.
    """
    if http_response.status_code < 300:
        try:
            json.loads(http_response.content)
        except ValueError as error:
            raise ResponseParserError("the answer is not JSON") from error


session.register("after-call.dynamodb", cast("Any", refuse_half_an_answer))
session.register("after-call.sqs", cast("Any", refuse_half_an_answer))
session.register("after-call.events", cast("Any", refuse_half_an_answer))
session.register("after-call.sesv2", cast("Any", refuse_half_an_answer))


def dynamodb() -> "DynamoDBClient":
    return cast("DynamoDBClient", _client("dynamodb", _CONFIG))


def sqs() -> "SQSClient":
    return cast("SQSClient", _client("sqs", _CONFIG))


def s3() -> "S3Client":
    """Signs links by Signature Version 4 and for the bucket's host in its region.

    Some regions would get version 2 otherwise; and links to S3's global host are redirected away from young buckets,
    to a host that they are not signed for.

    The signature leaves the body out. It covers the header with the body's SHA-256, which S3 compares with the body.
    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    """
    link = Config(
        signature_version="s3v4",
        s3={
            "addressing_style": "virtual",
            "us_east_1_regional_endpoint": "regional",
            "payload_signing_enabled": False,
        },
    )
    return cast("S3Client", _client("s3", _CONFIG.merge(link)))


def ses() -> "SESV2Client":
    """Makes one attempt, and gives it time. If the client resent a message, the customer would get it twice."""
    patient = Config(read_timeout=PATIENCE, retries={"mode": "standard", "total_max_attempts": 1})
    return cast("SESV2Client", _client("sesv2", _CONFIG.merge(patient)))


class ApiKeys(Protocol):
    """The part of API Gateway's client that is used here."""

    def get_api_key(self, *, apiKey: str, includeValue: bool) -> Mapping[str, Any]: ...  # noqa: N803 - AWS's names

    def close(self) -> None: ...


def api_keys() -> ApiKeys:
    return cast("ApiKeys", _client("apigateway", _CONFIG))


class EventBridge(Protocol):
    """The part of EventBridge's client that is used here."""

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]: ...  # noqa: N803 - AWS's names


def events() -> EventBridge:
    return cast("EventBridge", _client("events", _CONFIG))


def _client(service: str, config: Config) -> object:
    client = session.create_client(service, config=config)
    replace_session(client)
    reopen_after_restore(client)
    return client
