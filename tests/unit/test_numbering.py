"""When a document gets its number, the year of the series is that of the date of issue."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.examples import ALICE
from tests.support.fakes import World

from orders.order import validation
from orders.order.order import Order
from orders.ports import Outside
from orders.shop import shop
from orders.use_cases import numbering

JUST_BEFORE = datetime(2026, 12, 31, 22, 59, 59, 999_000, tzinfo=UTC)
"""In Berlin the new year begins a millisecond later."""


@dataclass
class Ticking:
    """A clock on which a millisecond passes at each look."""

    now: datetime = JUST_BEFORE

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now - timedelta(milliseconds=1)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Outside]:
    file = tmp_path / "shop.toml"
    file.write_text('time_zone = "Europe/Berlin"\n[numbers]\nreceipt = "R{year}-{number}"\n')
    monkeypatch.setenv("ORDERS_RECEIPT", str(file))
    shop.configured.cache_clear()
    yield replace(World().outside, clock=Ticking())
    shop.configured.cache_clear()


def accepted(outside: Outside) -> Order:
    return outside.table.create(Order.received(validation.parse(ALICE), "t" * 22, JUST_BEFORE))


def assert_is_of_its_year(order: Order) -> None:
    assert order.issue
    assert (order.issue.series, order.issue.at) == ("R2026-{number}", JUST_BEFORE)


def test_a_number_that_is_issued_at_new_year_has_the_year_of_its_date(outside: Outside):
    assert_is_of_its_year(numbering.numbered(accepted(outside), outside))


def test_so_have_those_of_a_batch(outside: Outside):
    order = accepted(outside)
    read = numbering.for_all([order.order_id], outside.table.read, outside)

    assert_is_of_its_year(read(order.order_id))
