"""Evaluates the template's alarms as CloudWatch does, minute by minute, over metrics that a test makes.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

import ast
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import ceil
from statistics import fmean
from typing import Any

from tests.support import metric_filters
from tests.support.translated import Resource, resources, translated

OK, ALARM = "OK", "ALARM"

ALARMS = resources("AWS::CloudWatch::Alarm")
FILTERS = resources("AWS::Logs::MetricFilter")

MetricName = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions."""
Point = float | None
"""The value of a period, or None where nothing was measured."""


@dataclass
class Metrics:
    """All values of all metrics, by the minute in which they came."""

    samples: dict[MetricName, dict[int, list[float]]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, minute: int, namespace: str, name: str, value: float, **dimensions: str) -> None:
        metric = (namespace, name, frozenset(dimensions.items()))
        self.samples[metric].setdefault(minute, []).append(value)

    def log(self, minute: int, group: str, lines: Sequence[str]) -> None:
        """Lines of a log, by its logical id, of which metric filters make metrics."""
        for properties in FILTERS.values():
            if properties["LogGroupName"] == {"Ref": group}:
                (made,) = properties["MetricTransformations"]
                for value in metric_filters.values(properties, lines):
                    self.add(minute, plain(made["MetricNamespace"]), made["MetricName"], value)

    def copy(self) -> "Metrics":
        """Another one with the same values, to which others can be added."""
        copied = {name: {minute: [*values] for minute, values in found.items()} for name, found in self.samples.items()}
        return Metrics(defaultdict(dict, copied))

    def point(self, metric: MetricName, statistic: str, minutes: range) -> Point:
        found = self.samples.get(metric, {})
        values = [value for minute in minutes for value in found.get(minute, [])]
        return statistic_of(values, statistic) if values else None


def plain(value: Any) -> str:
    """`OrderTable` for `!Ref OrderTable`, `OrderQueue.QueueName` for that attribute; parameters as by default."""
    if not isinstance(value, dict):
        return str(value)
    ((function, argument),) = value.items()
    if function == "Fn::GetAtt":
        return ".".join(argument)
    if function == "Ref":
        return _named(argument)
    assert function == "Fn::Sub"
    return re.sub(r"\$\{([\w:.]+)\}", lambda name: _named(name[1]), argument)


def _named(name: str) -> str:
    return str(translated()["Parameters"].get(name, {}).get("Default", name))


def statistic_of(values: Sequence[float], statistic: str) -> float:
    if statistic.startswith("p"):
        return sorted(values)[ceil(len(values) * float(statistic[1:]) / 100) - 1]
    known: dict[str, Callable[[Sequence[float]], float]] = {"Sum": sum, "Average": fmean, "Maximum": max}
    known["Minimum"] = min
    return known[statistic](values)


@dataclass(frozen=True)
class Source:
    """One metric that an alarm reads."""

    metric: MetricName
    statistic: str
    minutes: int

    @classmethod
    def of(cls, properties: Mapping[str, Any], statistic: str, seconds: int) -> "Source":
        dimensions = {each["Name"]: plain(each["Value"]) for each in properties.get("Dimensions", [])}
        name = (plain(properties["Namespace"]), properties["MetricName"], frozenset(dimensions.items()))
        return cls(name, statistic, seconds // 60)


def sources(alarm: Resource) -> dict[str, Source]:
    """The metrics of an alarm by their ids; a single one has the id `m`."""
    if "Metrics" not in alarm:
        return {"m": Source.of(alarm, alarm.get("ExtendedStatistic") or alarm["Statistic"], alarm["Period"])}
    return {
        each["Id"]: Source.of(each["MetricStat"]["Metric"], each["MetricStat"]["Stat"], each["MetricStat"]["Period"])
        for each in alarm["Metrics"]
        if "MetricStat" in each
    }


def expression(alarm: Resource) -> str:
    """What an alarm compares with its threshold."""
    returned = [each for each in alarm.get("Metrics", []) if each["ReturnData"]]
    return plain(returned[0]["Expression"]) if returned else "m"


@dataclass(frozen=True)
class Reader:
    """Reads an alarm's value of each period, once."""

    alarm: Resource
    metrics: Metrics
    read: dict[str, Source]
    known: dict[int, Point] = field(default_factory=dict)

    def points(self, now: int) -> list[Point]:
        """The values of the periods that the alarm looks at when minute `now` begins, the newest first."""
        (minutes,) = {source.minutes for source in self.read.values()}
        newest = now // minutes * minutes
        return [self.point(newest - back * minutes, minutes) for back in range(self.alarm["EvaluationPeriods"])]

    def point(self, end: int, minutes: int) -> Point:
        if end not in self.known:
            period = range(end - minutes, end)
            values = {
                name: self.metrics.point(source.metric, source.statistic, period) for name, source in self.read.items()
            }
            self.known[end] = calculated(expression(self.alarm), values)
        return self.known[end]


def calculated(text: str, values: Mapping[str, Point]) -> Point:
    """Metric math, as far as the template uses it. Where one of two metrics has no value, it counts as 0.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    result: Point = _calculated(_parsed(text), values)
    return result


@cache
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _calculated(node: ast.expr, values: Mapping[str, Point]) -> Any:
    match node:
        case ast.Constant(value=number):
            return number
        case ast.Name(id=name):
            return None if (value := values[name]) is None else float(value)
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(_calculated(left, values), op, _calculated(right, values))
        case ast.Call(func=ast.Name(id="METRICS")):
            return list(values.values())
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, by]):
            return _filled(_calculated(filled, values), _calculated(by, values))
        case ast.Call(func=ast.Name(id="SUM"), args=[summed]):
            found = [each for each in _calculated(summed, values) if each is not None]
            return float(sum(found)) if found else None
    raise AssertionError(f"metric math that this reader does not know: {ast.unparse(node)}")


def _combined(left: Any, op: ast.operator, right: Any) -> Point:
    """A constant has no minutes of its own: with one, what is missing remains so. A division by 0 has no result."""
    known = [each for each in (left, right) if each is not None and not isinstance(each, int)]
    if not known or (isinstance(op, ast.Div) and not right):
        return None
    return _OPERATIONS[type(op)](left or 0, right or 0)


def _filled(filled: Any, by: float) -> Any:
    if isinstance(filled, list):
        return [_filled(each, by) for each in filled]
    return by if filled is None else filled


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}


def state(reader: Reader, now: int, before: str) -> str:
    """The alarm's state when minute `now` begins, if it was `before` a minute ago."""
    alarm, found = reader.alarm, reader.points(now)
    missing = alarm["TreatMissingData"]
    if missing == "ignore" and all(point is None for point in found):
        return before
    beyond = [_is_beyond(alarm, point, missing == "breaching") for point in found]
    enough = alarm["DatapointsToAlarm"] if "DatapointsToAlarm" in alarm else alarm["EvaluationPeriods"]
    return ALARM if sum(beyond) >= enough else OK


def _is_beyond(alarm: Resource, point: Point, missing: bool) -> bool:
    return missing if point is None else _COMPARISONS[alarm["ComparisonOperator"]](point, alarm["Threshold"])


def states(alarm: Resource, metrics: Metrics, minutes: range) -> Iterator[str]:
    """The alarm's states through these minutes. It was quiet before."""
    now, reader = OK, Reader(alarm, metrics, sources(alarm))
    for minute in minutes:
        now = state(reader, minute, now)
        yield now


def changes(alarm: Resource, metrics: Metrics, minutes: range) -> list[tuple[int, str]]:
    """When the alarm changed its state, and to which: what its readers are told."""
    told = [OK, *states(alarm, metrics, minutes)]
    return [(minute, after) for minute, (before, after) in zip(minutes, pairwise(told), strict=True) if before != after]
