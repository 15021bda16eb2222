"""What tests of the deployed stack need."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from adopting import Kept
from botocore.config import Config
from stage import Stage
from tests.aws.stack import SENDER, change_stack
from tests.support.api import CALLS_OF_AN_EMULATOR, Api, pool
from tests.support.deployment import Deployment
from tests.support.emulator import Emulator
from tests.support.examples import ALICE
from tests.support.resources import expiring, new_bucket, new_event_table, new_table

from orders.aws.dynamodb.table import DynamoTable


@pytest.fixture
def api(deployment: Deployment) -> Api:
    certificate = str(deployment.emulator.certificate)
    return Api(deployment.url, deployment.key, pool(certificate), deployment.operator_token, CALLS_OF_AN_EMULATOR)


@pytest.fixture
def table(deployment: Deployment) -> DynamoTable:
    return DynamoTable(deployment.outputs["TableName"])


@pytest.fixture(scope="session")
def mailing(deployment: Deployment) -> Deployment:
    """The same stack, once it has been given a sender, whom SES lets send."""
    change_stack(MailSender=SENDER)
    return deployment


@pytest.fixture
def public(mailing: Deployment) -> Iterator[str]:
    """The address for customers that the stack is given, until the test ends."""
    change_stack(PublicUrl="https://casaluna.example/orders")
    yield "https://casaluna.example/orders"
    change_stack(PublicUrl="")


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


@pytest.fixture
def kept(emulator: Emulator) -> Kept:
    """What a deleted stack has left: its table, its bucket and its pool."""
    pool = boto3.client("cognito-idp").create_user_pool(PoolName="operators")["UserPool"]["Id"]
    return Kept(expiring(new_table()), new_bucket(), pool, expiring(new_event_table()))


@pytest.fixture
def stage(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage without a stack."""
    monkeypatch.setattr("tables.SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.setattr("adopting.SECONDS_BETWEEN_LOOKS", 0.05)
    return Stage("dev", f"orders-{uuid.uuid4()}", careful=False, parameters={"DeletionProtection": "false"})
