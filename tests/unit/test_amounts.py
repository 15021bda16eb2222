"""What an order comes to, to the last minor unit."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import extent, oracle
from tests.support.cases import CASES, REFUSED, WITH_FIGURES, Case
from tests.support.sales import sale

from orders.order import figures, validation
from orders.order.errors import InvalidOrder
from orders.order.posted import PostedOrder
from orders.order.totals import Totals

SALES = st.builds(sale, st.randoms(use_true_random=False))
EXAMPLES = 20_000 if extent.ALL else 500
REFUSAL = "refused"


def shown(order: dict[str, Any]) -> Any:
    try:
        return figures.of(validation.parse(order))
    except InvalidOrder:
        return REFUSAL


def of_the_oracle(order: dict[str, Any]) -> Any:
    try:
        return oracle.totals(order)
    except oracle.Refused:
        return REFUSAL


@pytest.mark.parametrize("case", WITH_FIGURES, ids=str)
def test_every_case_has_exactly_its_figures(case: Case):
    answered = shown(case.order)

    assert {each: answered[each] for each in case.figures} == case.figures


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_every_case_that_is_no_order_is_refused(case: Case):
    with pytest.raises(InvalidOrder):
        validation.parse(case.order)


@pytest.mark.parametrize("case", [case for case in CASES if case not in REFUSED], ids=str)
def test_every_other_case_is_an_order_that_comes_back_the_same_from_its_canonical_form(case: Case):
    posted = validation.parse(case.order)
    stored = PostedOrder.stored(posted.canonical())

    assert (stored.canonical(), stored.totals) == (posted.canonical(), posted.totals)


@pytest.mark.parametrize("case", WITH_FIGURES, ids=str)
def test_the_oracle_gives_the_figures_of_every_case(case: Case):
    shown = of_the_oracle(case.order)

    assert {each: shown[each] for each in case.figures} == case.figures


@settings(max_examples=EXAMPLES, deadline=None)
@given(SALES)
def test_the_figures_of_any_order_are_those_of_the_oracle_and_both_refuse_the_same_orders(order: dict[str, Any]):
    assert shown(order) == of_the_oracle(order)


@settings(max_examples=EXAMPLES // 5, deadline=None)
@given(SALES)
def test_the_sums_of_any_order_add_up_and_a_total_that_includes_tax_is_what_was_charged(order: dict[str, Any]):
    totals = accepted(order)
    if totals is None:
        return

    charged = sum(totals.lines) - sum(totals.discounts) + sum(totals.charges)
    assert charged == (totals.total if order.get("pricesIncludeTax") else totals.net)
    assert totals.net + sum(tax.amount for tax in totals.taxes) == totals.total >= 0
    assert totals.due + sum(totals.payments) == totals.payable == totals.total + totals.rounding


@settings(max_examples=EXAMPLES // 5, deadline=None)
@given(SALES)
def test_a_stored_order_comes_to_what_it_came_to_when_it_was_posted(order: dict[str, Any]):
    if accepted(order) is None:
        return

    posted = validation.parse(order)
    stored = PostedOrder.stored(posted.canonical())
    assert (stored.canonical(), stored.totals) == (posted.canonical(), posted.totals)
    assert validation.parse(json.loads(posted.canonical())).canonical() == posted.canonical()


def accepted(order: dict[str, Any]) -> Totals | None:
    try:
        return validation.parse(order).totals
    except InvalidOrder:
        return None


def euros(**fields: Any) -> dict[str, Any]:
    return {"orderId": "euros", "customerName": "Alice", "currency": "EUR", **fields}


def sold(price: str, quantity: int = 1, **tax: str) -> dict[str, Any]:
    return {"name": "Mug", "quantity": quantity, "unitPrice": price, **tax}


def test_an_untaxed_return_may_be_worth_more_than_the_net_price_of_the_goods_as_long_as_the_customer_pays():
    order = euros(pricesIncludeTax=True, items=[sold("120.00", taxRate="20"), sold("110.00", -1)])

    totals = accepted(order)
    assert totals
    assert (totals.net, totals.tax, totals.total) == (-1000, 2000, 1000)


def test_an_order_cannot_state_more_tax_than_its_prices_include():
    order = euros(pricesIncludeTax=True, items=[sold("10.00")], taxes=[{"amount": "10.01"}])

    assert shown(order) == REFUSAL


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_taxes_at_0_percent_a_stated_one_is_that_with_the_nearest_base(turned: bool):
    stated = [{"rate": "0", "amount": "0", "base": base} for base in ("10.00", "20.00")]
    items = [sold("20.00", taxCategory="Z"), sold("10.00", taxCategory="G")]

    totals = accepted(euros(items=items, taxes=stated[::-1] if turned else stated))
    assert totals
    assert [(tax.category, tax.base) for tax in totals.taxes] == [("G", 1000), ("Z", 2000)]


GST_AND_PST = [{"name": "GST", "rate": "5"}, {"name": "PST", "rate": "5"}]


@pytest.mark.parametrize(
    "stated",
    [
        [{"rate": "5", "amount": "10.00"}, {"name": "GST", "rate": "5", "amount": "5.00"}],
        [{"rate": "5", "amount": "9.99"}, {"name": "GST", "rate": "5", "amount": "5.01"}],
        [{"rate": "5", "amount": "10.00"}, {"rate": "5", "amount": "5.00"}],
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_taxes_at_one_rate_each_stated_one_is_another_whatever_their_order(
    stated: list[dict[str, str]], turned: bool
):
    items = [sold("100.00", taxRate="5", taxName="GST"), sold("200.00", taxRate="5", taxName="PST")]

    totals = accepted(euros(items=items, taxes=stated[::-1] if turned else stated))

    assert totals
    assert [(tax.name, tax.base) for tax in totals.taxes] == [("GST", 10000), ("PST", 20000)]


def test_a_stated_tax_without_a_name_does_not_take_the_place_of_one_with_a_name():
    items = [{"name": "Mug", "quantity": 1, "unitPrice": "100.00", "taxes": GST_AND_PST}]
    stated = [{"rate": "5", "amount": "5.00"}, {"name": "GST", "rate": "5", "amount": "5.00"}]

    totals = accepted(euros(items=items, taxes=stated))
    assert totals
    assert [tax.name for tax in totals.taxes] == ["GST", "PST"]
