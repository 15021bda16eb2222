"""What a field of an order may hold: the check, the limits in JSON Schema and the description, in one object.

A rule is in the `Annotated` type of a field; see `orders.order.posted`. pydantic calls it when it validates or
describes the field. It is imported only then: functions that only read stored orders start without it.

The patterns of JSON Schema hold alike in ECMA-262 and in Python, whose regular expressions know no categories of
Unicode: they admit everything that is valid, and a little more that only a category could exclude.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, get_args

from orders.order import checks, money
from orders.order.lists import Read, all_of, uncrowded, without_blank_texts
from orders.order.text import Normalise, composed, one_line, several_lines, trimmed

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

_CONTROLS = r"\u007f-\u009f\u2028\u2029"
_NOT_IN_A_LINE = rf"\u0000-\u0008\u000a-\u001f{_CONTROLS}"
_NOT_IN_LINES = rf"\u0000-\u0008\u000b\u000c\u000e-\u001f{_CONTROLS}"
_INVISIBLE = (
    r"\s\u00ad\u0300-\u036f\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufeff\uffa0"
)
_MAILBOX = rf"""[^\s@<>()\[\]\\,;:"{_NOT_IN_A_LINE}]"""
_DOMAIN_EXCEPT = rf"\s!-,/:-@\[-`{{-~{_NOT_IN_A_LINE}"
_BLANKS = r"[ \t]*"

_AMOUNT = 'an amount in double quotes, as in "18.99"'
_INSTANT = (
    rf"^{_BLANKS}[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,9}})?"
    rf"([Zz]|[-+][0-9]{{2}}:[0-9]{{2}}){_BLANKS}$"
)

_OPTIONAL = "optional"

Limits = Mapping[str, Any]
"""Keywords of JSON Schema (2020-12)."""
ORDER_ID_LIMITS: Limits = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$", "not": {"enum": [".", ".."]}}


@dataclass(frozen=True)
class Rule:
    """`says` describes the field to callers. `limits` are what JSON Schema can say of its `checks`.

    A blank text in an optional field counts as none.
    """

    says: str
    checks: tuple[Callable[[str], str], ...] = ()
    limits: Limits = field(default_factory=dict)
    normalise: Normalise = trimmed
    is_amount: bool = False
    """Whether it is an amount of the order's currency, which is stored with all of its decimals."""
    form: str = "a text in double quotes"
    """What the field must be, for callers that sent no text."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> "CoreSchema":
        return self._core(source, handler)

    def __get_pydantic_json_schema__(self, schema: "CoreSchema", handler: Any) -> dict[str, Any]:
        return {**self._described(schema, handler), "description": self.says}

    def _core(self, source: Any, _handler: Any) -> "CoreSchema":
        from pydantic_core import core_schema

        is_optional = type(None) in get_args(source)
        return core_schema.no_info_plain_validator_function(
            self.reader(is_optional=is_optional), metadata={_OPTIONAL: is_optional}
        )

    def _described(self, schema: "CoreSchema", _handler: Any) -> dict[str, Any]:
        if schema["metadata"][_OPTIONAL]:
            return {"type": ["string", "null"], **_or_blank(self.limits)}
        return {"type": "string", **self.limits}

    def reader(self, *, is_optional: bool) -> Callable[[object], str | None]:
        """Reads the field: one function for pydantic to call, as each call takes as long as most checks."""
        normalise, checked, form = self.normalise, self.checks, self.form

        def read(given: object) -> str | None:
            if not isinstance(given, str):
                if given is None and is_optional:
                    return None
                raise ValueError(f"must be {form}")
            text = normalise(given)
            if is_optional and not text:
                return None
            for check in checked:
                text = check(text)
            return text

        return read


@dataclass(frozen=True)
class Checked(Rule):
    """A field that is no text alone: `check` takes whatever the caller sent."""

    check: Callable[[object], Any] = checks.quantity

    def _core(self, _source: Any, _handler: Any) -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.check)

    def _described(self, _schema: "CoreSchema", _handler: Any) -> dict[str, Any]:
        return dict(self.limits)


@dataclass(frozen=True)
class Flag(Rule):
    """`null` counts as `false`."""

    def _core(self, _source: Any, _handler: Any) -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(checks.flag)

    def _described(self, _schema: "CoreSchema", _handler: Any) -> dict[str, Any]:
        return {"type": ["boolean", "null"]}


@dataclass(frozen=True)
class ListOf(Rule):
    """`null` counts as an empty list. `without_blanks` leaves out texts that are blank."""

    most: int = 0
    without_blanks: bool = False

    def _core(self, source: Any, handler: Any) -> "CoreSchema":
        from pydantic_core import core_schema

        parts = {**handler(source), "fail_fast": True}
        return core_schema.no_info_wrap_validator_function(self._list_reader(), parts)

    def _list_reader(self) -> Callable[[object, Read], object]:
        most, without_blanks = self.most, self.without_blanks

        def read(given: object, parts: Read) -> object:
            if given is None:
                return ()
            if not isinstance(given, list):
                raise ValueError("must be a list in square brackets")
            kept = without_blank_texts(given) if without_blanks else given
            if len(kept) > most:
                raise ValueError(f"must have at most {most} entries, and has {len(kept):,}")
            return all_of(kept, parts)

        return read

    def _described(self, schema: "CoreSchema", handler: Any) -> dict[str, Any]:
        described: dict[str, Any] = handler(schema["schema"])
        described |= {"type": ["array", "null"]}
        return described | (self._but_blanks(described) if self.without_blanks else {"maxItems": self.most})

    def _but_blanks(self, described: Limits) -> dict[str, Any]:
        """So many entries that are not blank, and any number of others."""
        entry = described["items"]
        blank_too = {"type": ["string", "null"], "maxLength": entry["maxLength"], "pattern": f"^[^{_NOT_IN_A_LINE}]*$"}
        seen = {"type": "string", "pattern": r"\S"}
        return {
            "items": entry | blank_too | {"minLength": 0},
            "contains": seen,
            "minContains": 0,
            "maxContains": self.most,
        }


@dataclass(frozen=True)
class Part(Rule):
    """A document within the order. One in which nothing is filled in counts as none."""

    def _core(self, source: Any, handler: Any) -> "CoreSchema":
        from pydantic_core import core_schema

        part = core_schema.no_info_before_validator_function(uncrowded, handler(source))
        return core_schema.no_info_after_validator_function(_none_if_empty, part)

    def _described(self, schema: "CoreSchema", handler: Any) -> dict[str, Any]:
        described: dict[str, Any] = handler(schema["schema"])
        return described


def line(says: str, length: int) -> Rule:
    """One line of text."""
    return _visible(says, length, one_line, _NOT_IN_A_LINE)


def lines(says: str, length: int) -> Rule:
    """Lines of text."""
    return _visible(says, length, several_lines, _NOT_IN_LINES)


def required_line(says: str, length: int) -> Rule:
    """One line of text that is not blank."""
    rule = _visible(says, length, one_line, _NOT_IN_A_LINE)
    pattern = rf"^[^{_NOT_IN_A_LINE}]*[^{_INVISIBLE}{_NOT_IN_A_LINE}][^{_NOT_IN_A_LINE}]*$"
    return replace(rule, limits={**rule.limits, "minLength": 1, "pattern": pattern})


def order_id(says: str) -> Rule:
    return Rule(says, (checks.order_id,), ORDER_ID_LIMITS, str)


def email(says: str) -> Rule:
    address = rf"{_MAILBOX}{{1,64}}@[^{_DOMAIN_EXCEPT}]+\.[^.{_DOMAIN_EXCEPT}]{{2,}}"
    limits = {"maxLength": checks.LONGEST_EMAIL, "pattern": rf"^{_BLANKS}{address}{_BLANKS}$"}
    return Rule(says, (checks.email, composed), limits)


def language_tag(says: str) -> Rule:
    limits = {"pattern": rf"^{_BLANKS}[A-Za-z]{{2,3}}([-_][A-Za-z0-9]{{2,8}}){{0,10}}{_BLANKS}$"}
    return Rule(says, (checks.language_tag, checks.at_most(35)), limits)


def currency(says: str) -> Rule:
    return Rule(says, (checks.currency,), {"enum": sorted(money.DECIMALS)})


def country(says: str) -> Rule:
    return Rule(says, (checks.country,), {"pattern": rf"^{_BLANKS}[A-Za-z]{{2}}{_BLANKS}$"})


def amount(says: str, instead: str = "") -> Rule:
    """An amount of money that is not negative. `instead` tells callers what to use for a negative one."""
    pattern = rf"^{_BLANKS}0*[0-9]{{1,12}}(\.[0-9]{{1,8}}0*)?{_BLANKS}$"
    return Rule(says, (checks.amount(instead),), {"pattern": pattern}, is_amount=True, form=_AMOUNT)


def signed_amount(says: str) -> Rule:
    pattern = rf"^{_BLANKS}-?0*[0-9]{{1,12}}(\.[0-9]{{1,8}}0*)?{_BLANKS}$"
    return Rule(says, (checks.signed_amount,), {"pattern": pattern}, is_amount=True, form=_AMOUNT)


def percentage(says: str) -> Rule:
    pattern = rf"^{_BLANKS}0*(100(\.0+)?|[0-9]{{1,2}}(\.[0-9]{{1,6}}0*)?){_BLANKS}$"
    return Rule(says, (checks.percentage,), {"pattern": pattern}, form='a percentage in double quotes, as in "7.7"')


def quantity(says: str) -> Rule:
    number = {"type": "integer", "minimum": -checks.MOST_QUANTITY, "maximum": checks.MOST_QUANTITY, "not": {"const": 0}}
    text = {"type": "string", "pattern": rf"^{_BLANKS}-?0*[0-9]{{1,7}}(\.[0-9]{{1,6}}0*)?{_BLANKS}$"}
    return Checked(says, limits={"anyOf": [number, text]}, check=checks.quantity)


def metadata(says: str) -> Rule:
    limits = {
        "type": ["object", "null"],
        "maxProperties": checks.MOST_METADATA,
        "propertyNames": {"minLength": 1, "maxLength": checks.LONGEST_NAME, "pattern": rf"^[^{_NOT_IN_A_LINE}]*$"},
        "additionalProperties": {
            "type": ["string", "null"], "maxLength": checks.LONGEST_VALUE, "pattern": rf"^[^{_NOT_IN_LINES}]*$",
        },
    }  # fmt: skip
    return Checked(says, limits=limits, check=checks.metadata)


def instant(says: str) -> Rule:
    form = f'a date and a time in double quotes, as in "{checks.AN_INSTANT}"'
    return Rule(says, (checks.instant,), {"pattern": _INSTANT}, form=form)


def one_of(says: str, *words: str) -> Rule:
    return Rule(says, (checks.one_of(*words),), {"enum": [*words]})


def reference(says: str, length: int) -> Rule:
    """One line of text in which no card number may be."""
    rule = line(says, length)
    return replace(rule, checks=(*rule.checks, checks.without_a_card_number))


def last_four(says: str) -> Rule:
    limits = {"pattern": rf"^{_BLANKS}[0-9]{{4}}{_BLANKS}$"}
    return Rule(says, (checks.four_digits,), limits, form='four digits in double quotes, as in "4242"')


def _visible(says: str, length: int, normalise: Normalise, unprintable: str) -> Rule:
    limits = {"maxLength": length, "pattern": rf"^[^{unprintable}]*$"}
    return Rule(says, (checks.visible, checks.at_most(length)), limits, normalise)


def _or_blank(limits: Limits) -> Limits:
    """The limits of an optional text: blank and `null` count as absent."""
    if "enum" in limits:
        return {**limits, "enum": [*limits["enum"], None, ""]}
    pattern = limits.get("pattern")
    if pattern is None or re.search(pattern, ""):
        return limits
    return {**limits, "pattern": f"^({_BLANKS}|{pattern[1:-1]})$"}


def _none_if_empty(part: Any) -> object:
    return part if part and any(getattr(part, each.name) for each in fields(part)) else None
