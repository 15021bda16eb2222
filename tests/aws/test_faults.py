"""AWS not answering, refusing, and answering what it did already."""

import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import botocore.session
import pytest
import snapshot_restore_py
from botocore.exceptions import ConnectionClosedError
from tests.aws.stand_in import standing_in
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.resources import new_bucket, new_queue, new_table

from orders import aws
from orders.aws import clients
from orders.aws import errors as faults
from orders.aws.bucket import S3Bucket, object_key
from orders.aws.dynamodb.item import SHARDS, item_of
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.queue import SqsQueue
from orders.order import validation
from orders.order.due import Task
from orders.order.errors import Misconfigured, Unavailable, UnknownOrder
from orders.order.index import place
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import Selection

ROW = Order.received(validation.parse(ALICE), "token", NINE)
RECEIPT = StoredReceipt(ROW.receipt_key, "ab" * 32, 13_000, "version 7")


CALLS: list[Callable[[], object]] = [
    lambda: DynamoTable("orders").read("12345"),
    lambda: DynamoTable("orders").create(ROW),
    lambda: list(DynamoTable("orders").due(Task.RECEIPT, NINE)),
    lambda: SqsQueue("https://sqs/orders").notify(["12345"]),
    lambda: S3Bucket("receipts").store_once("receipts/x.pdf", b"x"),
    lambda: S3Bucket("receipts").fetch(StoredReceipt("receipts/x.pdf", "ab" * 32, 1, "version 7")),
]
WHICH = ["read", "create", "due", "notify", "store_once", "fetch"]


@pytest.mark.parametrize("call", CALLS, ids=WHICH)
def test_a_refused_connection_means_call_again(aims_at: Callable[[str], None], call: Callable[[], object]):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        aims_at(f"http://127.0.0.1:{nobody.getsockname()[1]}")

        with pytest.raises(Unavailable):
            call()


@pytest.mark.parametrize("status", [500, 503, 429])
@pytest.mark.parametrize("call", CALLS, ids=WHICH)
def test_a_server_in_trouble_means_call_again(aims_at: Callable[[str], None], call: Callable[[], object], status: int):
    with standing_in(status) as there:
        aims_at(there.url)
        with pytest.raises(Unavailable):
            call()

        assert there.calls >= 2


@pytest.mark.parametrize("kind", sorted(faults.PASSING))
def test_what_passes_by_itself_means_call_again(aims_at: Callable[[str], None], kind: str):
    with standing_in(400, __type=f"com.amazonaws#{kind}", message="slower") as there:
        aims_at(there.url)
        with pytest.raises(Unavailable):
            DynamoTable("orders").read("12345")


@pytest.mark.parametrize("kind", ["AccessDeniedException", "ResourceNotFoundException", "UnrecognizedClientException"])
def test_what_a_person_must_mend_says_so_and_is_no_unknown_order(aims_at: Callable[[str], None], kind: str):
    with standing_in(400, __type=f"com.amazonaws#{kind}", message="no") as there:
        aims_at(there.url)
        with pytest.raises(Misconfigured, match="table"):
            DynamoTable("orders").read("12345")


def test_without_credentials_somebody_has_to_mend_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("orders.aws.clients.session", botocore.session.Session())

    with pytest.raises(Misconfigured, match="no credentials"):
        DynamoTable("orders").read("12345")


def test_what_a_row_keeps_of_a_fault_names_no_account(aims_at: Callable[[str], None]):
    arn = "arn:aws:iam::123456789012:role/secret"
    with standing_in(400, __type="com.amazonaws#AccessDeniedException", message=f"{arn} may not") as there:
        aims_at(there.url)
        with pytest.raises(Misconfigured) as denied:
            DynamoTable("orders").read("12345")

    assert str(denied.value) == "table: AccessDeniedException"


@pytest.mark.parametrize("make_client", [clients.dynamodb, clients.sqs, clients.s3])
def test_clients_wait_a_second_to_connect_two_for_an_answer_and_try_twice(
    aims_at: Callable[[str], None], make_client: Callable[[], Any]
):
    aims_at("http://127.0.0.1:1")
    config = make_client().meta.config

    assert (config.connect_timeout, config.read_timeout) == (1, 2)
    assert (config.retries["mode"], config.retries["total_max_attempts"]) == ("standard", 2)
    assert config.max_pool_connections >= 16


def test_a_receipt_is_sent_without_asking_first(aims_at: Callable[[str], None]):
    with standing_in(200) as there:
        aims_at(there.url)
        S3Bucket("receipts").store_once(ROW.receipt_key, b"%PDF-")

    assert "Expect" not in there.headers
    assert there.headers["If-None-Match"] == "*"


def test_a_message_of_several_that_is_not_taken_means_call_again(aims_at: Callable[[str], None]):
    failed = {"Id": "1", "Code": "ServiceUnavailable", "SenderFault": False}
    with standing_in(200, Successful=[], Failed=[failed]) as there:
        aims_at(there.url)
        with pytest.raises(Unavailable, match="1 of 2"):
            SqsQueue(f"{there.url}/orders").notify(["a", "b"])


def test_a_row_that_has_moved_on_since_the_index_knew_it_is_not_shown_under_its_old_status(
    aims_at: Callable[[str], None],
):
    entry = {"orderId": {"S": "12345"}, "place": {"S": place(ROW)}}
    answer = {"Items": [entry], "Responses": {"orders": [item_of(ROW)]}, "UnprocessedKeys": {}}
    with standing_in(200, **answer) as there:
        aims_at(there.url)

        assert DynamoTable("orders").page(Selection(Status.FAILED), 10, None).orders == []
        assert set(DynamoTable("orders").page(Selection(Status.RECEIVED), 10, None).orders) == {ROW}


def test_orders_are_spread_over_all_the_shards():
    ids = [f"order-{number}" for number in range(800)]
    shards = Counter(item_of(replace(ROW, order_id=order_id))["idShard"]["S"] for order_id in ids)

    assert len(shards) == SHARDS
    assert min(shards.values()) > 50


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-central-2"])
def test_a_link_is_to_the_buckets_own_host_in_its_region(monkeypatch: pytest.MonkeyPatch, region: str):
    """S3's global host redirects to where a link is not signed for."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    link = S3Bucket("receipts").link(RECEIPT, NINE, timedelta(minutes=5))

    assert urlsplit(link.url).netloc == f"receipts.s3.{region}.amazonaws.com"


def test_a_call_that_nobody_answers_ends_after_two_attempts(aims_at: Callable[[str], None]):
    with standing_in(0) as silent:
        aims_at(silent.url)
        with pytest.raises(Unavailable):
            DynamoTable("orders").read("12345")

        assert silent.calls == 2


def test_a_table_a_queue_or_a_bucket_that_is_not_there_is_a_misconfiguration(emulator: Emulator):
    for call in CALLS:
        with pytest.raises(Misconfigured):
            call()


@pytest.fixture
def loses_its_first_answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Let a port's client do its next call, lose the answer, and send it again by itself."""

    def lose(port: Any) -> None:
        session = port._client._endpoint.http_session
        send, lost = session.send, list[object]()

        def sending(request: Any) -> Any:
            answer = send(request)
            if not lost:
                lost.append(answer)
                raise ConnectionClosedError(endpoint_url=request.url)
            return answer

        monkeypatch.setattr(session, "send", sending)

    return lose


def test_a_row_whose_answer_was_lost_is_created_once(emulator: Emulator, loses_its_first_answer: Callable[[Any], None]):
    table = DynamoTable(new_table())
    loses_its_first_answer(table)

    assert table.create(ROW) == ROW


def test_a_move_whose_answer_was_lost_took_effect(emulator: Emulator, loses_its_first_answer: Callable[[Any], None]):
    table = DynamoTable(new_table())
    table.create(ROW)
    completed = ROW.completed(RECEIPT, NINE)
    loses_its_first_answer(table)

    assert table.replace(ROW, completed) == completed


def test_a_receipt_whose_answer_was_lost_is_stored_once(
    emulator: Emulator, loses_its_first_answer: Callable[[Any], None]
):
    name = new_bucket()
    bucket = S3Bucket(name)
    loses_its_first_answer(bucket)
    stored = bucket.store_once(ROW.receipt_key, b"%PDF-")
    (version,) = boto3.client("s3").list_object_versions(Bucket=name)["Versions"]

    assert stored.version == version["VersionId"]
    assert stored == bucket.store_once(ROW.receipt_key, b"another")


def test_a_receipt_is_fetched_as_it_was_stored_and_as_nothing_else(emulator: Emulator):
    bucket = S3Bucket(new_bucket())
    stored = bucket.store_once(ROW.receipt_key, b"%PDF-")

    assert bucket.fetch(stored) == b"%PDF-"
    with pytest.raises(Misconfigured, match="not what was stored"):
        bucket.fetch(replace(stored, sha256="ab" * 32))
    for gone in (replace(stored, key="receipts/gone.pdf"), replace(stored, version="11111111-2222-3333")):
        with pytest.raises(Misconfigured):
            bucket.fetch(gone)


def test_a_bell_whose_answer_was_lost_rings_twice(emulator: Emulator, loses_its_first_answer: Callable[[Any], None]):
    url = new_queue()
    doorbell = SqsQueue(url)
    loses_its_first_answer(doorbell)
    doorbell.notify(["12345"])

    attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "2"


def test_an_object_with_no_checksum_is_nobodys_receipt(emulator: Emulator):
    name = new_bucket()
    key = object_key(ROW.receipt_key)
    boto3.client("s3").put_object(Bucket=name, Key=key, Body=b"by hand", ChecksumAlgorithm="CRC32")
    with pytest.raises(Misconfigured, match="not stored by this system"):
        S3Bucket(name).store_once(ROW.receipt_key, b"%PDF-")


def test_a_link_is_signed_by_version_4_for_this_version_and_five_minutes(emulator: Emulator):
    link = S3Bucket("receipts").link(RECEIPT, NINE, timedelta(minutes=5))
    query = parse_qs(urlsplit(link.url).query)

    assert query["versionId"] == ["version 7"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["300"]


def test_connections_are_kept_and_after_a_restore_reopened(aims_at: Callable[[str], None]):
    """As SnapStart has it: what was open when the snapshot was taken is dead afterwards."""
    with standing_in(200) as there:
        aims_at(there.url)
        table = DynamoTable("orders")
        for restored in (False, True):
            if restored:
                for hook, arguments, keywords in snapshot_restore_py.get_after_restore():
                    hook(*arguments, **keywords)
            for _ in range(3):
                with pytest.raises(UnknownOrder):
                    table.read("12345")

        assert (there.calls, there.connections) == (6, 2)


def test_a_function_has_only_the_ports_that_the_template_gives_it(monkeypatch: pytest.MonkeyPatch, emulator: Emulator):
    monkeypatch.setenv("ORDERS_TABLE", "orders")
    monkeypatch.delenv("ORDERS_QUEUE", raising=False)
    monkeypatch.delenv("ORDERS_BUCKET", raising=False)
    monkeypatch.delenv("ORDERS_LINK_SECONDS", raising=False)
    monkeypatch.delenv("ORDERS_MAIL_QUEUE", raising=False)
    monkeypatch.delenv("ORDERS_CONFIGURATION_SET", raising=False)
    outside = aws.connect()

    assert isinstance(outside.table, DynamoTable)
    with pytest.raises(RuntimeError, match="ORDERS_QUEUE"):
        outside.queue.notify(["12345"])
    with pytest.raises(RuntimeError, match="ORDERS_BUCKET"):
        outside.bucket.store_once("x", b"")
    with pytest.raises(RuntimeError, match="ORDERS_LINK_SECONDS"):
        outside.link_lifetime.total_seconds()
    assert outside.mail_queue is None
    with pytest.raises(RuntimeError, match="ORDERS_CONFIGURATION_SET"):
        outside.mailer.connect()
