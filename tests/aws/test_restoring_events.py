"""The table of events after a loss: nothing is sent twice, and nothing is skipped, without somebody being told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import adopting
import boto3
import deleting
import event_tables
import pytest
import restoring
import tables
from adopting import Kept
from event_tables import Verdict
from stage import Refused, Stage
from tests.aws.stack import received
from tests.support.resources import new_event_table
from tests.support.stream import records

from orders.aws.dynamodb.feed import DynamoFeed
from orders.aws.dynamodb.recording import Recorder
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.dynamodb.webhooks import DynamoWebhooks
from orders.order.clock import utc_now
from orders.order.errors import CursorExpired
from orders.order.event import Event
from orders.order.webhook import Endpoint, Progress, Secret, WebhookDelivery

NOW = utc_now()
ENDPOINT = Endpoint("we_erp", "https://shop.example/hooks", (Secret("whsec_c2VjcmV0"),), NOW, "maria")


class Shop:
    """A stack's tables of orders and of events, with one endpoint."""

    def __init__(self, stage: Stage, names: Kept) -> None:
        self.stage, self.names = stage, names
        self.orders = DynamoTable(names.table)
        self.feed = DynamoFeed(names.events, boto3.client("dynamodb"))
        self.webhooks = DynamoWebhooks(names.events, boto3.client("dynamodb"))
        self.webhooks.add(ENDPOINT, Progress(ENDPOINT.id, None, NOW))
        self._told = 0

    def sell(self, *ids: str) -> None:
        """These orders come in. RecordEvents is called by the stream."""
        for order_id in ids:
            self.orders.create(received(order_id))
        self.record()

    def record(self) -> None:
        new = records(self.names.table)[self._told :]
        self._told += len(new)
        Recorder(self.names.events, boto3.client("dynamodb")).record(new)

    def told(self) -> list[str]:
        return [event.happening.row_id for event in self.events()]

    def events(self) -> list[Event]:
        found = list[Event]()
        while part := self.feed.read(found[-1].id if found else None, 100):
            found += part
        return found

    def endpoint(self) -> Endpoint:
        return self.webhooks.endpoint(ENDPOINT.id)

    def items(self, pk: str) -> list[Any]:
        scan = boto3.client("dynamodb").scan(TableName=self.names.events, ConsistentRead=True)
        return sorted((each for each in scan["Items"] if each["pk"]["S"] == pk), key=lambda each: str(each["sk"]["S"]))

    def lose(self, *items: Any) -> None:
        for item in items:
            key = {name: item[name] for name in ("pk", "sk")}
            boto3.client("dynamodb").delete_item(TableName=self.names.events, Key=key)

    def back_up(self) -> str:
        made = boto3.client("dynamodb").create_backup(TableName=self.names.events, BackupName="own")
        return str(made["BackupDetails"]["BackupArn"])

    def lose_table(self) -> None:
        boto3.client("dynamodb").delete_table(TableName=self.names.events)


@pytest.fixture
def shop(stage: Stage, kept: Kept) -> Shop:
    adopting.adopt(stage, kept)
    return Shop(stage, kept)


def test_adopted_endpoints_are_disabled_until_an_operator_enables_them(
    stage: Stage,
    kept: Kept,
    capsys: pytest.CaptureFixture[str],
):
    """The table may be a copy of one from which somebody still sends."""
    shop = Shop(stage, kept)
    shop.sell("one")
    adopting.adopt(stage, kept)

    assert not shop.endpoint().is_enabled
    assert shop.endpoint().disabled_because == "the table of events was restored"
    assert shop.endpoint().secrets == ENDPOINT.secrets
    assert "orders webhooks enable we_erp" in capsys.readouterr().out
    shop.sell("two")
    assert shop.told() == ["one", "two"]


def test_the_endpoints_of_a_table_that_another_stack_has_stay_enabled(stage: Stage, kept: Kept):
    """CloudFormation refuses to import it, as it refuses here a pool that is not there."""
    shop = Shop(stage, kept)
    with pytest.raises(Refused, match="imports nothing"):
        adopting.adopt(stage, replace(kept, pool="eu-west-1_nobody"))

    assert shop.endpoint().is_enabled


def test_what_the_stream_tells_a_new_stack_again_is_not_told_twice(shop: Shop):
    """A new stack reads the stream of an adopted table from its beginning, which is a day ago."""
    shop.sell("one", "two")
    before = shop.events()
    event_tables.begin_again(shop.names.events)
    Recorder(shop.names.events, boto3.client("dynamodb")).record(records(shop.names.table))

    assert shop.events() == before


def test_a_deleted_table_comes_back_with_what_happened_since(shop: Shop, capsys: pytest.CaptureFixture[str]):
    shop.sell("one")
    (one,) = shop.events()
    shop.back_up()
    shop.lose_table()
    shop.orders.create(received("meanwhile"))
    event_tables.restore_deleted(shop.stage)

    assert shop.told() == ["one", "meanwhile"]
    assert [event.happening.row_id for event in shop.feed.read(one.id, 9)] == ["meanwhile"]
    assert not shop.endpoint().is_enabled
    assert tables.expires(shop.names.events)
    found = boto3.client("dynamodb").describe_continuous_backups(TableName=shop.names.events)
    recovery = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    assert "orders webhooks enable we_erp" in capsys.readouterr().out
    with pytest.raises(Refused, match="OF=events AT="):
        event_tables.restore_deleted(shop.stage)


def test_a_cursor_of_what_the_backup_lacks_is_refused_and_all_of_it_is_told_again(shop: Shop):
    """Under other ids, as nobody can know who has read what."""
    shop.sell("one")
    shop.back_up()
    shop.sell("two", "three")
    one, two, three = shop.events()
    shop.lose_table()
    event_tables.restore_deleted(shop.stage)

    assert shop.told() == ["one", "two", "three"]
    for lost in (two, three):
        with pytest.raises(CursorExpired):
            shop.feed.read(lost.id, 9)
    assert not {two.id, three.id} & {event.id for event in shop.feed.read(one.id, 9)}


def test_a_restore_that_was_interrupted_disables_the_endpoints_when_it_is_repeated(shop: Shop):
    arn = shop.back_up()
    shop.lose_table()
    boto3.client("dynamodb").restore_table_from_backup(TargetTableName=shop.names.events, BackupArn=arn)
    assert shop.endpoint().is_enabled
    event_tables.restore_deleted(shop.stage)

    assert not shop.endpoint().is_enabled


def test_only_what_a_script_deleted_is_put_back_and_endpoints_come_back_disabled(shop: Shop):
    for order_id in ("one", "two", "three"):
        shop.sell(order_id)
    events = shop.events()
    pending = WebhookDelivery(ENDPOINT.id, events[0].id, "order.received", NOW, due_at=NOW)
    expired = replace(pending, event_id=events[1].id, created_at=NOW - timedelta(days=31))
    shop.webhooks.put([pending, expired])
    beside = tables.restore_beside(shop.stage, NOW, tables.EVENTS)
    changed = shop.webhooks.change(ENDPOINT, ENDPOINT.changed(description="ERP"))
    _, two, _ = shop.items("feed")
    shop.lose(two, *shop.items("progress"), *shop.items(f"deliveries/{ENDPOINT.id}"))

    expected = {Verdict.MISSING: 3, Verdict.SOUND: 5}  # also one that has expired, and where the feed began
    assert event_tables.repair(shop.names.events, beside, apply=False) == expected
    assert shop.told() == ["one"]  # nobody reads on over a gap
    assert event_tables.repair(shop.names.events, beside, apply=True) == expected
    assert shop.events() == events
    assert shop.endpoint() == changed  # an operator's change is no damage
    assert shop.webhooks.delivery(ENDPOINT.id, events[0].id) == pending
    shop.lose(*shop.items("endpoints"))
    assert event_tables.repair(shop.names.events, beside, apply=True)[Verdict.MISSING] == 1
    assert shop.endpoint() == ENDPOINT.disabled("the table of events was restored")
    assert event_tables.repair(shop.names.events, beside, apply=True).keys() == {Verdict.SOUND}


def test_what_a_script_damaged_is_put_back(shop: Shop):
    shop.sell("one")
    events = shop.events()
    beside = tables.restore_beside(shop.stage, NOW, tables.EVENTS)
    for pk, name in (("feed", "events"), ("endpoints", "text"), ("progress", "text")):
        (item,) = shop.items(pk)
        boto3.client("dynamodb").put_item(TableName=shop.names.events, Item={**item, name: {"S": "nonsense"}})

    assert event_tables.repair(shop.names.events, beside, apply=True)[Verdict.DAMAGED] == 3
    assert shop.events() == events
    assert not shop.endpoint().is_enabled
    assert shop.webhooks.progress(ENDPOINT.id).endpoint_id == ENDPOINT.id


def test_events_that_got_the_place_of_lost_ones_stay_and_the_lost_ones_are_recorded_again(
    shop: Shop, capsys: pytest.CaptureFixture[str]
):
    """A script deleted the newest batch, and the feed went on from there."""
    shop.sell("one")
    shop.sell("lost")
    beside = tables.restore_beside(shop.stage, NOW, tables.EVENTS)
    shop.lose(shop.items("feed")[-1])
    shop.sell("new")

    assert event_tables.repair(shop.names.events, beside, apply=True)[Verdict.TAKEN] == 1
    assert shop.told() == ["one", "new"]
    for _ in range(2):
        event_tables.record_missing(shop.names.table, shop.names.events)
        assert shop.told() == ["one", "new", "lost"]
    assert "The feed has all 3 events" in capsys.readouterr().out


def test_an_endpoint_of_a_newer_version_is_left_alone(shop: Shop):
    beside = tables.restore_beside(shop.stage, NOW, tables.EVENTS)
    (item,) = shop.items("endpoints")
    text = item["text"]["S"].replace("{", '{"colour": "red", ', 1)
    boto3.client("dynamodb").put_item(TableName=shop.names.events, Item={**item, "text": {"S": text}})

    assert event_tables.repair(shop.names.events, beside, apply=True)[Verdict.NEWER] == 1
    assert shop.items("endpoints")[0]["text"]["S"] == text


def test_events_of_another_stage_are_put_back_only_if_the_table_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    theirs = new_event_table()
    DynamoWebhooks(theirs, boto3.client("dynamodb")).add(
        replace(ENDPOINT, id="we_theirs"), Progress("we_theirs", None, NOW)
    )
    beside = f"{theirs}-at-20261126T120000Z"
    boto3.client("dynamodb").restore_table_to_point_in_time(
        SourceTableName=theirs, TargetTableName=beside, UseLatestRestorableTime=True
    )
    monkeypatch.setenv("FROM", beside)
    monkeypatch.setenv("APPLY", "yes")
    with pytest.raises(Refused, match=f"restored from {theirs}"):
        restoring.repair_events(shop.stage)
    assert [each.id for each in shop.webhooks.endpoints()] == [ENDPOINT.id]

    monkeypatch.setenv("CONFIRM", shop.names.events)
    restoring.repair_events(shop.stage)
    assert {each.id for each in shop.webhooks.endpoints()} == {ENDPOINT.id, "we_theirs"}


@pytest.mark.parametrize(
    "call",
    [
        lambda shop: event_tables.repair(shop.names.events, "nowhere", apply=True),
        lambda shop: event_tables.record_missing("nowhere", shop.names.events),
    ],
)
def test_a_table_that_is_not_there_gives_nothing_back(shop: Shop, call: Callable[[Shop], object]):
    with pytest.raises(Refused, match="no table nowhere"):
        call(shop)


def test_there_are_two_kinds_of_tables():
    assert tables.kind_of("events") is tables.EVENTS
    with pytest.raises(Refused, match="OF is orders or events"):
        tables.kind_of("receipts")


@pytest.mark.parametrize("name", ["table", "events"])
def test_nothing_is_deleted_if_one_of_the_tables_is_protected(shop: Shop, name: str):
    """Otherwise the orders would be gone before DynamoDB refuses to delete the events."""
    protected = getattr(shop.names, name)
    boto3.client("dynamodb").update_table(TableName=protected, DeletionProtectionEnabled=True)
    with pytest.raises(Refused, match=f"table {protected}"):
        deleting.delete(shop.stage, with_data=True, confirmed="")

    assert shop.stage.status() == "IMPORT_COMPLETE"
    assert tables.exists(shop.names.table)


def test_data_of_which_somebody_has_deleted_a_part_can_be_deleted(shop: Shop):
    shop.lose_table()
    held = deleting.Held(shop.names.table, shop.names.bucket, None, None, shop.names.events)
    deleting.refuse_kept(shop.stage, held)
    deleting.delete_data(held)

    assert not tables.exists(shop.names.table)
