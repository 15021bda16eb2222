"""A search in DynamoDB: where reading ends early, its cursor goes on exactly there."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.resources import new_table

from orders.aws.dynamodb import reader
from orders.aws.dynamodb.listing import Reading, merged
from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.order import Order
from orders.ports import Selection

SHARD = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=12)


@given(st.lists(SHARD, min_size=1, max_size=4), st.integers(1, 4), st.integers(1, 4))
def test_pages_of_partitions_that_are_read_in_part_show_everything_once(
    shards: list[list[tuple[int, bool]]], limit: int, at_once: int
):
    """Each partition holds places, of which some are wanted; a page looks at a few of each."""
    partitions = [{f"{place:02} {shard}": wanted for place, wanted in held} for shard, held in enumerate(shards)]
    shown, before = list[str](), ":"
    while True:
        page, after = merged([read(partition, before, at_once) for partition in partitions], limit)
        assert len(page) <= limit
        shown += page
        if after is None:
            break
        assert after < before
        before = after

    everything = {place for partition in partitions for place, wanted in partition.items() if wanted}
    assert shown == sorted(everything, reverse=True)


def read(partition: dict[str, bool], before: str, at_once: int) -> Reading:
    places = sorted((place for place in partition if place < before), reverse=True)
    seen = places[:at_once]
    return Reading([place for place in seen if partition[place]], "" if len(places) < at_once else seen[-1])


def test_a_rare_name_is_found_among_many_with_the_same_letter(emulator: Emulator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "NAMES_A_QUERY", 2)
    monkeypatch.setattr(reader, "MOST_QUERIES", 1)
    table = DynamoTable(new_table())
    for number in range(60):
        name = "Alicia" if number % 20 == 7 else "Alice"
        order = validation.parse(ALICE | {"orderId": f"o{number}", "customerName": name})
        table.create(Order.received(order, "token", NINE + timedelta(minutes=number)))
    pages, cursor = list[list[str]](), None
    while not pages or cursor:
        page = table.page(Selection(text="alicia"), 10, cursor)
        pages.append([row.order_id for row in page.orders])
        cursor = page.cursor

    assert [] in pages
    assert [order_id for page in pages for order_id in page] == ["o47", "o27", "o7"]
