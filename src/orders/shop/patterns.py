"""The patterns of document numbers that `shop.toml` may have, as in `R{year}-{number:06}`."""

import re
from collections.abc import Mapping

from orders.order.register import NUMBER

LONGEST_PATTERN = 40
PATTERNS = ("receipt", "credit_note")
YEAR = "{year}"
_SOME_YEAR = "2026"
_BLANK = re.compile("{[^{}]*}|[{}]")


def read(name: str, value: object) -> Mapping[str, str]:
    """The table `numbers` of the file.

    Raises:
        ValueError: it has something that can't be used.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a table of {' and '.join(PATTERNS)}")
    if unknown := value.keys() - {*PATTERNS}:
        raise ValueError(f"{name}.{min(unknown)} is not a key. The keys are {', '.join(PATTERNS)}")
    found = {key: _pattern(f"{name}.{key}", pattern) for key, pattern in value.items()}
    if len({*found.values()}) > 1 and _can_meet(*found.values()):
        raise ValueError(
            f"{name}: the patterns differ only in the length of the number or in digits, so that two documents could"
            " have the same one. Use the same pattern for both, or another beginning"
        )
    return found


def _can_meet(one: str, other: str) -> bool:
    """Whether two patterns can print the same, as what is before and after the number differs only in digits."""
    (before, _, after), (other_before, _, other_after) = (
        NUMBER.split(each.replace(YEAR, _SOME_YEAR)) for each in (one, other)
    )
    return _is_more_by_digits(before, other_before) and _is_more_by_digits(after[::-1], other_after[::-1])


def _is_more_by_digits(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and (longer == shorter or longer.removeprefix(shorter).isdecimal())


def _pattern(name: str, value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_PATTERN or not value.isprintable():
        raise ValueError(f'{name} must be a text of 1 to {LONGEST_PATTERN} characters, as in "R{{year}}-{{number:06}}"')
    if len(NUMBER.findall(value)) != 1 or value.count(YEAR) > 1:
        raise ValueError(
            f"{name} must have {{number}} once, perhaps with its least length as in {{number:06}}, and {{year}} at most"
            " once"
        )
    if value != value.strip():
        raise ValueError(f"{name} must not begin or end with a blank")
    if strange := _BLANK.findall(NUMBER.sub("", value).replace(YEAR, "")):
        raise ValueError(f"{name} can't contain {strange[0]}; only {{year}} and {{number}} are filled in")
    return value
