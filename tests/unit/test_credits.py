"""Credits never exceed their order, and all together they are the order to the last minor unit."""

import json
from collections.abc import Iterator
from random import Random
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import extent
from tests.support.cases import WITH_FIGURES, Case
from tests.support.refunds import refund
from tests.support.sales import sale

from orders.order import figures, money, validation
from orders.order.credits import Credit, SettlementState, Taken, give, settlement
from orders.order.credits import remaining as what_remains
from orders.order.errors import ExceedsRemaining, InvalidOrder
from orders.order.ledger import Ledger
from orders.order.posted import PostedOrder

EXAMPLES = 5_000 if extent.ALL else 300
CHANCE = st.randoms(use_true_random=False)
Amounts = dict[Any, int]


# Orders and refunds by chance


def charged(order: PostedOrder) -> Amounts:
    """Every amount of an order, by a name."""
    totals = order.totals
    assert totals
    return _named(dict(enumerate(totals.lines)), dict(enumerate(totals.charges)), sum(totals.discounts), totals)


def credited(credit: Credit) -> Amounts:
    """Every amount of a credit, by the same names."""
    lines = {line.place: line.amount for line in credit.lines}
    charges = {charge.place: charge.amount for charge in credit.charges}
    return _named(lines, charges, credit.discount, credit)


def _named(lines: dict[int, int], charges: dict[int, int], discount: int, sums: Any) -> Amounts:
    named: Amounts = {("line", place): amount for place, amount in lines.items()}
    named |= {("charge", place): amount for place, amount in charges.items()}
    for tax in sums.taxes:
        named["tax", tax.category, tax.name, tax.rate] = tax.amount
        named["base", tax.category, tax.name, tax.rate] = tax.base or 0
    named |= {"discount": discount, "net": sums.net, "tax": sums.tax}
    return named | {"total": sums.total, "rounding": sums.rounding, "payable": sums.payable}


def added(first: Amounts, second: Amounts) -> Amounts:
    return {name: first.get(name, 0) + second.get(name, 0) for name in first | second}


def without_zeros(amounts: Amounts) -> Amounts:
    return {name: amount for name, amount in amounts.items() if amount}


def beyond(so_far: Amounts, order: PostedOrder) -> Amounts:
    """What was taken beyond the order.

    Where goods were brought back, or a stated tax is below zero, sums of it and of others may be less than their parts.
    """
    whole = charged(order)
    return {
        name: amount
        for name, amount in so_far.items()
        if not min(0, whole.get(name, 0)) <= amount <= max(0, whole.get(name, 0))
        and not (has_less_than_nothing(order) and name in {"net", "tax", "discount"})
    }


def has_less_than_nothing(order: PostedOrder) -> bool:
    totals = order.totals
    return not totals or min((*totals.lines, *(tax.amount for tax in totals.taxes)), default=0) < 0


def accepted(chance: Random) -> PostedOrder | None:
    """An order that has something to give back."""
    try:
        order = validation.parse(sale(chance))
    except InvalidOrder:
        return None
    return order if order.totals and order.totals.payable else None


def gives(order: PostedOrder, taken: Taken, **body: Any) -> tuple[Credit, Taken]:
    return give(order, taken, validation.parse_refund({"refundId": "r-1", **body}))


def any_refunds(chance: Random, order: PostedOrder, refused: list[Any] | None = None) -> Iterator[tuple[Credit, Taken]]:
    """Refunds by chance, and then the rest: each credit, with all that was taken until then.

    `refused` gets what asked for too much, with what remained.
    """
    taken = Taken()
    for _ in range(chance.randint(0, 8)):
        remains = what_remains(order, taken)
        assert remains
        try:
            credit, taken = gives(order, taken, **refund(chance, order, remains))
        except InvalidOrder as error:
            if refused is not None and isinstance(error, ExceedsRemaining):
                refused.append((error, remains))
        else:
            yield credit, taken
    if settlement(order, taken) is not SettlementState.REFUNDED:
        yield gives(order, taken)


@settings(max_examples=EXAMPLES, deadline=None)
@given(CHANCE)
def test_any_refunds_stay_within_the_order_and_all_together_are_exactly_the_order(chance: Random):
    if (order := accepted(chance)) is None:
        return
    so_far, after, refused = Amounts(), list[Taken](), list[Any]()

    for credit, taken in any_refunds(chance, order, refused):
        so_far = added(so_far, credited(credit))
        assert not beyond(so_far, order)
        assert credit.payable > 0
        after.append(taken)

    taken = after[-1]
    assert without_zeros(so_far) == without_zeros(charged(order))
    assert all(error.remaining == remained for error, remained in refused)
    assert settlement(order, taken) is SettlementState.REFUNDED
    with pytest.raises(ExceedsRemaining, match="nothing remains"):
        gives(order, taken)


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(CHANCE)
def test_a_refund_within_each_line_is_never_refused_because_of_a_tax(chance: Random):
    if (order := accepted(chance)) is None or has_less_than_nothing(order):
        return
    refused = list[Any]()

    for _ in any_refunds(chance, order, refused):
        pass

    assert not [error for error, _ in refused if " tax " in str(error) or " at " in str(error)]


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(CHANCE)
def test_each_credit_adds_up_by_itself_and_what_remains_is_the_order_without_all_of_them(chance: Random):
    if (order := accepted(chance)) is None:
        return
    so_far = Amounts()

    for credit, taken in any_refunds(chance, order):
        goods = sum(part.amount - part.discount for part in (*credit.lines, *credit.charges))
        assert goods == (credit.total if order.prices_include_tax else credit.net)
        assert credit.net + credit.tax == credit.total
        assert credit.discount == sum(line.discount for line in credit.lines)
        assert sum(group.amount for group in credit.groups) == (credit.total if credit.is_spread else 0)
        so_far = added(so_far, credited(credit))
        assert remaining(order, taken) == left(order, so_far)
        assert without_zeros(so_far) == without_zeros(credited(of_all(order, taken)))


def remaining(order: PostedOrder, taken: Taken) -> Any:
    remains = what_remains(order, taken)
    assert remains
    return {name: remains[name] for name in ("lines", "charges", "total", "payable")}


def left(order: PostedOrder, so_far: Amounts) -> Any:
    rest = {name: amount - so_far.get(name, 0) for name, amount in charged(order).items()}
    texts = {name: money.text(amount, order.currency or "") for name, amount in rest.items()}
    return {
        "lines": [texts["line", number] for number in range(len(order.items))],
        "charges": [texts["charge", number] for number in range(len(order.charges))],
        "total": texts["total"],
        "payable": texts["payable"],
    }


def of_all(order: PostedOrder, taken: Taken) -> Credit:
    ledger = Ledger.of(order)
    assert ledger
    return Credit.of(ledger, taken)


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(CHANCE)
def test_credits_and_what_was_taken_come_back_the_same_from_their_documents(chance: Random):
    if (order := accepted(chance)) is None:
        return

    for credit, taken in any_refunds(chance, order):
        assert Credit.from_document(json.loads(json.dumps(credit.to_document()))) == credit
        assert Taken.from_document(json.loads(json.dumps(taken.to_document()))) == taken


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(CHANCE)
def test_any_amount_up_to_what_remains_is_given_back_exactly(chance: Random):
    if (order := accepted(chance)) is None:
        return
    taken, remains = Taken(), what_remains(order, Taken())

    while remains and (payable := money.to_minor(remains["payable"], order.currency or "")):
        amount = chance.choice((1, payable, chance.randint(1, payable), chance.randint(1, payable)))
        credit, taken = gives(order, taken, amount=money.text(amount, order.currency or ""))
        assert credit.payable == amount
        remains = what_remains(order, taken)


@pytest.mark.parametrize("case", WITH_FIGURES, ids=str)
def test_the_refund_of_everything_has_the_figures_of_the_receipt(case: Case):
    order = validation.parse(case.order)
    receipt = figures.of(order)
    assert receipt
    if receipt["payable"] == money.text(0, order.currency or ""):
        return

    credit, taken = gives(order, Taken())

    answered = figures.of_credit(credit, order)
    assert figures.of_taken(order, taken) == answered
    assert answered == receipt | {
        "taxes": [tax for tax in receipt["taxes"] if float(tax["base"] or 0) or float(tax["amount"])],
        "paid": answered["paid"],
        "due": answered["payable"],
    }


# Figures that were worked out by hand


def posted(currency: str = "EUR", **fields: Any) -> PostedOrder:
    return validation.parse({"orderId": "1", "customerName": "Alice", "currency": currency, **fields})


def sold(price: str, quantity: int | str = 1, **tax: Any) -> dict[str, Any]:
    return {"name": "Mug", "quantity": quantity, "unitPrice": price, **tax}


SHIPPING = {"kind": "shipping", "name": "Shipping", "amount": "6.44"}
TWO_MUGS = posted(items=[sold("12.00", 2, taxRate="20")], charges=[SHIPPING])


def figures_of(order: PostedOrder, *bodies: dict[str, Any], shown: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """The figures of several refunds, one after the other."""
    taken, answered = Taken(), list[tuple[Any, ...]]()
    for body in bodies:
        credit, taken = gives(order, taken, **body)
        of_credit: Any = figures.of_credit(credit, order)
        answered.append(tuple(of_credit[name] for name in shown))
    return answered


def item(number: int, **part: str) -> dict[str, Any]:
    return {"lines": [{"item": number, **part}]}


CHARGE = {"lines": [{"charge": 1}]}


def test_a_line_and_the_shipping_are_each_given_back_with_their_own_tax():
    order = posted(items=[sold("24.99", taxRate="10.75")], charges=[SHIPPING])

    shown = figures_of(order, item(1), CHARGE, shown=("lines", "charges", "net", "tax", "total"))
    assert shown == [(["24.99"], "0.00", "24.99", "2.69", "27.68"), (["0.00"], "6.44", "6.44", "0.00", "6.44")]


def test_the_last_of_three_takes_the_cent_that_is_left_and_what_is_left_of_the_tax():
    order = posted(pricesIncludeTax=True, items=[sold("33.3333", 3, taxRate="19")])

    shown = figures_of(order, *[item(1, quantity="1")] * 3, shown=("lines", "tax", "total"))
    assert shown == [(["33.33"], "5.32", "33.33"), (["33.33"], "5.32", "33.33"), (["33.34"], "5.33", "33.34")]


def test_a_line_takes_its_share_of_the_discount_of_the_order():
    discount = [{"name": "Voucher", "amount": "10.00"}]
    order = posted(items=[sold("60.00", taxRate="20"), sold("40.00", taxRate="20")], discounts=discount)

    shown = figures_of(order, item(2), item(1, amount="20"), {}, shown=("lines", "discount", "net", "tax", "total"))
    assert shown == [
        (["0.00", "40.00"], "4.00", "36.00", "7.20", "43.20"),
        (["20.00", "0.00"], "2.00", "18.00", "3.60", "21.60"),
        (["40.00", "0.00"], "4.00", "36.00", "7.20", "43.20"),
    ]


def test_an_amount_is_spread_over_the_taxes_in_proportion_to_what_remains_of_them():
    order = posted(pricesIncludeTax=True, items=[sold("119.00", taxRate="19"), sold("107.00", taxRate="7")])

    credit, taken = gives(order, Taken(), amount="22.60")
    assert [(group.taxes[0].rate, group.amount) for group in credit.groups] == [("19", 1190), ("7", 1070)]
    assert [(str(tax.rate), tax.base, tax.amount) for tax in credit.taxes] == [("7", 1000, 70), ("19", 1000, 190)]

    _, taken = gives(order, taken, **item(1, amount="107.10"))
    credit, _ = gives(order, taken, amount="10.00")
    assert [(group.taxes[0].rate, group.amount) for group in credit.groups] == [("7", 1000)]


def test_several_taxes_at_once_each_give_back_their_own_share():
    taxes = [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}]
    order = posted("CAD", items=[sold("100.00", taxes=taxes)])

    first, taken = gives(order, Taken(), **item(1, amount="33.33"))
    rest, _ = gives(order, taken, **item(1))
    assert [(tax.name, tax.base, tax.amount) for tax in first.taxes] == [("GST", 3333, 167), ("QST", 3333, 333)]
    assert [(tax.name, tax.base, tax.amount) for tax in rest.taxes] == [("GST", 6667, 333), ("QST", 6667, 665)]


def test_the_tax_of_a_cart_that_knows_only_the_tax_of_the_order_goes_with_the_lines():
    order = posted(items=[sold("10.00"), sold("20.00")], taxes=[{"amount": "2.41"}])

    shown = figures_of(order, item(1), item(2), shown=("net", "tax", "total"))
    assert shown == [("10.00", "0.80", "10.80"), ("20.00", "1.61", "21.61")]


def test_a_tax_that_the_shop_states_is_given_back_as_it_was_stated():
    order = posted(items=[sold("0.99", taxRate="7")] * 3, taxes=[{"rate": "7", "amount": "0.20"}])

    shown = figures_of(order, item(1), item(2), item(3), shown=("net", "tax"))
    assert shown == [("0.99", "0.07"), ("0.99", "0.07"), ("0.99", "0.06")]


def test_a_tax_on_lines_with_different_taxes_is_divided_by_what_each_bears():
    gst, free = {"name": "GST", "rate": "5"}, {"name": "Free", "rate": "0"}
    net = posted("CAD", items=[sold("0.10", taxes=[gst]), sold("0.10", taxes=[gst, free])])
    gross = posted("CAD", pricesIncludeTax=True, items=[sold("0.10", taxes=[gst]), sold("0.11", taxes=[gst, free])])

    assert figures_of(net, item(1), item(2), shown=("net", "tax")) == [("0.10", "0.01"), ("0.10", "0.00")]
    assert figures_of(gross, item(1), item(2), shown=("net", "tax")) == [("0.10", "0.00"), ("0.10", "0.01")]


def test_what_a_price_includes_is_divided_so_that_the_price_stays():
    halves = [{"name": "A", "rate": "50"}, {"name": "B", "rate": "50"}]
    double = posted(pricesIncludeTax=True, items=[sold("1.00", taxRate="100")])
    both = posted(pricesIncludeTax=True, items=[sold("2.00", taxes=halves)])

    (one,) = gives(double, Taken(), **item(1, amount="0.01"))[0].taxes
    assert (one.base, one.amount) == (0, 1)
    assert [(tax.base, tax.amount) for tax in gives(both, Taken(), **item(1, amount="0.02"))[0].taxes] == [
        (1, 1),
        (1, 0),
    ]


def test_a_line_that_a_discount_pays_for_gives_back_its_stated_tax():
    free = {"name": "Gift", "amount": "10.00", "taxRate": "20"}
    stated = [{"rate": "20", "amount": "0.01"}, {"rate": "10", "amount": "5.00"}]
    items = [sold("10.00", taxRate="20"), sold("50.00", taxRate="10")]

    shown = figures_of(posted(items=items, discounts=[free], taxes=stated), item(1), shown=("discount", "net", "tax"))
    assert shown == [("10.00", "0.00", "0.01")]


def test_units_that_were_each_rounded_up_leave_less_for_the_last():
    order = posted(items=[sold("0.01625", 8), sold("1.00")])

    shown = figures_of(order, *[item(1, quantity="1")] * 7, shown=("total",))
    assert shown == [("0.02",)] * 6 + [("0.01",)]


def test_a_tax_that_was_rounded_up_before_leaves_less_for_the_next():
    order = posted(items=[sold("0.02", 4, taxRate="25")])

    shown = figures_of(order, *[item(1, quantity="1")] * 4, shown=("tax", "total"))
    assert shown == [("0.01", "0.03"), ("0.00", "0.02"), ("0.01", "0.03"), ("0.00", "0.02")]


def test_the_whole_amount_of_a_line_takes_its_quantity():
    _, taken = gives(TWO_MUGS, Taken(), **item(1, amount="24.00"))

    remains = what_remains(TWO_MUGS, taken)
    assert remains
    assert (remains["lines"], remains["quantities"]) == (["0.00"], ["0"])


def test_cash_rounding_goes_with_the_last():
    order = posted("CHF", items=[sold("5.01", 2)], rounding="-0.02")

    shown = figures_of(order, *[item(1, quantity="1")] * 2, shown=("total", "rounding", "payable"))
    assert shown == [("5.01", "0.00", "5.01"), ("5.01", "-0.02", "4.99")]


def test_an_amount_above_the_total_takes_as_much_of_the_rounding():
    order = posted("CHF", items=[sold("9.98")], rounding="0.02")

    shown = figures_of(order, {"amount": "9.99"}, {}, shown=("total", "rounding", "payable"))
    assert shown == [("9.98", "0.01", "9.99"), ("0.00", "0.01", "0.01")]


def test_yen_have_no_decimals_and_dinars_have_three():
    yen = posted("JPY", pricesIncludeTax=True, items=[sold("1000", taxRate="10")])
    dinars = posted("KWD", items=[sold("1.000", taxRate="5")])

    assert figures_of(yen, {"amount": "333"}, {}, shown=("tax", "total")) == [("30", "333"), ("61", "667")]
    assert figures_of(dinars, {"amount": "0.333"}, {}, shown=("tax", "total")) == [
        ("0.016", "0.333"),
        ("0.034", "0.717"),
    ]


def test_goods_that_were_brought_back_are_given_back_with_what_was_bought_instead():
    order = posted(items=[sold("100.00"), sold("40.00", -1)])

    shown = figures_of(order, {"lines": [{"item": 1, "amount": "50"}, {"item": 2, "quantity": "0.5"}]}, {}, shown=LINES)
    assert shown == [(["50.00", "-20.00"], "30.00"), (["50.00", "-20.00"], "30.00")]


LINES = ("lines", "total")


def test_a_refund_of_all_that_remains_payable_takes_all_lines():
    order = posted(items=[sold("100.00"), sold("40.00", -1)])

    assert figures_of(order, item(1, amount="60.00"), shown=LINES) == [(["100.00", "-40.00"], "60.00")]


def test_the_quantity_is_printed_where_the_amount_is_that_of_the_quantity():
    order = posted(items=[sold("10.00", "2.5")])

    first, taken = gives(order, Taken(), **item(1, quantity="0.50"))
    second, taken = gives(order, taken, **item(1, amount="3.00"))
    rest, _ = gives(order, taken)
    assert [credit.lines[0].quantity for credit in (first, second, rest)] == ["0.5", None, None]


# Refusals


def refused(order: PostedOrder, *bodies: dict[str, Any]) -> InvalidOrder:
    """How the last one is refused."""
    taken = Taken()
    for body in bodies[:-1]:
        _, taken = gives(order, taken, **body)
    with pytest.raises(InvalidOrder) as caught:
        gives(order, taken, **bodies[-1])
    return caught.value


@pytest.mark.parametrize(
    ("bodies", "sentence"),
    [
        (
            [item(1, amount="12.00"), item(1, amount="24.00")],
            "#/lines/0/amount: must not take more than the 12.00 that remains of line 1; it takes 24.00",
        ),
        (
            [item(1, amount="12.00"), item(1, quantity="1"), item(1)],
            "#/lines/0: must not name line 1: all of it was refunded before, and nothing remains",
        ),
        (
            [item(1, quantity="1.5"), item(1, quantity="1")],
            "#/lines/0/quantity: must not take more than the quantity of 0.5 that remains of line 1; it takes 1",
        ),
        (
            [{"lines": [{"charge": 1, "amount": "6.45"}]}],
            "#/lines/0/amount: must not take more than the 6.44 that remains of charge 1; it takes 6.45",
        ),
        (
            [CHARGE, {"amount": "28.81"}],
            "#/amount: must not take more than the 28.80 that remains of the order; it takes 28.81",
        ),
        ([{}, {}], "#: can't give anything back: nothing remains of this order"),
    ],
)
def test_a_refund_of_more_than_remains_says_what_remains(bodies: list[dict[str, Any]], sentence: str):
    error = refused(TWO_MUGS, *bodies)

    assert str(error) == sentence
    assert isinstance(error, ExceedsRemaining)
    assert error.remaining.keys() == {"lines", "quantities", "charges", "total", "payable"}


def test_what_remains_is_said_by_line_by_charge_and_in_total():
    error = refused(TWO_MUGS, item(1, quantity="1"), {"amount": "99.00"})

    assert isinstance(error, ExceedsRemaining)
    assert error.remaining == {
        "lines": ["12.00"],
        "quantities": ["1"],
        "charges": ["6.44"],
        "total": "20.84",
        "payable": "20.84",
    }


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (item(2), "#/lines/0/item: must be from 1 to 1: the order has 1 line item"),
        ({"lines": [{"charge": 3}]}, "#/lines/0/charge: must be from 1 to 1: the order has 1 charge"),
        ({"lines": [{"item": 1}, {"item": 1}]}, "#/lines/1: must not name line 1 a second time"),
        (item(1, amount="1.001"), "#/lines/0/amount: must have at most 2 decimals in EUR"),
        ({"amount": "1.001"}, "#/amount: must have at most 2 decimals in EUR"),
        (
            {"amount": "5.00", "payments": [{"method": "cash", "amount": "5.001"}]},
            "#/payments/0/amount: must have at most 2 decimals in EUR",
        ),
        (
            item(1, quantity="1")
            | {"payments": [{"method": "cash", "amount": amount} for amount in ("14.00", "0.41")]},
            "#/payments: must not come to more than what is given back: the refund gives back 14.40, the payments come"
            " to 14.41",
        ),
    ],
)
def test_a_refund_that_does_not_fit_the_order_says_why(body: dict[str, Any], sentence: str):
    error = refused(TWO_MUGS, body)

    assert str(error) == sentence
    assert not isinstance(error, ExceedsRemaining)


def test_payments_may_come_to_less_than_what_is_given_back():
    credit, _ = gives(TWO_MUGS, Taken(), amount="5.00", payments=[{"method": "cash", "amount": "4.00"}])

    shown = figures.of_credit(credit, TWO_MUGS)
    assert (shown["payable"], shown["paid"], shown["due"]) == ("5.00", "4.00", "1.00")


@pytest.mark.parametrize(
    ("order", "body", "sentence"),
    [
        (
            posted(items=[sold("100.00", taxRate="20"), sold("40.00", -1, taxRate="20"), sold("500.00")]),
            item(1),
            "must not take more than the 12.00 that remains of the tax at 20 %; it takes 20.00",
        ),
        (
            posted(items=[sold("100.00", taxRate="20"), sold("40.00", -1, taxRate="20"), sold("500.00")]),
            {"lines": [{"item": 2}, {"item": 3}]},
            "must not take -8.00 of the tax at 20 %: name more of what bears this tax",
        ),
        (
            posted(items=[sold("100.00"), sold("40.00", -1)]),
            item(1),
            "must not take more than the 60.00 that remains of the order; it takes 100.00",
        ),
        (posted(items=[sold("100.00"), sold("40.00", -1)]), item(2), "must give something back"),
        (posted(items=[sold("1.00"), sold("0.00")]), item(2), "must give something back"),
        (posted(items=[sold("0.00")]), {}, "nothing remains of this order"),
        (validation.parse({"orderId": "1", "customerName": "Alice"}), {}, "nothing in it has a price"),
    ],
)
def test_no_credit_is_more_than_a_tax_or_the_order_or_less_than_something(
    order: PostedOrder, body: dict[str, Any], sentence: str
):
    assert sentence in str(refused(order, body))


def test_settled_is_an_order_of_which_nothing_payable_remains():
    _, partly = gives(TWO_MUGS, Taken(), amount="35.23")
    _, fully = gives(TWO_MUGS, partly, amount="0.01")

    states = [settlement(TWO_MUGS, taken) for taken in (Taken(), partly, fully)]
    assert states == [SettlementState.NONE, SettlementState.PARTLY_REFUNDED, SettlementState.REFUNDED]


@pytest.mark.parametrize("rates", [1, 5, 500])
def test_a_refund_of_the_largest_order_takes_milliseconds(rates: int):
    items = [sold(f"{number}.99", 3, taxRate=f"{number % rates / 10}") for number in range(500)]
    order = posted(items=items, discounts=[{"name": "Sale", "percent": "10"}], pricesIncludeTax=True)
    seconds = []

    for _ in range(5):
        before = process_time()
        _, taken = gives(order, Taken(), amount="1000.00")
        gives(order, taken, lines=[{"item": number} for number in range(1, 251)])
        seconds.append(process_time() - before)

    assert min(seconds) < 0.1
