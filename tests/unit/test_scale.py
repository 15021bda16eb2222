"""The model of scale: the same for the same seed, and honest about the limit that is reached first."""

import re
from dataclasses import replace

import pytest
import scale
from cost.stack import TEMPLATE, WITH_MAIL, Stack
from scaling import demand, limits, raised
from scaling.arrivals import HOUR, arrivals
from scaling.demand import Demand
from scaling.hour import played
from scaling.limits import Limit, Setup
from tests.support.examples import ROOT

from orders.aws import mail_rate

AT_LEAST = 2_000
"""Orders a second, with quotas raised as the guide says."""
PLENTY = Limit("plenty", "accept", 1_000_000, 1, "")


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack.read(TEMPLATE, **WITH_MAIL)


@pytest.fixture(scope="module")
def of_an_order(stack: Stack) -> Demand:
    return demand.of_an_order(stack)


@pytest.fixture(scope="module")
def generous(stack: Stack, of_an_order: Demand) -> list[Limit]:
    """The limits with quotas raised as the guide says."""
    return limits.limits(raised.raised(Setup.of(stack)), of_an_order)


def test_the_same_seed_makes_the_same_hour(generous: list[Limit]):
    assert played(generous, 1_000, seed=7) == played(generous, 1_000, seed=7)
    assert arrivals(1_000, seed=7) != arrivals(1_000, seed=8)


@pytest.mark.parametrize("orders", [1, 10, 4_000])
def test_as_many_orders_arrive_as_were_ordered_but_not_evenly(orders: int):
    arriving = arrivals(orders, seed=1)

    assert sum(arriving) == pytest.approx(orders * HOUR, rel=0.05)
    assert max(arriving) > 1.8 * orders


def test_with_quotas_raised_no_limit_is_below_two_thousand_orders_a_second(generous: list[Limit]):
    assert {limit.name: limit.orders for limit in generous if limit.orders < AT_LEAST} == {}


def test_with_quotas_raised_two_thousand_orders_a_second_have_their_receipts_soon(generous: list[Limit]):
    hour = played(generous, AT_LEAST, seed=1)

    assert hour.slowest < 60
    assert (hour.mails, hour.uncounted) == (0, 0)


@pytest.mark.parametrize("stage", ["accept", "complete"])
def test_a_lower_limit_becomes_the_first_bottleneck_and_orders_wait_for_it(generous: list[Limit], stage: str):
    planted = Limit("planted", stage, 900, 1, "")
    found = [*generous, planted]

    assert scale.bottleneck(found, "receipts") == planted
    assert played(found, 1_000, seed=1).slowest > 10 * played(generous, 1_000, seed=1).slowest


def test_orders_wait_until_a_table_has_grown():
    warm = Limit("writes", "accept", 900, 1, "", grows=True)

    assert played([warm], 1_000, seed=1).slowest < played([replace(warm, grows=False)], 1_000, seed=1).slowest


def test_without_a_limit_nothing_waits():
    hour = played([PLENTY], 4_000, seed=1)

    assert (hour.refused, hour.queued, hour.mails, hour.uncounted) == (0, 0, 0, 0)


def test_each_limit_names_a_page_of_aws(generous: list[Limit]):
    assert [limit.name for limit in generous if not limit.page.startswith("https://docs.aws.amazon.com/")] == []


def test_the_model_knows_each_index(stack: Stack):
    """The hottest partition of an index is that of a shard, or of a customer."""
    names = {index.name for index in stack.tables()["OrderTable"].indexes}

    assert names == set(limits.SPREAD) | limits.OF_A_CUSTOMER


def test_an_order_demands_what_its_functions_call(of_an_order: Demand):
    assert of_an_order.requests == 3
    assert of_an_order.puts == 1
    assert of_an_order.mails == 1
    assert of_an_order.writes["OrderTable/newest"] == 1
    assert of_an_order.hottest["OrderTable/newestByStatus"] == 2  # it enters RECEIVED and leaves it
    assert set(of_an_order.busy) >= {"ReceiveOrderFunction", "ProcessOrderFunction", "SendReceiptFunction"}


def test_the_guide_lists_what_the_model_raises():
    guide = (ROOT / "docs" / "aws-operations.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `?([A-Z][\w ,-]+?)`? \| `?([\d,]+)`? \|", guide, re.MULTILINE))

    for name, value in (raised.QUOTAS | raised.PARAMETERS).items():
        assert listed.get(name, "").replace(",", "") == str(value), name


def test_the_page_about_performance_names_the_first_bottlenecks_and_their_rates(stack: Stack, of_an_order: Demand):
    """To write them again: PYTHONPATH=deploy .venv/bin/python bench/scale.py --write."""
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    found = {name: limits.limits(setup, of_an_order) for name, setup in scale.setups(stack).items()}

    bottlenecks, _, _ = scale.tables(found, seed=1)
    assert [row for row in bottlenecks if row not in page] == []


def test_an_account_sends_the_share_of_its_quota_that_each_sender_keeps_to(stack: Stack, of_an_order: Demand):
    found = limits.limits(Setup.of(stack, limits.Account(mails=20)), of_an_order)

    assert scale.bottleneck(found, "e-mails").orders == 20 * mail_rate.SHARE
