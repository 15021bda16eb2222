"""The patterns of document numbers in `shop.toml`: which are taken, and what the others are told."""

import pytest

from orders.shop import patterns


def told(**given: object) -> str:
    with pytest.raises(ValueError, match="numbers") as refusal:
        patterns.read("numbers", given)
    return str(refusal.value)


@pytest.mark.parametrize(
    "pattern", ["R{year}-{number:06}", "{number}", "{number:01}", "{number:012}", "A/{number} {year}", "№ {number}"]
)
def test_a_pattern_with_one_number_and_at_most_one_year_is_taken(pattern: str):
    assert patterns.read("numbers", {"receipt": pattern}) == {"receipt": pattern}


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("R{year}", "must have {number} once"),
        ("{number}{number}", "must have {number} once"),
        ("{number}-{number:06}", "must have {number} once"),
        ("{year}{year}{number}", "{year} at most once"),
        ("{number:00}", "must have {number} once"),
        ("{number:6}", "must have {number} once"),
        ("{number:013}", "must have {number} once"),
        ("{NUMBER}", "must have {number} once"),
        ("{number}{", "can't contain {"),
        ("{{number}}", "can't contain {"),
        ("{month}{number}", "can't contain {month}"),
        ("{number.real}{number}", "can't contain {number.real}"),
        ("", "must be a text of 1 to 40 characters"),
        ("R" * 33 + "{number}", "must be a text of 1 to 40 characters"),
        ("R\u202e{number}", "must be a text of 1 to 40 characters"),
        ("R\n{number}", "must be a text of 1 to 40 characters"),
        ("R\0{number}", "must be a text of 1 to 40 characters"),
        (17, "must be a text of 1 to 40 characters"),
        (" {number}", "must not begin or end with a blank"),
        ("{number} ", "must not begin or end with a blank"),
    ],
)
def test_another_pattern_is_refused_with_what_would_be_right(pattern: object, says: str):
    assert says in told(receipt=pattern)


def test_receipts_and_credit_notes_may_share_a_series_or_have_one_each():
    for note in ("R{number:06}", "C{number:06}", "R{number:06}C"):
        both = {"receipt": "R{number:06}", "credit_note": note}
        assert patterns.read("numbers", both) == both


def test_two_series_never_print_the_same_numbers():
    """`R100000` would be the name of two documents."""
    assert "differ only in the length" in told(receipt="R{number:06}", credit_note="R{number}")


def test_there_are_no_other_kinds():
    assert "numbers.invoice is not a key. The keys are receipt, credit_note" in told(invoice="I{number}")
