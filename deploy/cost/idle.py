"""What a stack costs in a month in which nobody orders, by the parameters that create each part."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cost.bill import Biller, Units, added
from cost.functions import Functions
from cost.life import OF_MAIL, play
from cost.stack import Stack

HOURS = 730
"""Of a month, as AWS counts."""
POLLERS = 5
"""Lambda's, of a queue whose event source has a `MaximumConcurrency`; without one, as few as 2.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""
POLLS_AN_HOUR = 3600 / 20
"""A poll waits 20 seconds for a message."""
CANARY_SECONDS = 2.0
"""From its post to its receipt, on a stack that was idle. Nobody has measured this on AWS."""


@dataclass(frozen=True, slots=True)
class Monthly:
    """`parameters` are those that create the part; empty if it always exists."""

    name: str
    dollars: float
    parameters: str = ""


def monthly(biller: Biller, functions: Functions) -> list[Monthly]:
    return [*_polls(biller), *_schedules(biller, functions), *_snapshots(biller), *_watching(biller)]


def _parameters(stack: Stack, resource: str) -> str:
    """The parameters on which it depends whether the resource exists, as in `AlarmEmail and Canary`."""
    return " and ".join(stack.parameters_of(stack.resources[resource].get("Condition", "")))


def _several(number: int, name: str, rest: str = "") -> str:
    return f"{number} {name}{'' if number == 1 else 's'}{rest}"


def _polls(biller: Biller) -> Iterator[Monthly]:
    """Lambda asks each queue all day."""
    dollars = biller.prices.dollars({"messages": POLLERS * POLLS_AN_HOUR * HOURS})
    for function in biller.stack.functions:
        for event in biller.stack.events(function, "SQS"):
            yield Monthly(f"Lambda polls {event['Queue']}", dollars, _parameters(biller.stack, function))


def _schedules(biller: Biller, functions: Functions) -> Iterator[Monthly]:
    """What runs by the clock and finds nothing to do."""
    for function, runs in biller.stack.schedules():
        found = _of_canary(biller, functions) if "Canary" in function else biller.of_run(functions.run(function, {}))
        dollars = biller.prices.dollars(added(found, {"schedules": 1})) * runs * HOURS
        yield Monthly(f"{function.removesuffix('Function')} by the clock", dollars, _parameters(biller.stack, function))


def _of_canary(biller: Biller, functions: Functions) -> Units:
    """A run posts an order, which costs as other orders do, and waits for its receipt."""
    order = added(*(biller.units(step) for step in play(functions, 1) if step.name not in OF_MAIL))
    waited = {"invocations": 1.0, "gigabyte-seconds": biller.stack.memory("CanaryFunction") * CANARY_SECONDS}
    return added(order, waited)


def _snapshots(biller: Biller) -> Iterator[Monthly]:
    """One version of each function. Versions that are kept for a rollback cost as much again."""
    stack = biller.stack
    snapped = [name for name in stack.functions if stack.is_snapped(name) and not _parameters(stack, name)]
    gigabytes = sum(stack.memory(name) for name in snapped)
    dollars = biller.prices.dollars({"snapshot-seconds": gigabytes * HOURS * 3600})
    yield Monthly(f"SnapStart: {gigabytes:.1f} GB of snapshots", dollars, "SnapStart")


def _watching(biller: Biller) -> Iterator[Monthly]:
    """Alarms, dashboards, WAF, and the metrics of log lines, which are billed for hours with such lines."""
    for parameters, alarms in _by_parameters(biller.stack, "AWS::CloudWatch::Alarm"):
        dollars = biller.prices.dollars({"alarm-months": sum(_metrics_of(each) for each in alarms)})
        yield Monthly(_several(len(alarms), "alarm"), dollars, parameters)
    for parameters, dashboards in _by_parameters(biller.stack, "AWS::CloudWatch::Dashboard"):
        dollars = biller.prices.dollars({"dashboard-months": len(dashboards)})
        yield Monthly(_several(len(dashboards), "dashboard"), dollars, parameters)
    for parameters, filters in _by_parameters(biller.stack, "AWS::Logs::MetricFilter"):
        names = {each["MetricTransformations"][0]["MetricName"] for each in filters}
        dollars = biller.prices.dollars({"metric-months": len(names)})
        yield Monthly(_several(len(names), "metric", " of log lines, at most"), dollars, parameters)
    for parameters, lists in _by_parameters(biller.stack, "AWS::WAFv2::WebACL"):
        rules = sum(len(each["Rules"]) for each in lists)
        dollars = biller.prices.dollars({"web-acl-months": len(lists), "web-acl-rule-months": rules})
        yield Monthly(f"WAF, {rules} rules, without requests", dollars, parameters)


def _by_parameters(stack: Stack, kind: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The resources of a type, by the parameters that create them."""
    found = stack.of(kind)
    for parameters in sorted({_parameters(stack, each) for each in found}):
        yield parameters, [found[each] for each in found if _parameters(stack, each) == parameters]


def _metrics_of(alarm: dict[str, Any]) -> int:
    """The metrics that an alarm reads."""
    return sum("MetricStat" in each for each in alarm["Metrics"]) if "Metrics" in alarm else 1
