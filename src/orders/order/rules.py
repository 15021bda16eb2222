"""What a field of an order may hold: the check, the limits in JSON Schema and the description, in one object.

A rule is in the `Annotated` type of a field; see `orders.order.posted`. pydantic calls it when it validates or
describes the field. It is imported only then: functions that only read stored orders start without it.

The patterns of JSON Schema hold alike in ECMA-262 and in Python, whose regular expressions know no categories of
Unicode: they admit all that is admitted, and a little more that only a category tells apart.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from orders.order import money
from orders.order.ids import is_order_id

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""The categories Cc, Zl, Zp and Cs, which no version of Unicode adds to."""
_MOST_MARKS = 30
"""In a row (Unicode Standard Annex 15, Stream-Safe Text Format): sorting them takes time that grows with the square."""
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols by category, blank to the eye

_CONTROLS = r"\u007f-\u009f\u2028\u2029"
_NOT_IN_A_LINE = rf"\u0000-\u001f{_CONTROLS}"
_NOT_IN_LINES = rf"\u0000-\u0009\u000b-\u001f{_CONTROLS}"
_INVISIBLE = (
    r"\s\u00ad\u0300-\u036f\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufeff\uffa0"
)
_MAILBOX = rf"""[^\s@<>()\[\]\\,;:"{_NOT_IN_A_LINE}]"""
_DOMAIN_EXCEPT = rf"\s!-,/:-@\[-`{{-~{_NOT_IN_A_LINE}"

Limits = Mapping[str, Any]
"""Keywords of JSON Schema (2020-12)."""
ORDER_ID_LIMITS: Limits = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$", "not": {"enum": [".", ".."]}}


@dataclass(frozen=True)
class Rule:
    """`says` describes the field to callers. `limits` are what JSON Schema can say of its `checks`."""

    says: str
    checks: tuple[Callable[[str], str], ...] = ()
    limits: Limits = field(default_factory=dict)
    text: Mapping[str, Any] = field(default_factory=dict)
    """What pydantic checks of the text before these: `min_length`, `max_length`, `pattern` (of Rust's regex)."""
    shape: str | None = None
    """What to tell a caller whose text does not match the pattern."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> "CoreSchema":
        from pydantic_core import core_schema

        schema = self._core(source, handler)
        return core_schema.nullable_schema(schema) if type(None) in get_args(source) else schema

    def __get_pydantic_json_schema__(self, schema: "CoreSchema", handler: Any) -> dict[str, Any]:
        return {**handler(schema), **self.limits, "description": self.says}

    def _core(self, _source: Any, _handler: Any) -> "CoreSchema":
        """Strict: a number is no text."""
        from pydantic_core import core_schema

        schema: CoreSchema = core_schema.str_schema(strict=True, **self.text)
        for check in self.checks:
            schema = core_schema.no_info_after_validator_function(check, schema)
        return schema


@dataclass(frozen=True)
class WholeNumber(Rule):
    least: int = 1
    most: int = 1_000_000

    def _core(self, _source: Any, _handler: Any) -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.int_schema(strict=True, ge=self.least, le=self.most)


@dataclass(frozen=True)
class ListOf(Rule):
    most: int = 0

    def _core(self, source: Any, handler: Any) -> "CoreSchema":
        return {**handler(source), "max_length": self.most}


def line(says: str, length: int) -> Rule:
    """One line of text that is not blank."""
    return _visible(says, length, _one_line, _NOT_IN_A_LINE)


def lines(says: str, length: int) -> Rule:
    """Lines of text that are not all blank."""
    return _visible(says, length, _lines, _NOT_IN_LINES)


def order_id(says: str) -> Rule:
    return Rule(says, (_order_id,), ORDER_ID_LIMITS)


def email(says: str) -> Rule:
    pattern = r"^[^\s@<>()\[\]\\,;:\"\p{C}]{1,64}@[\p{L}\p{M}\p{N}.-]+\.[\p{L}\p{M}\p{N}-]{2,}$"
    limits = {"pattern": rf"^{_MAILBOX}{{1,64}}@[^{_DOMAIN_EXCEPT}]+\.[^.{_DOMAIN_EXCEPT}]{{2,}}$"}
    shape = "must be an e-mail address, as in zoe@example.com"
    return Rule(says, (_composed,), limits, {"max_length": 254, "pattern": pattern}, shape)


def language_tag(says: str) -> Rule:
    text = {"max_length": 35, "pattern": r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}
    return Rule(says, text=text, shape="must be a language tag, as in pt-BR")


def currency(says: str) -> Rule:
    return Rule(says, (_currency,), {"enum": [*sorted(money.DECIMALS), None]})


def price(says: str) -> Rule:
    shape = "must be an amount with a decimal point, as in 18.99, and no currency"
    return Rule(says, text={"pattern": r"^[0-9]{1,12}(\.[0-9]{1,3})?$"}, shape=shape)


def percentage(says: str) -> Rule:
    limits = {"pattern": r"^(100(\.0{1,3})?|0?[0-9]{1,2}(\.[0-9]{1,3})?)$"}
    shape = "must be a percentage with a decimal point, as in 7.7, without its sign"
    return Rule(says, (_percentage,), limits, {"pattern": r"^[0-9]{1,3}(\.[0-9]{1,3})?$"}, shape)


def _visible(says: str, length: int, check: Callable[[str], str], unprintable: str) -> Rule:
    pattern = rf"^[^{unprintable}]*[^{_INVISIBLE}{unprintable}][^{unprintable}]*$"
    text = {"min_length": 1, "max_length": length}
    return Rule(says, (check, _at_most(length)), {"pattern": pattern}, text)


def _order_id(text: str) -> str:
    if not is_order_id(text):
        raise ValueError("must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only . or ..")
    return text


def _one_line(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise ValueError("must not hold control characters or line breaks")
    return _not_blank(text)


def _lines(text: str) -> str:
    if _UNPRINTABLE.search(text.replace("\n", "")):
        raise ValueError("must not hold control characters")
    return _not_blank(text)


def _not_blank(text: str) -> str:
    """The text in Unicode's composed form (NFC), so that one name has one spelling."""
    if not any(unicodedata.category(character)[0] in "LNPS" and character not in _FILLERS for character in text):
        raise ValueError("must not be blank")
    return _composed(text)


def _at_most(length: int) -> Callable[[str], str]:
    """Counted after normalisation, which may lengthen a text."""

    def check(text: str) -> str:
        if len(text) > length:
            raise ValueError(f"must have at most {length} characters")
        return text

    return check


def _currency(code: str) -> str:
    if code not in money.DECIMALS:
        raise ValueError("must be a currency code of ISO 4217, such as EUR")
    return code


def _percentage(percent: str) -> str:
    """The percentage without needless zeros."""
    if Decimal(percent) > 100:
        raise ValueError("must be a percentage from 0 to 100")
    return f"{Decimal(percent).normalize():f}"


def _composed(text: str) -> str:
    if text.isascii():
        return text
    if _marks_in_a_row(text) > _MOST_MARKS:
        raise ValueError(f"must not have more than {_MOST_MARKS} accents in a row")
    return unicodedata.normalize("NFC", text)


def _marks_in_a_row(text: str) -> int:
    categories = "".join([unicodedata.category(character)[0] for character in text])
    return max(map(len, re.findall("M+", categories)), default=0)
