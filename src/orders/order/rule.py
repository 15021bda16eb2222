"""The kinds of rules for a field of an order: a text, a flag, a list, a part, or anything else that a check reads.

A rule is in the `Annotated` type of a field; see `orders.order.posted`. pydantic calls it when it validates or
describes the field. It is imported only then: functions that only read stored orders start without it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, get_args

from orders.order import checks
from orders.order.lists import Read, all_of, uncrowded, without_blank_texts
from orders.order.text import Normalise, trimmed

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

BLANKS = r"[ \t]*"
_CONTROLS = r"\u007f-\u009f\u2028\u2029"
NOT_IN_A_LINE = rf"\u0000-\u0008\u000a-\u001f{_CONTROLS}"
NOT_IN_LINES = rf"\u0000-\u0008\u000b\u000c\u000e-\u001f{_CONTROLS}"
"""Characters, for a class of a regular expression."""
_OPTIONAL = "optional"

Limits = Mapping[str, Any]
"""Keywords of JSON Schema (2020-12)."""


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
    default: str | None = None
    """The value that means the same as no value. It is not stored, so that both spellings are one order."""
    longest: int | None = None
    """More characters are refused before the text is normalised, which takes time."""
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
        normalise, checked, form, longest = self.normalise, self.checks, self.form, self.longest
        most = self.limits.get("maxLength")

        def read(given: object) -> str | None:
            if not isinstance(given, str):
                if given is None and is_optional:
                    return None
                raise ValueError(f"must be {form}")
            if longest and len(given) > longest:
                raise ValueError(f"must have at most {most} characters, and has {len(given):,}")
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
        blank_too = {"type": ["string", "null"], "maxLength": entry["maxLength"], "pattern": f"^[^{NOT_IN_A_LINE}]*$"}
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


def _or_blank(limits: Limits) -> Limits:
    """The limits of an optional text: blank and `null` count as absent."""
    if "enum" in limits:
        return {**limits, "enum": [*limits["enum"], None, ""]}
    pattern = limits.get("pattern")
    if pattern is None or re.search(pattern, ""):
        return limits
    return {**limits, "pattern": f"^({BLANKS}|{pattern[1:-1]})$"}


def _none_if_empty(part: Any) -> object:
    return part if part and any(getattr(part, each.name) for each in fields(part)) else None
