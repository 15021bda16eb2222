"""What a stack costs in a month in which nobody orders, by the condition under which each part exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cost.bill import Biller, Units, added
from cost.functions import Functions
from cost.life import OF_MAIL, play
from cost.stack import Stack
from orders.order.text import so_many

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
PARAMETERS = {
    "CreateWebAcl": "WebAcl",
    "RunsCanary": "Canary",
    "SendsMail": "MailSender",
    "TellsOfCanary": "AlarmEmail and Canary",
    "TellsOfMail": "AlarmEmail and MailSender",
    "TellsSomebody": "AlarmEmail",
}
"""By each condition of the template, the parameters that make it true. Whoever pays writes these, and no condition."""


@dataclass(frozen=True, slots=True)
class Monthly:
    """`condition` as in template.yaml; empty if the part always exists."""

    name: str
    dollars: float
    condition: str = ""

    @property
    def parameters(self) -> str:
        """The parameters that create the part."""
        return PARAMETERS.get(self.condition, self.condition)


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
    """What runs by the clock and finds nothing to do."""
    for function, runs in biller.stack.schedules():
        found = _of_canary(biller, functions) if "Canary" in function else biller.of_run(functions.run(function, {}))
        dollars = biller.prices.dollars(added(found, {"schedules": 1})) * runs * HOURS
        yield Monthly(f"{function.removesuffix('Function')} by the clock", dollars, _condition(biller.stack, function))


def _of_canary(biller: Biller, functions: Functions) -> Units:
    """A run posts an order, which costs as other orders do, and waits for its receipt."""
    order = added(*(biller.units(step) for step in play(functions, 1) if step.name not in OF_MAIL))
    waited = {"invocations": 1.0, "gigabyte-seconds": biller.stack.memory("CanaryFunction") * CANARY_SECONDS}
    return added(order, waited)


def _snapshots(biller: Biller) -> Iterator[Monthly]:
    """One version of each function. Versions that are kept for a rollback cost as much again."""
    stack = biller.stack
    snapped = [name for name in stack.functions if stack.is_snapped(name) and not _condition(stack, name)]
    gigabytes = sum(stack.memory(name) for name in snapped)
    dollars = biller.prices.dollars({"snapshot-seconds": gigabytes * HOURS * 3600})
    yield Monthly(f"SnapStart: {gigabytes:.1f} GB of snapshots", dollars, "SnapStart")


def _watching(biller: Biller) -> Iterator[Monthly]:
    """Alarms, dashboards, WAF, and the metrics of log lines, which are billed for hours with such lines."""
    for condition, alarms in _by_condition(biller.stack, "AWS::CloudWatch::Alarm"):
        dollars = biller.prices.dollars({"alarm-months": sum(_metrics_of(each) for each in alarms)})
        yield Monthly(so_many(len(alarms), "alarm"), dollars, condition)
    for condition, dashboards in _by_condition(biller.stack, "AWS::CloudWatch::Dashboard"):
        dollars = biller.prices.dollars({"dashboard-months": len(dashboards)})
        yield Monthly(so_many(len(dashboards), "dashboard"), dollars, condition)
    for condition, filters in _by_condition(biller.stack, "AWS::Logs::MetricFilter"):
        names = {each["MetricTransformations"][0]["MetricName"] for each in filters}
        dollars = biller.prices.dollars({"metric-months": len(names)})
        yield Monthly(f"{so_many(len(names), 'metric')} of log lines, at most", dollars, condition)
    for condition, lists in _by_condition(biller.stack, "AWS::WAFv2::WebACL"):
        rules = sum(len(each["Rules"]) for each in lists)
        dollars = biller.prices.dollars({"web-acl-months": len(lists), "web-acl-rule-months": rules})
        yield Monthly(f"WAF, {rules} rules, without requests", dollars, condition)


def _by_condition(stack: Stack, kind: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The resources of a type, by the condition under which they exist."""
    found = stack.of(kind)
    for condition in sorted({_condition(stack, each) for each in found}):
        yield condition, [found[each] for each in found if _condition(stack, each) == condition]


def _metrics_of(alarm: dict[str, Any]) -> int:
    """The metrics that an alarm reads."""
    return sum("MetricStat" in each for each in alarm["Metrics"]) if "Metrics" in alarm else 1
