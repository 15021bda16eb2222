"""What a field of an order must be, and the one form in which it is kept. Each check takes a normalised text.

Every check raises ValueError with a sentence that begins after the field's name: it says what would be right.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from orders.order import card_numbers, money
from orders.order.clock import to_iso
from orders.order.countries import COUNTRIES
from orders.order.ids import is_order_id
from orders.order.text import is_blank, one_line, several_lines, trimmed

MOST_QUANTITY = MOST_POSITION = 1_000_000
LONGEST_EMAIL = 254
AN_INSTANT = "2026-11-23T18:30:00+01:00"
MOST_METADATA, LONGEST_NAME, LONGEST_VALUE = 20, 40, 500
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,8})?", re.ASCII)
_USUAL_AMOUNT = re.compile(r"[1-9][0-9]{0,11}(?:\.[0-9]{0,7}[1-9])?", re.ASCII)
_USUAL_PERCENTAGE = re.compile(r"[1-9][0-9]?(?:\.[0-9]{0,5}[1-9])?", re.ASCII)
"""Written without needless zeros, as most are."""
_UNSIGNED = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_USUAL_EMAIL = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9.-]+\.[a-z0-9-]{2,}", re.ASCII | re.IGNORECASE)
"""An address without other letters, of which most are."""
_LOCAL_PART = re.compile(r'[^\s@<>()\[\]\\,;:"]{1,64}')
Check = Callable[[str], str]


def order_id(text: str) -> str:
    if not is_order_id(text):
        raise ValueError("must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only . or ..")
    return text


def visible(text: str) -> str:
    if not text or (not text.isascii() and is_blank(text)):
        raise ValueError("must not be blank")
    return text


def at_most(length: int) -> Check:
    """At most `length` characters, counted in the stored form of the text."""

    def check(text: str) -> str:
        if len(text) > length:
            raise ValueError(f"must have at most {length} characters, and has {len(text)}")
        return text

    return check


def email(text: str) -> str:
    if _USUAL_EMAIL.fullmatch(text) and len(text) <= LONGEST_EMAIL:
        return text
    local, _, domain = text.rpartition("@")
    before, _, last = domain.rpartition(".")
    fits = _LOCAL_PART.fullmatch(local) and before and len(last) >= 2 and _has_only_letters(before + last, ".-")
    if not fits or "." in last or len(text) > LONGEST_EMAIL or _has_category(local, "C"):
        raise ValueError("must be an e-mail address, as in zoe@example.com")
    return text


def language_tag(text: str) -> str:
    """BCP 47. `de_DE`, as programs write it, is `de-DE`."""
    tag = text.replace("_", "-")
    if not _LANGUAGE_TAG.fullmatch(tag):
        raise ValueError("must be a language tag, as in de or pt-BR")
    return tag


def currency(text: str) -> str:
    if text not in money.DECIMALS:
        raise ValueError("must be a currency code of ISO 4217 in capitals, such as EUR")
    return text


def country(text: str) -> str:
    if not text.isascii() or text.upper() not in COUNTRIES:
        raise ValueError("must be a country code of two letters (ISO 3166-1), such as DE")
    return text.upper()


def amount(instead: str) -> Check:
    """An amount that is not negative, without needless zeros. `instead` says what to use for a negative one."""

    def check(text: str) -> str:
        if _USUAL_AMOUNT.fullmatch(text):
            return text
        if text.startswith("-") and _DECIMAL.fullmatch(text):
            raise ValueError(f"must not be negative{instead and '; '}{instead}")
        return signed_amount(text)

    return check


def positive_amount(text: str) -> str:
    kept = amount("it is what the customer gets back")(text)
    if kept == "0":
        raise ValueError("must be more than 0")
    return kept


def signed_amount(text: str) -> str:
    if not _DECIMAL.fullmatch(text):
        raise ValueError("must be an amount with a decimal point, as in 18.99, and no currency")
    kept = money.plain(text)
    if not _AMOUNT.fullmatch(kept):
        raise ValueError("must have at most 12 digits before the decimal point, and at most 8 after it")
    return kept


def percentage(text: str) -> str:
    """From 0 to 100, without needless zeros."""
    if _USUAL_PERCENTAGE.fullmatch(text):
        return text
    percent = money.plain(text) if _UNSIGNED.fullmatch(text) else ""
    whole, _, decimals = percent.partition(".")
    if not (percent == "100" or (1 <= len(whole) <= 2 and len(decimals) <= 6)):
        raise ValueError(
            "must be a percentage from 0 to 100 with at most 6 decimals, as in 7.7, without a percent sign"
        )
    return percent


def flag(given: object) -> bool:
    """`true` or `false`; `null` counts as `false`."""
    if given is None:
        return False
    if not isinstance(given, bool):
        raise ValueError("must be true or false, without quotes")
    return given


def quantity(given: object) -> int | str:
    """A whole number, or a decimal as text with at most 6 decimals; negative for goods that are taken back."""
    if type(given) is int and 0 < given <= MOST_QUANTITY:
        return given
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise ValueError('must be a whole number, or a decimal in double quotes, as in "0.25"')
    text = f"{given:d}" if isinstance(given, int) else trimmed(given)
    if not _DECIMAL.fullmatch(text):
        raise ValueError('must be a whole number, or a decimal with a decimal point, as in "0.25"')
    kept = money.plain(text)
    if kept == "0":
        raise ValueError("must not be 0; leave the item out")
    if len(kept.partition(".")[0]) > len(f"-{MOST_QUANTITY}") or abs(Decimal(kept)) > MOST_QUANTITY:
        raise ValueError(f"must be from -{MOST_QUANTITY:,} to {MOST_QUANTITY:,}")
    if len(kept.partition(".")[2]) > money.DECIMALS_OF_A_QUANTITY:
        raise ValueError("must have at most 6 decimals")
    return int(kept) if "." not in kept else kept


def positive_quantity(given: object) -> int | str | None:
    """A quantity above 0. `null` and a blank text count as none."""
    if given is None or (isinstance(given, str) and not trimmed(given)):
        return None
    kept = quantity(given)
    if str(kept).startswith("-"):
        raise ValueError("must be more than 0; a line with a negative quantity is given back in its own direction")
    return kept


def position(given: object) -> int | None:
    """The place of an entry in a list. `null` counts as none."""
    if given is None:
        return None
    if type(given) is not int:
        raise ValueError("must be a whole number without quotes: 1 for the first of the order")
    if not 1 <= given <= MOST_POSITION:
        raise ValueError("must be a position in the order, counted from 1")
    return given


def instant(text: str) -> str:
    """An instant with its offset (RFC 3339), kept in UTC."""
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError
        return to_iso(datetime.fromisoformat(text.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueError(f"must be a date and a time with an offset (RFC 3339), as in {AN_INSTANT}") from None


def without_a_card_number(text: str) -> str:
    if card_numbers.may_have_one(text):
        raise ValueError("must not have a card number; give the last four digits in last4")
    return text


def metadata(given: object) -> dict[str, str]:
    """Texts under names of the shop's choice. A name with `null` counts as absent."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ValueError('must be an object whose values are texts, as in {"channel": "web"}')
    if len(given) > MOST_METADATA:
        raise ValueError(f"must have at most {MOST_METADATA} names, and has {len(given)}")
    named = {name: value for name, value in given.items() if value is not None}
    kept = {_name(name): _value(value) for name, value in named.items()}
    if len(kept) < len(named):
        raise ValueError("must not have the same name twice")
    return kept


def _name(given: str) -> str:
    name = one_line(given)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"must have names of 1 to {LONGEST_NAME} characters, and one has {len(name)}")
    return name


def _value(given: object) -> str:
    if not isinstance(given, str):
        raise ValueError('must have texts in double quotes as values, as in {"channel": "web"}')
    text = several_lines(given)
    if len(text) > LONGEST_VALUE:
        raise ValueError(f"must have values of at most {LONGEST_VALUE} characters, and one has {len(text)}")
    return text


def one_of(*words: str) -> Check:
    def check(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words[:-1])} and {words[-1]}")
        return text

    return check


def four_digits(text: str) -> str:
    if not (len(text) == 4 and text.isascii() and text.isdecimal()):
        raise ValueError("must be the last four digits of the card, as in 4242")
    return text


def _has_only_letters(text: str, others: str) -> bool:
    """Letters, their marks, and digits, of any script."""
    return all(character in others or unicodedata.category(character)[0] in "LMN" for character in text)


def _has_category(text: str, category: str) -> bool:
    return any(unicodedata.category(character)[0] == category for character in text)
