"""Operators of the deployed stack: how they get in, what they see and do, and who does not."""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace

import boto3
import pytest
import signing_in
from tests.aws.stack import SECONDS_TO_SETTLE, received, settled
from tests.support.api import Api
from tests.support.authenticator import Operator
from tests.support.deployment import OPERATOR, Deployment, attempt, make
from tests.support.examples import ALICE

from orders.aws.dynamodb.table import DynamoTable
from orders.order.clock import utc_now
from orders.order.order import Status


def test_what_an_operator_does_is_kept_under_the_operators_name(api: Api, table: DynamoTable, order_id: str):
    table.create(received(order_id, status=Status.FAILED, due_at=None))
    cancelled = api.request("POST", f"/operations/orders/{order_id}/cancel")

    assert (cancelled.status, cancelled.body["status"]) == (200, "CANCELLED")
    assert table.read(order_id).history[-1].by == OPERATOR
    assert api.get(f"/operations/orders/{order_id}").body == cancelled.body


def test_the_counts_become_exact(api: Api, table: DynamoTable, order_id: str):
    def by_status() -> dict[str, int]:
        counts: dict[str, int] = api.get("/operations/summary").body["orders"]
        return counts

    before = settled_counts(by_status)
    for number in range(20):
        api.post_order(ALICE | {"orderId": f"{order_id}-{number}"})
    failed = table.create(received(f"{order_id}-failed", due_at=None))
    table.replace(failed, failed.failed("as if", utc_now(), by="test"))
    for number in range(20):
        assert settled(table, f"{order_id}-{number}").status is Status.COMPLETED
    after = settled_counts(by_status)

    assert {status: after[status] - before[status] for status in after if after[status] != before[status]} == {
        "COMPLETED": 20,
        "FAILED": 1,
    }


def settled_counts(counts: Callable[[], dict[str, int]]) -> dict[str, int]:
    """The counts once they have stayed the same for three seconds."""
    end, seen = time.monotonic() + SECONDS_TO_SETTLE, list[dict[str, int]]()
    while seen[-3:] != [counts()] * 3 and time.monotonic() < end:
        seen.append(counts())
        time.sleep(1)  # nothing but another look can tell
    return seen[-1]


def test_the_orders_can_be_taken_away_as_a_spreadsheet(api: Api, table: DynamoTable, order_id: str):
    table.create(received(order_id))
    part = api.get(f"/operations/orders.csv?q={order_id}")

    assert part.headers["Content-Type"].startswith("text/csv")
    assert [line["orderId"] for line in csv.DictReader(io.StringIO(part.content.decode()))] == [order_id]


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
def test_anybody_may_read_what_the_api_is(api: Api, path: str):
    assert replace(api, key=None).get(path).status == 200


def test_an_operator_is_made_and_logs_in_by_two_verbs(deployment: Deployment, api: Api, order_id: str):
    name, password, emulator = f"operator-{order_id}", "Correct-Horse-9-Battery", deployment.emulator

    assert "temporary password" in make("operator", emulator, NAME=name, EMAIL="o@example.com")
    again = attempt("operator", emulator, NAME=name, EMAIL="o@example.com")
    assert f"There is an operator {name} already" in again.stderr
    operator = enrolled(deployment, name, password)
    login = {"NAME": name, "ORDERS_PASSWORD": password, "ORDERS_MFA_CODE": operator.code()}
    token = make("login", emulator, **login).strip()
    assert replace(api, login=token).get("/operations/orders?limit=1").status == 200
    assert "not the code" in attempt("login", emulator, **login | {"ORDERS_MFA_CODE": "none"}).stderr


def enrolled(deployment: Deployment, name: str, password: str) -> Operator:
    """As if the operator had read the mail and logged in once at a terminal."""
    boto3.client("cognito-idp").admin_set_user_password(
        UserPoolId=deployment.outputs["OperatorPoolId"], Username=name, Password=password, Permanent=True
    )
    operator = Operator(password)
    signing_in.id_token(deployment.app_client, name, operator)
    return operator
