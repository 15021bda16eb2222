"""The deployed stack as its tests hold it."""

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from tests.acceptance.conftest import Api, pool
from tests.deployment import Deployment
from tests.examples import ALICE

from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order, Status

SECONDS_TO_SETTLE = 90
SENDER = "receipts@casaluna.example"


@pytest.fixture
def api(deployment: Deployment) -> Api:
    certificate = str(deployment.emulator.certificate)
    return Api(deployment.url, deployment.key, pool(certificate), deployment.operator_token)


@pytest.fixture
def table(deployment: Deployment) -> DynamoTable:
    return DynamoTable(deployment.outputs["TableName"])


@pytest.fixture(scope="session")
def mailing(deployment: Deployment) -> Deployment:
    """The same stack, once it has been given a sender, whom SES lets send."""
    change_stack("MailSender", SENDER)
    return deployment


@pytest.fixture
def public(mailing: Deployment) -> Iterator[str]:
    """The address for customers that the stack is given, until the test ends."""
    change_stack("PublicUrl", "https://casaluna.example/orders")
    yield "https://casaluna.example/orders"
    change_stack("PublicUrl", "")


def change_stack(parameter: str, value: str) -> None:
    """Deploy with another value of one parameter."""
    cloudformation = boto3.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName="orders-dev")["Stacks"]
    names = {each["ParameterKey"] for each in stack["Parameters"]} - {parameter}
    kept: list[Any] = [{"ParameterKey": name, "UsePreviousValue": True} for name in names]
    cloudformation.update_stack(
        StackName="orders-dev",
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": parameter, "ParameterValue": value}, *kept],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName="orders-dev", WaiterConfig={"Delay": 1})


@pytest.fixture
def aims_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the clients made from now on call this endpoint."""

    def aim(url: str) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    return aim


@pytest.fixture
def order_id(request: pytest.FixtureRequest) -> str:
    """An id that no other test uses."""
    return hashlib.sha256(request.node.name.encode()).hexdigest()[:16]


def received(order_id: str, **changes: Any) -> Order:
    return replace(Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", utc_now()), **changes)


def settled(table: DynamoTable, order_id: str) -> Order:
    """The row once it is out of RECEIVED."""
    return read_until(table, order_id, lambda row: row.status is not Status.RECEIVED)


def read_until(table: DynamoTable, order_id: str, is_so: Callable[[Order], bool]) -> Order:
    """The row once it is so, or as it is after a minute and a half."""
    end = time.monotonic() + SECONDS_TO_SETTLE
    while not is_so(row := table.read(order_id)) and time.monotonic() < end:
        time.sleep(0.1)  # nothing but another look can tell
    return row


@pytest.fixture
def receipt_of(api: Api, table: DynamoTable, order_id: str) -> dict[str, str]:
    """Where the receipt of a completed order is."""
    api.post_order(ALICE | {"orderId": order_id})
    api.signed_link(order_id)
    receipt = table.read(order_id).receipt
    assert receipt
    assert receipt.version
    return {"Key": receipt.key, "VersionId": receipt.version}


@pytest.fixture
def reader() -> tuple[str, str]:
    """The credentials of somebody who may read every object, as far as a bucket lets them."""
    iam, name = boto3.client("iam"), f"reader-{uuid.uuid4()}"
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="read", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture
def link_signed(
    deployment: Deployment, receipt_of: dict[str, str], reader: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[timedelta, int], str]:
    """A link signed so long ago, for so many seconds."""

    def sign(ago: timedelta, seconds: int) -> str:
        key, secret = reader
        session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret)
        s3 = session.client("s3", config=Config(signature_version="s3v4"))
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_: datetime.now(UTC) - ago)
        target = receipt_of | {"Bucket": deployment.outputs["BucketName"]}
        return str(s3.generate_presigned_url("get_object", Params=target, ExpiresIn=seconds))

    return sign
