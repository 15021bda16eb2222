"""What can be lost on AWS, and how the commands of docs/aws-restore.md bring it back."""

import json
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import adopting
import boto3
import pytest
import repairing
import restoring
import stored_receipts
import tables
from adopting import Kept
from botocore.exceptions import ClientError
from repairing import Verdict
from stage import Refused, Stage
from tests.aws.stack import received
from tests.support.deployment import Deployment, attempt
from tests.support.emulator import Emulator
from tests.support.examples import ROOT
from tests.support.resources import described, expiring, new_bucket, new_count_table, new_table

from orders.aws.bucket import S3Bucket
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.dynamodb.webhooks import DynamoWebhooks
from orders.order.clock import utc_now
from orders.order.delivery import Delivery, DeliveryStatus
from orders.order.document import Document, DocumentReference, Kind, Reference
from orders.order.errors import UnknownOrder
from orders.order.history import CANARY, HistoryEntry
from orders.order.order import Order, Status, StoredReceipt
from orders.order.webhook import Endpoint, Progress, Secret

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PAGE = (ROOT / "docs" / "aws-restore.md").read_text(encoding="utf-8")
COMMANDS = [line.strip() for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.strip().splitlines()]
REACHABLE = '{"customerEmail":"alice@example.com",'


@pytest.fixture
def adopted(stage: Stage, kept: Kept) -> Kept:
    """The same, in a stack again."""
    adopting.adopt(stage, kept)
    return kept


def test_a_stack_begins_with_the_data_that_another_one_left(stage: Stage, adopted: Kept):
    assert stage.status() == "IMPORT_COMPLETE"
    assert {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in stage.resources()} == {
        "OrderTable": adopted.table,
        "ReceiptBucket": adopted.bucket,
        "OperatorPool": adopted.pool,
        "EventTable": adopted.events,
    }


def test_a_stack_may_begin_without_operators_and_events(stage: Stage, kept: Kept):
    adopting.adopt(stage, replace(kept, pool="", events=""))

    assert {each["LogicalResourceId"] for each in stage.resources()} == {"OrderTable", "ReceiptBucket"}


def test_a_stack_that_exists_adopts_nothing(stage: Stage, adopted: Kept):
    with pytest.raises(Refused, match="exists, with a table of its own"):
        adopting.adopt(stage, adopted)


@pytest.mark.parametrize(("table", "bucket"), [("", "b"), ("t", "")])
def test_what_is_adopted_is_named(table: str, bucket: str):
    with pytest.raises(Refused, match="make adopt TABLE="):
        adopting.adopt(Stage("dev", "orders-dev", careful=False), Kept(table, bucket))


def test_what_does_not_exist_is_not_adopted(stage: Stage, kept: Kept):
    with pytest.raises(Refused, match="imports nothing"):
        adopting.adopt(stage, replace(kept, pool="eu-west-1_nobody"))


def test_a_bucket_that_is_not_imported_keeps_its_policy(stage: Stage, kept: Kept):
    """Another stack may have it, which then is not closed to plain HTTP."""
    put_policy(kept.bucket, adopting.OUR_STATEMENT)
    for _ in range(2):  # the change set that failed is in nobody's way
        with pytest.raises(Refused, match="imports nothing"):
            adopting.adopt(stage, replace(kept, pool="eu-west-1_nobody"))

    assert boto3.client("s3").get_bucket_policy(Bucket=kept.bucket)["Policy"]
    adopting.adopt(stage, kept)
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        boto3.client("s3").get_bucket_policy(Bucket=kept.bucket)


def test_something_else_is_not_adopted_and_stays_as_it_is(stage: Stage, kept: Kept):
    put_policy(kept.bucket, "LetThePublicReadMyPictures")
    for other, why in (
        (kept, "not a bucket of receipts"),
        (replace(kept, bucket="nobodys-bucket"), "no bucket nobodys-bucket"),
        (replace(kept, table=new_count_table()), "not a table of orders"),
        (replace(kept, table="nowhere"), "no table nowhere"),
        (replace(kept, events=kept.table), "not a table of events"),
        (replace(kept, table=kept.events), "not a table of orders"),
    ):
        with pytest.raises(Refused, match=why):
            adopting.adopt(stage, other)

    assert "LetThePublicReadMyPictures" in boto3.client("s3").get_bucket_policy(Bucket=kept.bucket)["Policy"]


def put_policy(bucket: str, sid: str) -> None:
    statement = {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketAcl"}
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": f"arn:aws:s3:::{bucket}"}]}
    boto3.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def test_every_bucket_of_receipts_has_the_statement_by_which_it_is_known():
    statements = described("ReceiptBucketPolicy")["PolicyDocument"]["Statement"]

    assert adopting.OUR_STATEMENT in {statement["Sid"] for statement in statements}


def test_a_deleted_table_comes_back_under_its_name_with_what_the_template_wants(stage: Stage, adopted: Kept):
    dynamodb, orders = boto3.client("dynamodb"), DynamoTable(adopted.table)
    row = orders.create(received("12345"))
    dynamodb.create_backup(TableName=adopted.table, BackupName="as DynamoDB makes one when a table is deleted")
    dynamodb.delete_table(TableName=adopted.table)
    tables.restore_deleted(stage)

    found = dynamodb.describe_table(TableName=adopted.table)["Table"]
    assert orders.read("12345") == row
    assert found["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert len(found["GlobalSecondaryIndexes"]) == 7
    assert tables.expires(adopted.table)
    recovery = dynamodb.describe_continuous_backups(TableName=adopted.table)["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_restored_table_is_protected_where_the_stage_says_so(stage: Stage, kept: Kept):
    tables.prepare(kept.table, protected=True)

    assert boto3.client("dynamodb").describe_table(TableName=kept.table)["Table"]["DeletionProtectionEnabled"]


def test_a_table_that_exists_is_not_restored_over(stage: Stage, adopted: Kept):
    with pytest.raises(Refused, match="AT="):
        tables.restore_deleted(stage)


def test_a_restore_that_was_interrupted_is_finished_when_it_is_repeated(stage: Stage, adopted: Kept):
    """The table is there then, and has neither its stream nor its recovery nor its expiry."""
    dynamodb = boto3.client("dynamodb")
    arn = dynamodb.create_backup(TableName=adopted.table, BackupName="own")["BackupDetails"]["BackupArn"]
    dynamodb.delete_table(TableName=adopted.table)
    dynamodb.restore_table_from_backup(TargetTableName=adopted.table, BackupArn=arn)
    assert not tables.expires(adopted.table)
    tables.restore_deleted(stage)

    assert tables.expires(adopted.table)
    assert dynamodb.describe_table(TableName=adopted.table)["Table"]["StreamSpecification"]["StreamEnabled"]
    with pytest.raises(Refused, match="AT="):
        tables.restore_deleted(stage)


def test_a_table_without_any_backup_is_looked_for_in_a_vault(stage: Stage, adopted: Kept):
    boto3.client("dynamodb").delete_table(TableName=adopted.table)
    with pytest.raises(Refused, match="vaults of AWS Backup"):
        tables.restore_deleted(stage)
    with pytest.raises(Refused, match="make restore-table"):
        tables.restore_beside(stage, NOON)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-26T03:14:00", "03:14"])
def test_an_instant_has_a_zone(text: str):
    with pytest.raises(Refused, match="AT=2026-11-26T03:14:00Z"):
        tables.instant(text)


def test_an_instant_of_any_zone_is_one():
    assert tables.instant("2026-11-26T13:00:00+01:00") == tables.instant("2026-11-26T12:00:00Z") == NOON


def test_only_what_a_bad_write_damaged_or_deleted_is_put_back(stage: Stage, adopted: Kept):
    """Orders that moved or arrived since stay as they are."""
    orders = DynamoTable(adopted.table)
    same, moved, gone, damaged, scrubbed = (
        orders.create(received(name)) for name in ("same", "moved", "gone", "damaged", "scrubbed")
    )
    final = completed(orders, "final")
    beside = tables.restore_beside(stage, NOON)
    moved = orders.replace(moved, moved.failed("as if", utc_now(), "test"))
    newer = orders.create(received("newer"))
    overwrite(adopted.table, "damaged", "SET body = :value", '{"customerName":"Mallory"}')
    overwrite(adopted.table, "scrubbed", "REMOVE fingerprint")
    overwrite(adopted.table, "final", "SET #status = :value ADD revision :one", "RECEIVED")
    boto3.client("dynamodb").delete_item(TableName=adopted.table, Key={"orderId": {"S": "gone"}})

    expected = {Verdict.SOUND: 2, Verdict.MISSING: 1, Verdict.DAMAGED: 3}
    assert repairing.repair(adopted.table, beside, apply=False) == expected
    assert repairing.verdict(damaged, item(adopted.table, "damaged")) is Verdict.DAMAGED
    assert repairing.repair(adopted.table, beside, apply=True) == expected
    assert [orders.read(row.order_id) for row in (same, moved, newer)] == [same, moved, newer]
    for row in (gone, damaged, scrubbed, final):
        back = orders.read(row.order_id)
        assert replace(back, revision=row.revision) == row
    assert orders.read("final").revision > final.revision + 1
    assert repairing.repair(adopted.table, beside, apply=True).keys() == {Verdict.SOUND}


def test_a_lost_document_is_put_back_and_the_register_stays_as_it_is(stage: Stage, adopted: Kept):
    """Numbers that were issued since are not taken back, and nothing of the register is called missing or damaged."""
    orders = DynamoTable(adopted.table)
    (row,) = orders.issue([(orders.create(received("12345")), "R{number}")], utc_now())
    row = orders.replace(row, row.completed(receipt("12345"), utc_now()))
    row, note = refunded(orders, row)
    beside = tables.restore_beside(stage, NOON)
    orders.issue([(orders.create(received("since")), "R{number}")], utc_now())
    before = orders.series(), orders.entries("R{number}", 1, 10)
    boto3.client("dynamodb").delete_item(TableName=adopted.table, Key={"orderId": {"S": note.order_id}})
    overwrite(adopted.table, "12345", "REMOVE settlement")

    expected = {Verdict.MISSING: 1, Verdict.DAMAGED: 1}
    assert repairing.repair(adopted.table, beside, apply=True) == expected
    assert orders.read(note.order_id) == note
    assert orders.read("12345").settlement == row.settlement
    assert (orders.series(), orders.entries("R{number}", 1, 10)) == before
    assert repairing.hold_mails(adopted.table, apply=True) == 0
    assert stored_receipts.match(adopted.table, adopted.bucket, apply=True) == {"missing": 1}


def refunded(orders: DynamoTable, row: Order) -> tuple[Order, Order]:
    """A completed order with a refund, and the row of its credit note."""
    document = Document(Kind.CREDIT_NOTE, row.order_id, "r-1", {"amount": "1.00"}, Reference(row.order_id, "R1", NOON))
    note = Order.following(document, row, row.posted, utc_now(), by="shop")
    followed = row.followed(DocumentReference(Kind.CREDIT_NOTE, "r-1", utc_now(), "0" * 64, "1.00"), "refunded", "shop")
    return orders.append(row, followed, note), note


def test_orders_of_another_stage_are_put_back_only_if_the_table_is_named(
    stage: Stage, adopted: Kept, monkeypatch: pytest.MonkeyPatch
):
    orders, theirs = DynamoTable(adopted.table), new_table()
    row, beside = DynamoTable(theirs).create(received("theirs")), f"{theirs}-at-20261126T120000Z"
    boto3.client("dynamodb").restore_table_to_point_in_time(
        SourceTableName=theirs, TargetTableName=beside, UseLatestRestorableTime=True
    )
    monkeypatch.setenv("FROM", beside)
    restoring.repair_orders(stage)  # only shows
    monkeypatch.setenv("APPLY", "yes")
    with pytest.raises(Refused, match=f"restored from {theirs}"):
        restoring.repair_orders(stage)
    with pytest.raises(UnknownOrder):
        orders.read("theirs")

    monkeypatch.setenv("CONFIRM", adopted.table)
    restoring.repair_orders(stage)
    assert orders.read("theirs") == row


def completed(orders: DynamoTable, order_id: str, mail: Delivery | None = None) -> Order:
    row = orders.create(received(order_id))
    return orders.replace(row, row.completed(receipt(order_id), utc_now(), mail))


def receipt(order_id: str) -> StoredReceipt:
    return StoredReceipt(f"receipts/{order_id}.pdf", "0" * 64, 5, "v1")


def overwrite(table: str, order_id: str, change: str, value: str = "") -> None:
    """As a person's script would, past all rules."""
    values = ({":value": {"S": value}} if ":value" in change else {}) | (
        {":one": {"N": "1"}} if ":one" in change else {}
    )
    named: Any = {"ExpressionAttributeValues": values} if values else {}
    named |= {"ExpressionAttributeNames": {"#status": "status"}} if "#status" in change else {}
    boto3.client("dynamodb").update_item(
        TableName=table, Key={"orderId": {"S": order_id}}, UpdateExpression=change, **named
    )


def item(table: str, order_id: str) -> Any:
    return boto3.client("dynamodb").get_item(TableName=table, Key={"orderId": {"S": order_id}})["Item"]


def test_no_mail_of_a_restored_order_is_sent_again_by_itself(stage: Stage, adopted: Kept):
    """It may have been sent between the backup and now. An operator decides: `orders resend`."""
    orders = DynamoTable(adopted.table)
    waiting = completed(orders, "waiting", Delivery.requested(utc_now()))
    body = received("early").body.replace("{", REACHABLE, 1)
    early = orders.create(received("early", body=body))
    sent = completed(orders, "sent", Delivery.requested(utc_now()).sent("m1", utc_now()))
    beside = tables.restore_beside(stage, NOON)
    for row in (waiting, early, sent):
        boto3.client("dynamodb").delete_item(TableName=adopted.table, Key={"orderId": {"S": row.order_id}})
    repairing.repair(adopted.table, beside, apply=True)

    held = [orders.read(row.order_id) for row in (waiting, early)]
    assert [row.mail.status for row in held if row.mail] == [DeliveryStatus.HELD] * 2
    assert all("restored from a backup" in row.history[-1].what and row.mail_due_at is None for row in held)
    assert held[1].due_at == early.due_at  # its receipt is made
    assert orders.read("sent").mail == sent.mail


def test_of_a_table_that_was_restored_as_a_whole_no_mail_is_sent_again(kept: Kept):
    orders = DynamoTable(kept.table)
    completed(orders, "waiting", Delivery.requested(utc_now()))
    completed(orders, "sent", Delivery.requested(utc_now()).sent("m1", utc_now()))

    assert repairing.hold_mails(kept.table, apply=False) == 1
    assert repairing.hold_mails(kept.table, apply=True) == 1
    assert repairing.hold_mails(kept.table, apply=True) == 0
    assert [(mail := orders.read(name).mail) and mail.status for name in ("waiting", "sent")] == [
        DeliveryStatus.HELD,
        DeliveryStatus.SENT,
    ]


def test_an_order_that_somebody_changes_meanwhile_is_left_alone(kept: Kept, capsys: pytest.CaptureFixture[str]):
    orders = DynamoTable(kept.table)
    row = orders.create(received("12345"))
    seen = item(kept.table, "12345")
    moved = orders.replace(row, row.failed("as if", utc_now(), "test"))
    repairing.put_back(kept.table, row, seen)
    repairing.put_back(kept.table, row, None)

    assert orders.read("12345") == moved
    assert capsys.readouterr().out.count("changed meanwhile, and left alone: 12345") == 2


def test_what_a_newer_version_wrote_is_not_judged(kept: Kept):
    row = DynamoTable(kept.table).create(received("12345"))
    overwrite(kept.table, "12345", "SET colour = :value", "red")

    assert repairing.verdict(row, item(kept.table, "12345")) is Verdict.NEWER


def test_a_table_that_is_not_there_repairs_nothing(kept: Kept):
    with pytest.raises(Refused, match="no table nowhere"):
        repairing.repair(kept.table, "nowhere", apply=True)


def test_deleted_receipts_appear_again_but_not_those_of_long_ago(kept: Kept):
    s3, bucket = boto3.client("s3"), S3Bucket(kept.bucket)
    stored = bucket.store_once("receipts/1.pdf", b"%PDF-1")
    s3.delete_object(Bucket=kept.bucket, Key=stored.key)
    assert stored_receipts.undelete(kept.bucket, "1h", apply=False) == 1
    assert bucket.fetch(stored) == b"%PDF-1"  # by its version it was never gone
    assert not stored_receipts.head(kept.bucket, stored.key)

    assert stored_receipts.undelete(kept.bucket, "0s", apply=True) == 0
    assert stored_receipts.undelete(kept.bucket, "1h", apply=True) == 1
    assert stored_receipts.head(kept.bucket, stored.key)["VersionId"] == stored.version


def test_what_the_canary_left_to_expire_is_not_looked_for(kept: Kept):
    order = received("canary-1", history=(HistoryEntry(NOON, "received", CANARY),))
    key = S3Bucket(kept.bucket).store_once(order.receipt_key, b"%PDF-1").key
    boto3.client("s3").delete_object(Bucket=kept.bucket, Key=key)

    assert stored_receipts.undelete(kept.bucket, "1h", apply=True) == 0
    assert repairing.verdict(order, None) is Verdict.SOUND
    assert repairing.verdict(received("12345"), None) is Verdict.MISSING


@pytest.mark.parametrize("since", ["", "yesterday"])
def test_since_when_is_said(since: str):
    with pytest.raises(Refused, match="SINCE"):
        stored_receipts.undelete("bucket", since, apply=True)


def test_receipts_of_a_restored_bucket_are_found_by_their_bytes(kept: Kept):
    orders, lost = DynamoTable(kept.table), S3Bucket(new_bucket())
    for order_id in ("1", "2", "3"):
        row = orders.create(received(order_id))
        stored = lost.store_once(row.receipt_key, f"%PDF-{order_id}".encode())
        orders.replace(row, row.completed(stored, utc_now()))
        if order_id != "3":
            S3Bucket(kept.bucket).store_once(row.receipt_key, b"%PDF-1")  # the second is not what was issued

    assert stored_receipts.match(kept.table, kept.bucket, apply=False) == {"in another version": 1, "missing": 2}
    assert stored_receipts.match(kept.table, kept.bucket, apply=True)["in another version"] == 1
    assert stored_receipts.match(kept.table, kept.bucket, apply=True) == {"in place": 1, "missing": 2}
    found = orders.read("1")
    assert found.receipt
    assert S3Bucket(kept.bucket).fetch(found.receipt) == b"%PDF-1"
    assert found.status is Status.COMPLETED


def test_a_receipt_can_be_stored_in_a_locked_bucket_and_not_deleted_from_it(emulator: Emulator):
    s3, name = boto3.client("s3"), new_bucket()
    s3.put_object_lock_configuration(
        Bucket=name,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 1}},
        },
    )
    stored = S3Bucket(name).store_once("receipts/1.pdf", b"%PDF-1")

    with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=name, Key=stored.key, VersionId=stored.version or "")
    assert S3Bucket(name).fetch(stored) == b"%PDF-1"


def test_every_command_of_the_page_is_one_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in COMMANDS:
        program, verb, *variables = shlex.split(command)
        assert program == "make"
        assert re.search(rf"^([\w -]* )?{verb}( [\w -]*)?:", makefile, re.M), command
        for variable in variables:
            assert re.search(rf"^export .*\b{variable.partition('=')[0]}\b", makefile, re.M), command


def test_the_page_leads_through_damaged_orders_and_deleted_receipts(
    deployment: Deployment, order_id: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Its commands from top to bottom, with the names of this stack. Those for what is not lost here say so.

    The emulator's CloudFormation does not let a table's items expire, as the template says.
    """
    table, events = expiring(deployment.outputs["TableName"]), expiring(deployment.outputs["EventTableName"])
    bucket = deployment.outputs["BucketName"]
    orders = DynamoTable(table)
    row = orders.create(received(order_id, status=Status.FAILED, due_at=None))
    monkeypatch.setattr("tables.SECONDS_BETWEEN_LOOKS", 0)
    webhooks = DynamoWebhooks(events, boto3.client("dynamodb"))
    endpoint = Endpoint("we_erp", "https://shop.example/hooks", (Secret("whsec_c2VjcmV0"),), utc_now(), "maria")
    webhooks.add(endpoint, Progress(endpoint.id, None, utc_now()))
    boto3.client("s3").put_object(Bucket=bucket, Key=f"receipts/{order_id}.pdf", Body=b"%PDF-")
    boto3.client("s3").delete_object(Bucket=bucket, Key=f"receipts/{order_id}.pdf")
    said = dict[str, str]()
    for command in dict.fromkeys(COMMANDS):
        verb, *pairs = shlex.split(command)[1:]
        if verb == "deploy":
            continue
        if verb == "repair-orders" and "APPLY=yes" not in command:
            boto3.client("dynamodb").delete_item(TableName=table, Key={"orderId": {"S": order_id}})
        if verb == "repair-events" and "APPLY=yes" not in command:
            webhooks.remove(endpoint.id)
        given = dict(pair.split("=", 1) for pair in pairs)
        if "FROM" in given:
            given["FROM"] = re.sub(r"orders-dev-OrderTable-\w+?(?=-at-)", table, given["FROM"])
            given["FROM"] = re.sub(r"orders-dev-EventTable-\w+?(?=-at-)", events, given["FROM"])
        said[command] = typed(verb, given, capsys)

    def of(*parts: str) -> str:
        return next(text for command, text in said.items() if all(part in command for part in parts))

    assert f"missing: {order_id}" in of("repair-orders")
    assert "put back" in of("repair-orders", "APPLY=yes")
    assert orders.read(order_id).history == row.history
    assert f"receipts/{order_id}.pdf" in of("undelete-receipts")
    assert f"missing: endpoints {endpoint.id}" in of("repair-events")
    assert "2 put back" in of("repair-events", "APPLY=yes")
    assert webhooks.endpoint(endpoint.id) == endpoint.disabled("the table of events was restored")
    webhooks.remove(endpoint.id)
    assert "The feed has all" in of("record-events")
    assert "OF=events AT=" in of("restore-table OF=events")
    assert "All of them are back" in of("undelete-receipts", "APPLY=yes")
    assert "receipts" in of("match-receipts", "APPLY=yes")
    assert "e-mail" in of("hold-mails")
    assert "exists. To restore it beside" in attempt("restore-table", deployment.emulator).stderr
    assert "exists, with a table of its own" in of("make adopt")


def typed(verb: str, variables: dict[str, str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints, in this process: make itself is tried once."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in variables.items():
            environment.setenv(name, value)
        try:
            restoring.main(verb, Stage.named("dev"))
        except Refused as refused:
            return str(refused)
    return capsys.readouterr().out
