"""What a field of an order may hold: the check, the limits in JSON Schema and the description, in one object.

A rule is in the `Annotated` type of a field; see `orders.order.posted`. `orders.order.rule` has the kinds of rules.

The patterns of JSON Schema hold alike in ECMA-262 and in Python, whose regular expressions know no categories of
Unicode: they admit everything that is valid, and a little more that only a category could exclude.
"""

from dataclasses import replace

from orders.order import checks, money
from orders.order.rule import BLANKS, NOT_IN_A_LINE, NOT_IN_LINES, Checked, Limits, Rule
from orders.order.text import Normalise, composed, one_line, several_lines

_INVISIBLE = (
    r"\s\u00ad\u0300-\u036f\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufeff\uffa0"
)
_MAILBOX = rf"""[^\s@<>()\[\]\\,;:"{NOT_IN_A_LINE}]"""
_DOMAIN_EXCEPT = rf"\s!-,/:-@\[-`{{-~{NOT_IN_A_LINE}"

_AMOUNT = 'an amount in double quotes, as in "18.99"'
_INSTANT = (
    rf"^{BLANKS}[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,9}})?"
    rf"([Zz]|[-+][0-9]{{2}}:[0-9]{{2}}){BLANKS}$"
)

ORDER_ID_LIMITS: Limits = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$", "not": {"enum": [".", ".."]}}


def line(says: str, length: int) -> Rule:
    """One line of text."""
    return _visible(says, length, one_line, NOT_IN_A_LINE)


def lines(says: str, length: int) -> Rule:
    """Lines of text."""
    return _visible(says, length, several_lines, NOT_IN_LINES)


def required_line(says: str, length: int) -> Rule:
    """One line of text that is not blank."""
    rule = _visible(says, length, one_line, NOT_IN_A_LINE)
    pattern = rf"^[^{NOT_IN_A_LINE}]*[^{_INVISIBLE}{NOT_IN_A_LINE}][^{NOT_IN_A_LINE}]*$"
    return replace(rule, limits={**rule.limits, "minLength": 1, "pattern": pattern})


def order_id(says: str) -> Rule:
    return Rule(says, (checks.order_id,), ORDER_ID_LIMITS, str)


def email(says: str) -> Rule:
    address = rf"{_MAILBOX}{{1,64}}@[^{_DOMAIN_EXCEPT}]+\.[^.{_DOMAIN_EXCEPT}]{{2,}}"
    limits = {"maxLength": checks.LONGEST_EMAIL, "pattern": rf"^{BLANKS}{address}{BLANKS}$"}
    return Rule(says, (checks.email, composed), limits)


def language_tag(says: str) -> Rule:
    limits = {"pattern": rf"^{BLANKS}[A-Za-z]{{2,3}}([-_][A-Za-z0-9]{{2,8}}){{0,10}}{BLANKS}$"}
    return Rule(says, (checks.language_tag, checks.at_most(35)), limits)


def currency(says: str) -> Rule:
    return Rule(says, (checks.currency,), {"enum": sorted(money.DECIMALS)})


def country(says: str) -> Rule:
    return Rule(says, (checks.country,), {"pattern": rf"^{BLANKS}[A-Za-z]{{2}}{BLANKS}$"})


def amount(says: str, instead: str = "") -> Rule:
    """An amount of money that is not negative. `instead` tells callers what to use for a negative one."""
    pattern = rf"^{BLANKS}0*[0-9]{{1,12}}(\.[0-9]{{1,8}}0*)?{BLANKS}$"
    return Rule(says, (checks.amount(instead),), {"pattern": pattern}, is_amount=True, form=_AMOUNT)


def signed_amount(says: str, default: str | None = None) -> Rule:
    pattern = rf"^{BLANKS}-?0*[0-9]{{1,12}}(\.[0-9]{{1,8}}0*)?{BLANKS}$"
    limits = {"pattern": pattern}
    return Rule(says, (checks.signed_amount,), limits, is_amount=True, default=default, form=_AMOUNT)


def positive_amount(says: str) -> Rule:
    """An amount of money above 0."""
    return replace(amount(says), checks=(checks.positive_amount,))


def percentage(says: str) -> Rule:
    pattern = rf"^{BLANKS}0*(100(\.0+)?|[0-9]{{1,2}}(\.[0-9]{{1,6}}0*)?){BLANKS}$"
    return Rule(says, (checks.percentage,), {"pattern": pattern}, form='a percentage in double quotes, as in "7.7"')


def quantity(says: str) -> Rule:
    number = {"type": "integer", "minimum": -checks.MOST_QUANTITY, "maximum": checks.MOST_QUANTITY, "not": {"const": 0}}
    text = {"type": "string", "pattern": rf"^{BLANKS}-?0*[0-9]{{1,7}}(\.[0-9]{{1,6}}0*)?{BLANKS}$"}
    return Checked(says, limits={"anyOf": [number, text]}, check=checks.quantity)


def positive_quantity(says: str) -> Rule:
    """A quantity above 0, or none."""
    number = {"type": "integer", "minimum": 1, "maximum": checks.MOST_QUANTITY}
    text = {"type": "string", "pattern": rf"^{BLANKS}(0*[0-9]{{1,7}}(\.[0-9]{{1,6}}0*)?)?{BLANKS}$"}
    limits = {"anyOf": [number, text, {"type": "null"}]}
    return Checked(says, limits=limits, check=checks.positive_quantity)


def position(says: str) -> Rule:
    """The place of an entry in a list, counted from 1, or none."""
    limits = {"type": ["integer", "null"], "minimum": 1, "maximum": checks.MOST_POSITION}
    return Checked(says, limits=limits, check=checks.position)


def metadata(says: str) -> Rule:
    limits = {
        "type": ["object", "null"],
        "maxProperties": checks.MOST_METADATA,
        "propertyNames": {"minLength": 1, "maxLength": checks.LONGEST_NAME, "pattern": rf"^[^{NOT_IN_A_LINE}]*$"},
        "additionalProperties": {
            "type": ["string", "null"], "maxLength": checks.LONGEST_VALUE, "pattern": rf"^[^{NOT_IN_LINES}]*$",
        },
    }  # fmt: skip
    return Checked(says, limits=limits, check=checks.metadata)


def instant(says: str) -> Rule:
    form = f'a date and a time in double quotes, as in "{checks.AN_INSTANT}"'
    return Rule(says, (checks.instant,), {"pattern": _INSTANT}, form=form)


def one_of(says: str, *words: str, default: str | None = None) -> Rule:
    return Rule(says, (checks.one_of(*words),), {"enum": [*words]}, default=default)


def reference(says: str, length: int) -> Rule:
    """One line of text in which no card number may be."""
    rule = line(says, length)
    return replace(rule, checks=(*rule.checks, checks.without_a_card_number))


def last_four(says: str) -> Rule:
    limits = {"pattern": rf"^{BLANKS}[0-9]{{4}}{BLANKS}$"}
    return Rule(says, (checks.four_digits,), limits, form='four digits in double quotes, as in "4242"')


def _visible(says: str, length: int, normalise: Normalise, unprintable: str) -> Rule:
    limits = {"maxLength": length, "pattern": rf"^[^{unprintable}]*$"}
    return Rule(says, (checks.visible, checks.at_most(length)), limits, normalise, longest=10 * length + 1_000)
