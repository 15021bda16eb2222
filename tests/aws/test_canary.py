"""The canary in the deployed stack: a run sees a receipt or says that there is none, and nobody else sees the order."""

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.aws.stack import SECONDS_TO_SETTLE, change_stack, read_until, settled, unheard
from tests.support.api import Api
from tests.support.deployment import Deployment
from tests.support.examples import ALICE

from orders.aws.dynamodb.table import DynamoTable
from orders.order.order import Status

SPARE_SECONDS = 30


@pytest.fixture(scope="module")
def canary(deployment: Deployment) -> Iterator[Deployment]:
    """The stack with a canary, whose schedule is too slow to run here by itself."""
    change_stack(Canary="create")
    yield deployment
    change_stack(Canary="none")


def run(canary: Deployment, patience: int) -> Any:
    """What a run says. The emulator's API has no name outside this machine, so it calls another address."""
    functions, name = boto3.client("lambda"), canary.function("Canary")
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    api = canary.outputs["ApiUrl"].partition("//")[2].partition(".")[0]
    address = f"{canary.emulator.url}/_aws/execute-api/{api}/v1"
    functions.update_function_configuration(
        FunctionName=name,
        Timeout=SPARE_SECONDS + patience,
        Environment={"Variables": variables | {"ORDERS_API_URL": address}},
    )
    return json.loads(functions.invoke(FunctionName=name)["Payload"].read())


def test_an_order_of_the_canary_gets_its_receipt_and_is_in_no_list_and_no_count(
    canary: Deployment, api: Api, table: DynamoTable, order_id: str
):
    said = run(canary, patience=60)
    ours = said["orderId"]
    api.post_order(ALICE | {"orderId": order_id})
    settled(table, order_id)
    order = table.read(ours)

    assert said["receipts"] == 1
    assert (order.status, order.history[0].by, order.mail, order.copy) == (Status.COMPLETED, "canary", None, None)
    assert order.receipt
    assert order.receipt.key.startswith("canary/")
    newest = [each["orderId"] for each in api.get("/operations/orders?limit=5").body["orders"]]
    assert newest[0] == order_id
    assert ours not in newest
    assert api.get(f"/operations/orders?q={ours}").body["orders"] == []
    assert api.get("/operations/orders?q=Canary").body["orders"] == []
    assert ours not in api.get("/operations/orders.csv?limit=5").content.decode()
    assert api.get(f"/operations/orders/{ours}").body["orderId"] == ours
    assert ours in completed_rows(canary, "attribute_exists(expiresAt)")
    assert once_it_counts(api, others := len(completed_rows(canary, ORDERS_OF_SHOPS))) == others


ORDERS_OF_SHOPS = "attribute_not_exists(expiresAt) AND attribute_not_exists(document)"
"""Neither the canary's orders, nor the documents that follow orders of others."""


def completed_rows(canary: Deployment, condition: str) -> set[str]:
    """The ids of the completed orders in the table."""
    pages = (
        boto3.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=canary.outputs["TableName"],
            FilterExpression=f"#status = :completed AND {condition}",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":completed": {"S": "COMPLETED"}},
            ProjectionExpression="orderId",
        )
    )
    return {item["orderId"]["S"] for page in pages for item in page["Items"]}


def once_it_counts(api: Api, number: int) -> int:
    """How many completed orders the summary counts, which follows the table's stream a moment behind."""
    end = time.monotonic() + SECONDS_TO_SETTLE
    while (counted := api.get("/operations/summary").body["orders"]["COMPLETED"]) != number and time.monotonic() < end:
        time.sleep(0.2)  # nothing but another look can tell
    return int(counted)


def test_if_nothing_makes_receipts_the_canary_says_so_and_its_order_waits(canary: Deployment, table: DynamoTable):
    with unheard(canary):
        said = run(canary, patience=1)
        waiting = table.read(said["orderId"])

    assert (said["receipts"], waiting.status) == (0, Status.RECEIVED)
    assert waiting.due_at
    assert read_until(table, waiting.order_id, lambda row: row.status is Status.COMPLETED).receipt
