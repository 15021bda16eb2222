"""A whole stack that loses its table, and then itself: in an emulator of its own, as nothing is left of it.

It takes two deployments, so it runs with ORDERS_FULL=yes only; tests/aws/test_restoring.py has each step by itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from tests.aws.stack import change_stack, settled
from tests.support.api import CALLS_OF_AN_EMULATOR, Api, pool
from tests.support.deployment import Deployment, deploy, make
from tests.support.emulator import emulated
from tests.support.examples import ALICE
from tests.support.extent import ALL
from tests.support.groups import EMULATED

from orders.aws.dynamodb.table import DynamoTable
from orders.order.order import Status

pytestmark = [EMULATED, pytest.mark.skipif(not ALL, reason="ORDERS_FULL=yes loses a table and a stack")]


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """A stack on an emulator of its own."""
    with emulated(tmp_path) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield deploy(emulator, tmp_path)


def api_of(deployment: Deployment) -> Api:
    return Api(deployment.url, deployment.key, pool(str(deployment.emulator.certificate)), calls=CALLS_OF_AN_EMULATOR)


def test_orders_survive_the_loss_of_their_table_and_of_their_stack(alone: Deployment, tmp_path: Path):
    dynamodb, table, emulator = boto3.client("dynamodb"), alone.outputs["TableName"], alone.emulator
    orders = DynamoTable(table)
    api_of(alone).post_order(ALICE)
    assert settled(orders, "12345").status is Status.COMPLETED

    dynamodb.create_backup(TableName=table, BackupName="as DynamoDB makes one when a table is deleted")
    dynamodb.delete_table(TableName=table)
    assert "TableGeneration" in make("restore-table", emulator)
    change_stack(TableGeneration="2")
    stream = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    mappings = boto3.client("lambda").list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"]
    assert [mapping["FunctionArn"].split(":")[6] for mapping in mappings] == [alone.function("CountOrders")]
    api_of(alone).post_order(ALICE | {"orderId": "after"})
    assert settled(orders, "after").status is Status.COMPLETED

    make("delete", emulator)
    names = {"TABLE": table, "BUCKET": alone.outputs["BucketName"], "POOL": alone.outputs["OperatorPoolId"]}
    assert "make deploy" in make("adopt", emulator, **names)
    again = deploy(emulator, tmp_path / "again")
    assert {name: again.outputs[name] for name in ("TableName", "BucketName", "OperatorPoolId")} == {
        name: alone.outputs[name] for name in ("TableName", "BucketName", "OperatorPoolId")
    }
    api = api_of(again)
    assert api.get("/orders/12345").body["status"] == "COMPLETED"
    assert api.signed_link("12345")
    assert api.post_order(ALICE | {"orderId": "last"}).status == 202
    assert settled(orders, "last").status is Status.COMPLETED
    assert replace(api, key=None).get("/openapi.json").status == 200
