"""What a stack costs in a month in which nobody orders, by the condition under which each part exists."""

from collections.abc import Iterator
from dataclasses import dataclass

from cost.bill import Biller, added
from cost.functions import Functions
from cost.stack import Stack

HOURS = 730
"""Of a month, as AWS counts."""
POLLERS = 5
"""Lambda's, of a queue whose event source has a `MaximumConcurrency`; without one, as few as 2.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""
POLLS_AN_HOUR = 3600 / 20
"""A poll waits 20 seconds for a message."""


@dataclass(frozen=True, slots=True)
class Monthly:
    """`condition` as in template.yaml; empty if the part always exists."""

    name: str
    dollars: float
    condition: str = ""


def monthly(biller: Biller, functions: Functions) -> list[Monthly]:
    return [*_polls(biller), *_schedules(biller, functions), *_snapshots(biller), *_watching(biller)]


def _condition(stack: Stack, resource: str) -> str:
    return str(stack.resources[resource].get("Condition", ""))


def _polls(biller: Biller) -> Iterator[Monthly]:
    """Lambda asks each queue all day."""
    dollars = biller.prices.dollars({"messages": POLLERS * POLLS_AN_HOUR * HOURS})
    for function in biller.stack.functions:
        for event in biller.stack.events(function, "SQS"):
            yield Monthly(f"Lambda polls {event['Queue']}", dollars, _condition(biller.stack, function))


def _schedules(biller: Biller, functions: Functions) -> Iterator[Monthly]:
    """What runs by the clock and finds nothing to do. The canary's orders cost as other orders do."""
    for function, runs in biller.stack.schedules():
        is_canary = "Canary" in function
        found = biller.of_invocation(function) if is_canary else biller.of_run(functions.run(function, {}))
        dollars = biller.prices.dollars(added(found, {"schedules": 1})) * runs * HOURS
        yield Monthly(f"{function.removesuffix('Function')} by the clock", dollars, _condition(biller.stack, function))


def _snapshots(biller: Biller) -> Iterator[Monthly]:
    """One version of each function. Versions that are kept for a rollback cost as much again."""
    stack = biller.stack
    snapped = [name for name in stack.functions if stack.is_snapped(name) and not _condition(stack, name)]
    gigabytes = sum(stack.memory(name) for name in snapped)
    dollars = biller.prices.dollars({"snapshot-seconds": gigabytes * HOURS * 3600})
    yield Monthly(f"SnapStart: {gigabytes:.1f} GB of snapshots", dollars, "SnapStart")


def _watching(biller: Biller) -> Iterator[Monthly]:
    stack = biller.stack
    kinds = (
        ("AWS::CloudWatch::Alarm", "alarm-months", "alarms"),
        ("AWS::CloudWatch::Dashboard", "dashboard-months", "dashboard"),
    )
    for kind, price, name in kinds:
        found = stack.of(kind)
        for condition in sorted({_condition(stack, each) for each in found}):
            those = [found[each] for each in found if _condition(stack, each) == condition]
            number = sum(_metrics_of(each) for each in those)
            yield Monthly(f"{len(those)} {name}", biller.prices.dollars({price: number}), condition)
    filters = stack.of("AWS::Logs::MetricFilter")
    names = {each["MetricTransformations"][0]["MetricName"] for each in filters.values()}
    for condition in sorted({_condition(stack, each) for each in filters}):
        yield Monthly(
            f"{len(names)} metrics of log lines", biller.prices.dollars({"metric-months": len(names)}), condition
        )
        break


def _metrics_of(alarm: dict[str, object]) -> int:
    """The metrics that an alarm reads."""
    metrics = alarm.get("Metrics")
    return sum("MetricStat" in each for each in metrics) if isinstance(metrics, list) else 1
