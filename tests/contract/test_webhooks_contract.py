"""What every store of webhooks must do: of two who change something at once one wins, and no delivery is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.examples import NINE
from tests.support.resources import new_event_table
from tests.support.second_opinions import DYNAMODB

from orders.aws.clients import dynamodb
from orders.aws.dynamodb.webhooks import DynamoWebhooks
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks
from orders.order.errors import BadRequest, UnknownEndpoint, UnknownEvent
from orders.order.event import EventType, event_id
from orders.order.webhook import (
    LEASE,
    Answer,
    Endpoint,
    Progress,
    Replay,
    Secret,
    WebhookDelivery,
    WebhookDeliveryStatus,
)
from orders.ports.events import Webhooks

SHOP = Endpoint("we_shop", "https://shop.example/hook", (Secret("whsec_" + "A" * 43 + "="),), NINE, "maria")
BOOKS = Endpoint(
    "we_books",
    "https://books.example/hook?of=us",
    (Secret("whsec_" + "B" * 43 + "="), Secret("whsec_" + "C" * 43 + "=", NINE + timedelta(hours=24))),
    NINE + timedelta(minutes=1),
    "paul",
    types=(EventType.ORDER_COMPLETED, EventType.REFUND_COMPLETED),
    description="Bücher, \u202e and so on",
)
TAKEN = Answer(200, "thank you", seconds=0.25)
BROKEN = Answer(503, "come \ud800 later \x00 \N{SNOWMAN}", seconds=1.5, retry_after=timedelta(seconds=90))
SILENT = Answer(None, error="no answer within 15 seconds", seconds=15.0)


@pytest.fixture(params=["SQLite", *DYNAMODB])
def webhooks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Webhooks]:
    if request.param == "SQLite":
        table = SqliteTable(tmp_path / "orders.db")
        yield SqliteWebhooks(table)
        table.close()
    else:
        request.getfixturevalue(request.param)
        yield DynamoWebhooks(new_event_table(), dynamodb())


def begin(endpoint: Endpoint = SHOP) -> Progress:
    return Progress(endpoint.id, None, NINE)


def event(position: int) -> str:
    return event_id(position, "9f3a1c2b")


def first_of(position: int, endpoint: Endpoint = SHOP) -> WebhookDelivery:
    return WebhookDelivery(endpoint.id, event(position), "order.received", created_at=NINE)


def delivered(position: int, endpoint: Endpoint = SHOP) -> WebhookDelivery:
    return first_of(position, endpoint).tried(TAKEN, NINE + timedelta(seconds=position), chance=0)


def broken(position: int, endpoint: Endpoint = SHOP, minutes: int = 0) -> WebhookDelivery:
    """It is tried again five seconds later."""
    return first_of(position, endpoint).tried(SILENT, NINE + timedelta(minutes=minutes), chance=0)


def failed(position: int) -> WebhookDelivery:
    return replace(broken(position), status=WebhookDeliveryStatus.FAILED, due_at=None, attempts=10)


class TestEndpoints:
    def test_there_are_none_at_first(self, webhooks: Webhooks):
        assert list(webhooks.endpoints()) == []
        for ask in (webhooks.endpoint, webhooks.progress):
            with pytest.raises(UnknownEndpoint):
                ask("we_nobody")

    def test_what_was_added_is_found_the_oldest_first(self, webhooks: Webhooks):
        webhooks.add(SHOP, begin())
        webhooks.add(BOOKS, replace(begin(BOOKS), cursor=event(7)))

        assert list(webhooks.endpoints()) == [SHOP, BOOKS]
        assert (webhooks.endpoint("we_shop"), webhooks.endpoint("we_books")) == (SHOP, BOOKS)
        assert webhooks.progress("we_books") == Progress("we_books", event(7), NINE)

    def test_to_add_one_again_changes_nothing(self, webhooks: Webhooks):
        """As when the SDK sends a call twice."""
        webhooks.add(SHOP, begin())
        changed = webhooks.change(SHOP, SHOP.disabled("an operator disabled it"))
        advanced = webhooks.advance(begin(), begin().claimed("a", NINE))
        webhooks.add(SHOP, begin())

        assert list(webhooks.endpoints()) == [changed]
        assert webhooks.progress(SHOP.id) == advanced

    def test_a_change_is_stored_whole(self, webhooks: Webhooks):
        webhooks.add(SHOP, begin())
        after = SHOP.changed(url="https://new.example/", types=BOOKS.types, description="new")
        for change in (after, after.rotated(BOOKS.secrets[0].text, NINE), after.disabled("it answered 410 Gone")):
            before = webhooks.endpoint(SHOP.id)
            change = replace(change, revision=before.revision + 1)
            assert webhooks.change(before, change) == change
            assert webhooks.endpoint(SHOP.id) == change

    def test_of_many_who_change_it_at_once_one_wins(self, webhooks: Webhooks):
        webhooks.add(SHOP, begin())
        changes = [SHOP.changed(description=f"by {number}") for number in range(8)]
        with ThreadPoolExecutor(8) as threads:
            seen = set(threads.map(lambda change: webhooks.change(SHOP, change), changes))

        assert seen == {webhooks.endpoint(SHOP.id)}
        assert webhooks.endpoint(SHOP.id).revision == 2

    def test_a_removed_endpoint_is_unknown_and_the_others_stay(self, webhooks: Webhooks):
        for endpoint in (SHOP, BOOKS):
            webhooks.add(endpoint, begin(endpoint))
        webhooks.remove(SHOP.id)
        webhooks.remove(SHOP.id)

        assert list(webhooks.endpoints()) == [BOOKS]
        with pytest.raises(UnknownEndpoint):
            webhooks.endpoint(SHOP.id)
        with pytest.raises(UnknownEndpoint):
            webhooks.progress(SHOP.id)
        with pytest.raises(UnknownEndpoint):
            webhooks.change(SHOP, SHOP.disabled("too late"))
        with pytest.raises(UnknownEndpoint):
            webhooks.advance(begin(), begin().claimed("a", NINE), [delivered(1)])


class TestProgress:
    @pytest.fixture(autouse=True)
    def endpoints(self, webhooks: Webhooks) -> None:
        for endpoint in (SHOP, BOOKS):
            webhooks.add(endpoint, begin(endpoint))

    def test_it_is_stored_whole_with_its_deliveries(self, webhooks: Webhooks):
        replay = Replay(event(1), event(9), NINE - timedelta(hours=1), NINE)
        after = replace(
            begin().claimed("a1b2", NINE),
            cursor=event(12),
            read_until=NINE + timedelta(seconds=1),
            failures=3,
            failing_since=NINE - timedelta(days=1),
            tried_at=NINE,
            delivered_at=NINE - timedelta(days=2),
            recovered_at=NINE - timedelta(days=3),
            replays=(replay, replace(replay, cursor=None)),
        )

        assert webhooks.advance(begin(), after, [delivered(11), broken(12)]) == after
        assert webhooks.progress(SHOP.id) == after
        assert webhooks.delivery(SHOP.id, event(11)) == delivered(11)
        assert webhooks.delivery(SHOP.id, event(12)) == broken(12)
        assert webhooks.progress(BOOKS.id) == begin(BOOKS)

    def test_who_comes_with_an_older_revision_gets_what_is_stored(self, webhooks: Webhooks):
        mine = webhooks.advance(begin(), begin().claimed("mine", NINE))

        assert webhooks.advance(begin(), begin().claimed("yours", NINE)) == mine
        assert webhooks.advance(begin(), mine) == mine  # the same call again
        assert webhooks.progress(SHOP.id) == mine

    def test_of_many_workers_one_gets_the_lease(self, webhooks: Webhooks):
        claims = [begin().claimed(f"worker {number}", NINE) for number in range(16)]
        with ThreadPoolExecutor(8) as threads:
            seen = list(threads.map(lambda claim: webhooks.advance(begin(), claim), claims))
        winner = webhooks.progress(SHOP.id)

        assert set(seen) == {winner}
        assert [claim for claim in claims if claim == winner] == [winner]
        assert winner.is_leased(NINE + LEASE - timedelta(seconds=1))

    def test_a_change_of_the_endpoint_and_its_progress_are_independent(self, webhooks: Webhooks):
        webhooks.change(SHOP, SHOP.disabled("an operator disabled it"))

        assert webhooks.advance(begin(), begin().claimed("a", NINE)).lease == "a"
        assert not webhooks.endpoint(SHOP.id).is_enabled

    def test_many_deliveries_are_stored_at_once(self, webhooks: Webhooks):
        all_of_them = [delivered(number) if number % 3 else broken(number) for number in range(1, 131)]
        webhooks.advance(begin(), begin().claimed("a", NINE), all_of_them)

        assert list(reversed(pages(webhooks, SHOP, None, 50))) == all_of_them


class TestDeliveries:
    def test_an_unknown_one_is_an_unknown_event(self, webhooks: Webhooks):
        webhooks.put([delivered(1, BOOKS)])

        with pytest.raises(UnknownEvent):
            webhooks.delivery(SHOP.id, event(1))

    def test_nothing_is_put(self, webhooks: Webhooks):
        webhooks.put([])

        assert list(webhooks.deliveries(SHOP.id, None, 10, None).deliveries) == []

    @pytest.mark.parametrize("answer", [TAKEN, BROKEN, SILENT], ids=["taken", "broken", "silent"])
    def test_what_was_answered_is_kept(self, webhooks: Webhooks, answer: Answer):
        kept = first_of(1).tried(answer, NINE, chance=0.5)
        webhooks.put([kept])

        assert webhooks.delivery(SHOP.id, event(1)) == kept

    def test_a_test_has_its_whole_event(self, webhooks: Webhooks):
        test = WebhookDelivery(
            SHOP.id, "evt_test_0123456789abcdef", "webhook.test", NINE, due_at=NINE, test='{"id":"é"}'
        )
        webhooks.put([test])

        assert webhooks.delivery(SHOP.id, test.event_id) == test
        assert list(webhooks.pending(SHOP.id, NINE, 10)) == [test]

    def test_a_later_one_for_the_same_event_takes_its_place(self, webhooks: Webhooks):
        webhooks.put([broken(1), broken(2), broken(1, BOOKS)])
        later = broken(1).tried(TAKEN, NINE + timedelta(minutes=1), chance=0)
        webhooks.put([later])

        assert pages(webhooks, SHOP, None) == [broken(2), later]
        assert list(webhooks.pending(SHOP.id, NINE + timedelta(days=1), 10)) == [broken(2)]
        assert webhooks.delivery(BOOKS.id, event(1)) == broken(1, BOOKS)

    def test_pages_show_the_newest_event_first(self, webhooks: Webhooks):
        webhooks.put([delivered(number) for number in (3, 12, 7, 1)])
        webhooks.put([delivered(100, BOOKS), broken(5), failed(8)])

        assert pages(webhooks, SHOP, None) == [
            delivered(12), failed(8), delivered(7), broken(5), delivered(3), delivered(1),
        ]  # fmt: skip

    @pytest.mark.parametrize("status", WebhookDeliveryStatus)
    def test_pages_of_one_status(self, webhooks: Webhooks, status: WebhookDeliveryStatus):
        mixed = [(delivered, broken, failed)[number % 3](number) for number in range(1, 31)]
        webhooks.put(mixed)

        found = pages(webhooks, SHOP, status)
        assert found == [each for each in reversed(mixed) if each.status is status]
        assert len(found) == 10

    @pytest.mark.parametrize("cursor", ["", "x", "evt_", "' OR 1=1 --", "A" * 500, "\ud800"])
    def test_a_cursor_that_no_page_gave_is_refused(self, webhooks: Webhooks, cursor: str):
        with pytest.raises(BadRequest):
            webhooks.deliveries(SHOP.id, None, 10, cursor)

    def test_the_longest_due_are_pending_first(self, webhooks: Webhooks):
        webhooks.put([broken(1, minutes=3), broken(2, minutes=1), broken(3, minutes=2)])
        webhooks.put([delivered(4), failed(5), broken(6, BOOKS), broken(7, minutes=60)])
        due = [broken(2, minutes=1), broken(3, minutes=2), broken(1, minutes=3)]

        assert list(webhooks.pending(SHOP.id, NINE + timedelta(minutes=10), 10)) == due
        assert list(webhooks.pending(SHOP.id, NINE + timedelta(minutes=10), 2)) == due[:2]
        assert list(webhooks.pending(SHOP.id, NINE + timedelta(minutes=1, seconds=5), 10)) == due[:1]
        assert list(webhooks.pending(SHOP.id, NINE, 10)) == []

    def test_one_that_is_delivered_or_has_failed_is_no_longer_pending(self, webhooks: Webhooks):
        webhooks.put([broken(1), broken(2)])
        webhooks.put([delivered(1), failed(2)])

        assert list(webhooks.pending(SHOP.id, NINE + timedelta(days=9), 10)) == []


def pages(
    webhooks: Webhooks, endpoint: Endpoint, status: WebhookDeliveryStatus | None, size: int = 4
) -> list[WebhookDelivery]:
    """The deliveries on all pages."""
    page = webhooks.deliveries(endpoint.id, status, size, None)
    found = list(page.deliveries)
    while page.cursor:
        page = webhooks.deliveries(endpoint.id, status, size, page.cursor)
        assert len(page.deliveries) <= size
        found += page.deliveries
    return found
