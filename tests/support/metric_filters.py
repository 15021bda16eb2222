"""Which lines of a log a metric filter counts, and as what: the part of AWS's patterns that the template uses.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

_TERM = re.compile(r'\$\.(\w+)\s*=\s*(?:"([^"]*)"|(\*))')


def matches(pattern: str, line: str) -> bool:
    """Whether one of the pattern's terms fits. A line that is not a JSON object fits none."""
    body = re.fullmatch(r"\{(.*)\}", pattern.strip())
    assert body, f"not a pattern of JSON: {pattern}"
    try:
        fields = json.loads(line)
    except ValueError:
        return False
    return isinstance(fields, dict) and any(_fits(term.strip(), fields) for term in body[1].split("||"))


def _fits(term: str, fields: Mapping[str, Any]) -> bool:
    parsed = _TERM.fullmatch(term)
    assert parsed, f"a term that this reader does not know: {term}"
    name, text, anything = parsed.groups()
    if name not in fields:
        return False
    return bool(anything) or (isinstance(fields[name], str) and fnmatchcase(fields[name], text))


def values(properties: Mapping[str, Any], lines: Sequence[str]) -> Iterator[float]:
    """What the filter makes of the lines of one minute: a value for each that fits, or else its default value."""
    (transformation,) = properties["MetricTransformations"]
    fitting = [line for line in lines if matches(properties["FilterPattern"], line)]
    yield from (_value(transformation["MetricValue"], line) for line in fitting)
    if lines and not fitting and "DefaultValue" in transformation:
        yield float(transformation["DefaultValue"])


def _value(wanted: str, line: str) -> float:
    return float(json.loads(line)[wanted.removeprefix("$.")] if wanted.startswith("$.") else wanted)
