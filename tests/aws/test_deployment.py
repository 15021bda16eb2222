"""The deployed stack: what only AWS, or the emulator in its place, can show."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import urllib3
from tests.aws.stack import read_until, received, settled, unheard
from tests.support.api import Api, pool
from tests.support.deployment import Deployment, attempt, make
from tests.support.examples import ALICE

from orders.aws.dynamodb.table import DynamoTable
from orders.order.clock import utc_now
from orders.order.due import DueOrder, Task
from orders.order.order import Order, Status
from orders.ports import Listed, Selection

ITEM_OF_THE_VERSION_BEFORE = Path(__file__).with_name("item_of_the_version_before.json")
"""As the last version without refunds stored a completed order, 12345."""


def test_the_customers_link_needs_no_key(api: Api, order_id: str):
    url = api.post_order(ALICE | {"orderId": order_id}).body["receiptUrl"]
    api.signed_link(order_id)

    assert replace(api, key=None).get(url).status == 303


def test_a_message_delivered_twice_makes_one_receipt(
    api: Api, table: DynamoTable, deployment: Deployment, order_id: str
):
    table.create(received(order_id))
    boto3.client("sqs").send_message_batch(
        QueueUrl=deployment.outputs["QueueUrl"],
        Entries=[{"Id": str(number), "MessageBody": order_id} for number in range(10)],
    )
    row = settled(table, order_id)

    assert row.status is Status.COMPLETED
    assert row.attempts == 1
    assert row.receipt
    versions = boto3.client("s3").list_object_versions(Bucket=deployment.outputs["BucketName"], Prefix=row.receipt.key)
    assert [version["VersionId"] for version in versions["Versions"]] == [row.receipt.version]


def test_the_receipt_in_the_row_is_the_object_with_its_checksum(api: Api, table: DynamoTable, order_id: str):
    api.post_order(ALICE | {"orderId": order_id})
    pdf = api.receipt(order_id)
    receipt = table.read(order_id).receipt

    assert receipt
    assert (receipt.sha256, receipt.size) == (hashlib.sha256(pdf).hexdigest(), len(pdf))


def deliver_five_times_in_vain(url: str, order_id: str) -> None:
    """As to a function that dies each time; the queue then gives the message up."""
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody=order_id)
    for _ in range(5):
        (message,) = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
        assert message["Body"] == order_id
    assert "Messages" not in sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)


def test_a_good_order_that_was_delivered_five_times_in_vain_waits_and_is_completed_later(
    table: DynamoTable, deployment: Deployment, order_id: str
):
    table.create(received(order_id))
    with unheard(deployment):
        deliver_five_times_in_vain(deployment.outputs["QueueUrl"], order_id)
        row = read_until(table, order_id, lambda row: row.attempts > 0)

    assert (row.status, row.last_error, row.history[-1].by) == (Status.RECEIVED, "delivered without success", "fail")
    table.postpone(Task.RECEIPT, [DueOrder(order_id, row.waiting_since, row.due_at or utc_now())], [utc_now()])
    boto3.client("lambda").invoke(FunctionName=deployment.function("SweepOrders"))
    assert settled(table, order_id).status is Status.COMPLETED


def test_a_poison_order_that_was_delivered_five_times_in_vain_has_failed(
    table: DynamoTable, deployment: Deployment, order_id: str
):
    table.create(unprintable(order_id))
    with unheard(deployment):
        deliver_five_times_in_vain(deployment.outputs["QueueUrl"], order_id)
        failed = settled(table, order_id)

    assert (failed.status, failed.history[-1].by) == (Status.FAILED, "fail")
    assert "can't be typeset" in (failed.last_error or "")


def unprintable(order_id: str) -> Order:
    """An order with half a character, which no shop can post."""
    row = received(order_id)
    return replace(row, body=row.body.replace("{", '{"customerEmail":"a@b.example","note":"\\ud800",'))


def test_a_poison_order_ends_failed_and_its_neighbours_complete(
    table: DynamoTable, deployment: Deployment, order_id: str
):
    """It fails in a way that nobody thought of: it is tried once more, alone, before it is given up."""
    poison, neighbours = f"{order_id}-poison", [f"{order_id}-{number}" for number in range(8)]
    row = received(poison)
    items = '{"currency":"ZZZ","items":[{"name":"x","quantity":1,"unitPrice":"1"}],'
    table.create(replace(row, body=row.body.replace("{", items)))
    for neighbour in neighbours:
        table.create(received(neighbour))
    boto3.client("sqs").send_message_batch(
        QueueUrl=deployment.outputs["QueueUrl"],
        Entries=[
            {"Id": str(number), "MessageBody": body}
            for number, body in enumerate([*neighbours[:4], poison, "an order that nobody knows", *neighbours[4:]])
        ],
    )

    assert {settled(table, neighbour).status for neighbour in neighbours} == {Status.COMPLETED}
    failed = settled(table, poison)
    assert failed.status is Status.FAILED
    assert failed.last_error == "drawing the receipt failed with an unexpected KeyError"
    assert [entry.what.partition(":")[0] for entry in failed.history] == ["received", "attempt failed", "failed"]


def test_an_order_of_a_newer_version_waits_until_that_version_is_back(
    api: Api, table: DynamoTable, deployment: Deployment, order_id: str
):
    """As after a rollback: the functions are of this version, the row has an attribute that they do not know."""
    table.create(received(order_id))
    key: dict[str, Any] = {"TableName": deployment.outputs["TableName"], "Key": {"orderId": {"S": order_id}}}
    dynamodb, functions = boto3.client("dynamodb"), ("ProcessOrder", "FailOrder")
    dynamodb.update_item(**key, UpdateExpression="SET priority = :one", ExpressionAttributeValues={":one": {"N": "1"}})
    before = dynamodb.get_item(**key)["Item"]

    assert [called(deployment.function(name), order_id) for name in functions] == [{"batchItemFailures": []}] * 2
    assert dynamodb.get_item(**key)["Item"] == before
    assert api.get(f"/orders/{order_id}").problem == "unavailable"
    assert order_id in api.get("/operations/orders?limit=100").body["unreadable"]
    dynamodb.update_item(**key, UpdateExpression="REMOVE priority")
    called(deployment.function("ProcessOrder"), order_id)
    assert table.read(order_id).status is Status.COMPLETED


def called(function: str, order_id: str) -> Any:
    """What a function returns for a message about this order."""
    event = {"Records": [{"messageId": order_id, "body": order_id}]}
    answer = boto3.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


def test_a_failed_order_is_retried_to_its_end(api: Api, table: DynamoTable, order_id: str):
    row = table.create(received(order_id))
    table.replace(row, row.failed("as if", utc_now(), by="test"))

    assert api.get(f"/receipt/{order_id}").problem == "order-failed"
    assert api.request("POST", f"/operations/orders/{order_id}/retry").status == 202
    assert settled(table, order_id).status is Status.COMPLETED


def test_an_order_that_the_version_before_completed_can_be_refunded(
    api: Api, table: DynamoTable, deployment: Deployment, order_id: str
):
    text = ITEM_OF_THE_VERSION_BEFORE.read_text(encoding="utf-8").replace("12345", order_id)
    boto3.client("dynamodb").put_item(TableName=deployment.outputs["TableName"], Item=json.loads(text))
    assert api.get(f"/orders/{order_id}").body["settlement"] == "NONE"
    note = api.follow(order_id, "refunds", {"refundId": "r-1", "lines": [{"item": 1, "quantity": "1"}]})

    assert (note["status"], note["credited"]["payable"]) == ("COMPLETED", "5.36")
    assert api.receipt(f"{order_id}/refunds/r-1").startswith(b"%PDF-")
    assert api.get(f"/orders/{order_id}").body["settlement"] == "PARTLY_REFUNDED"
    documents = table.page(Selection(listed=Listed.DOCUMENTS), 1, None).orders
    assert [row.order_id for row in documents] == [f"{order_id}/refunds/r-1"]


def test_an_order_whose_bell_was_lost_is_found_by_the_sweep(table: DynamoTable, deployment: Deployment, order_id: str):
    table.create(received(order_id, due_at=utc_now() - timedelta(seconds=1)))
    answer = boto3.client("lambda").invoke(FunctionName=deployment.function("SweepOrders"))

    assert json.loads(answer["Payload"].read())["requeued"] >= 1
    assert settled(table, order_id).status is Status.COMPLETED


def test_links_are_signed_for_just_as_long_as_the_bucket_takes_them(api: Api, deployment: Deployment, order_id: str):
    """Were they signed for longer, the bucket would refuse links before the time that `expiresAt` tells."""
    url = api.post_order(ALICE | {"orderId": order_id}).body["receiptUrl"]
    links = [
        api.signed_link(order_id).body["signedReceiptUrl"],
        api.get(url).headers["Location"],
        api.get(f"/operations/orders/{order_id}/receipt").body["signedReceiptUrl"],
    ]
    policy = json.loads(boto3.client("s3").get_bucket_policy(Bucket=deployment.outputs["BucketName"])["Policy"])
    ages = [
        statement["Condition"]["NumericGreaterThan"]["s3:signatureAge"]
        for statement in policy["Statement"]
        if "NumericGreaterThan" in statement["Condition"]
    ]

    assert {f"{seconds}000" for link in links for seconds in parse_qs(urlsplit(link).query)["X-Amz-Expires"]} == {*ages}
    assert len(ages) == 1


def test_a_link_dies_with_its_time(api: Api, link_signed: Callable[[timedelta, int], str]):
    assert api.get(link_signed(timedelta(0), 300)).status == 200
    assert api.get(link_signed(timedelta(seconds=290), 300)).status == 200
    assert api.get(link_signed(timedelta(seconds=301), 300)).status == 403


def test_the_bucket_shows_nothing_to_who_has_no_link(deployment: Deployment, receipt_of: dict[str, str]):
    http = pool(str(deployment.emulator.certificate))
    bucket = f"{deployment.emulator.url}/{deployment.outputs['BucketName']}"

    assert http.request("GET", f"{bucket}/{receipt_of['Key']}").status == 403
    assert http.request("GET", bucket).status == 403


def test_a_denied_permission_does_not_look_like_an_unknown_order(api: Api, deployment: Deployment):
    iam, role = boto3.client("iam"), role_of(deployment.function("GetOrder"))
    allowed = iam.get_role_policy(RoleName=role, PolicyName="calls")["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName="calls")
    try:
        reply = api.get("/orders/nobody")
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="calls", PolicyDocument=json.dumps(allowed))

    assert (reply.status, reply.problem) == (503, "unavailable")
    assert api.get("/orders/nobody").status == 404


def role_of(function: str) -> str:
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=function)
    return str(configuration["Role"].rpartition("/")[2])


def test_the_logs_can_be_read_and_name_no_customer(api: Api, table: DynamoTable, deployment: Deployment, order_id: str):
    api.post_order({"orderId": order_id, "customerName": "Al Featherstone", "customerEmail": "al@featherstone.org"})
    settled(table, order_id)
    for function in ("ReceiveOrderFunction", "ProcessOrderFunction"):
        shown = make("logs", deployment.emulator, FUNCTION=function)
        assert "REPORT RequestId" in shown
        assert "featherstone" not in shown.lower()
    assert "No lines that match FILTER in the last 5m" in make(
        "logs", deployment.emulator, FUNCTION="FailOrder", SINCE="5m", FILTER="zebra"
    )


def test_the_deployment_says_where_it_answers(deployment: Deployment):
    assert deployment.outputs["ApiUrl"].rstrip("/") in deployment.summary
    assert "export ORDERS_API_KEY=$(make -s key)" in deployment.summary
    assert "resources ready" in deployment.summary


def test_plain_http_is_not_answered(deployment: Deployment):
    with pytest.raises(urllib3.exceptions.HTTPError):
        urllib3.request("GET", f"http://127.0.0.1:{deployment.emulator.port}/", retries=False, timeout=2)


@pytest.mark.parametrize(
    ("verb", "variables", "advice"),
    [
        ("url", {"STAGE": "staging"}, "STAGE=dev or STAGE=prod"),
        ("build", {"STAGE": "staging"}, "STAGE=dev or STAGE=prod"),
        ("key", {"STAGE": "prod"}, "orders is not deployed in eu-west-1: make deploy STAGE=prod"),
        ("delete", {"STAGE": "prod"}, "orders is not deployed"),
        ("delete", {"WITH_DATA": "true"}, "WITH_DATA is yes or no"),
        ("operator", {"NAME": "maria"}, "make operator NAME=maria EMAIL=maria@example.com"),
        ("login", {"NAME": ""}, "make login NAME=maria"),
        ("login", {"NAME": "nobody", "ORDERS_PASSWORD": "wrong"}, "Incorrect username or password"),
        ("logs", {}, "FUNCTION=ProcessOrder"),
        ("logs", {"FUNCTION": "Nothing"}, "has no log of Nothing. It has logs of"),
        ("logs", {"FUNCTION": "ProcessOrder", "SINCE": "soon"}, "SINCE=90s"),
        ("url", {"AWS_DEFAULT_REGION": ""}, "AWS_DEFAULT_REGION=eu-west-1"),
        ("deploy", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "AWS_PROFILE"),
    ],
)
def test_a_verb_that_can_not_be_done_says_what_to_do(
    deployment: Deployment, verb: str, variables: dict[str, str], advice: str
):
    done = attempt(verb, deployment.emulator, **variables)

    assert done.returncode
    assert advice in done.stderr
    assert "Traceback" not in done.stderr
