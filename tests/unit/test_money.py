from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.order import money


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("19.99", "EUR", 1999), ("500", "JPY", 500), ("1.25", "KWD", 1250), ("0", "USD", 0)],
)
def test_amounts_are_whole_minor_units_of_their_currency(amount, currency, minor):
    assert money.to_minor(amount, currency) == minor


@given(st.integers(0, 10**15), st.sampled_from(sorted(money.DECIMALS)))
def test_minor_units_come_back_as_they_were(minor, currency):
    assert money.to_minor(money.text(minor, currency), currency) == minor


@pytest.mark.parametrize(("net", "percent", "tax"), [(10, "5", 1), (9, "5", 0), (1999, "20", 400), (101, "8.25", 8)])
def test_tax_is_rounded_half_up(net, percent, tax):
    assert money.share(net, percent) == tax


@given(st.integers(-1000, 1000), st.lists(st.integers(-50, 50), min_size=1))
def test_each_part_is_its_exact_share_rounded_up_or_down_and_all_add_up(total, weights):
    parts, whole = money.apportioned(total, weights), sum(weights)

    assert sum(parts) == (total if whole else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert not whole or abs(part - Fraction(total * weight, whole)) < 1


def test_of_equal_remainders_the_earlier_one_comes_first_also_below_zero():
    assert money.apportioned(3, [-1, 0, -5]) == [1, 0, 2]
    assert money.apportioned(-3, [1, 0, 5]) == [-1, 0, -2]


@given(st.integers(-(10**12), 10**12))
def test_millionths_come_back_as_they_were(millionths):
    assert money.to_millionths(money.from_millionths(millionths)) == millionths
