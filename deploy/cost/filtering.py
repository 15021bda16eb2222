"""Which records of a stream Lambda gives a function: the patterns in the event source's `FilterCriteria`.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Pattern = Mapping[str, Any]


def patterns(source: Mapping[str, Any]) -> list[Pattern]:
    """The patterns of an event source in template.yaml."""
    return [json.loads(each["Pattern"]) for each in source.get("FilterCriteria", {}).get("Filters", ())]


def passed(records: Sequence[dict[str, Any]], patterns: Sequence[Pattern]) -> list[dict[str, Any]]:
    """The records that one of the patterns matches, or all of them if there is none."""
    return [each for each in records if not patterns or any(_matches(pattern, each) for pattern in patterns)]


def _matches(pattern: Pattern, found: Any) -> bool:
    values = found if isinstance(found, Mapping) else {}
    return all(_fits(rule, values.get(name)) for name, rule in pattern.items())


def _fits(rule: Any, value: Any) -> bool:
    """`rule` is a pattern for what is inside, or a list of values that are allowed."""
    if isinstance(rule, Mapping):
        return _matches(rule, value)
    return any(_allows(each, value) for each in rule)


def _allows(allowed: Any, value: Any) -> bool:
    if not isinstance(allowed, Mapping):
        return bool(value == allowed)
    ((kind, argument),) = allowed.items()
    if kind == "exists":
        return (value is not None) is argument
    if kind == "anything-but":
        return value is not None and value not in argument
    if kind == "prefix":
        return str(value).startswith(argument)
    raise ValueError(f"a filter of the kind {kind} is not known here")
