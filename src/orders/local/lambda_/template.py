"""template.yaml, as far as one machine needs it: functions, routes, queues, schedules, the lifetime of links."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from orders.api.authority import Authority

ONLY_ON_AWS = frozenset({"CanaryFunction"})
"""The functions that one machine does not have."""


@dataclass(frozen=True, slots=True)
class Route:
    """`path` as in `/orders/{orderId}`; to a gateway, a customer is anyone."""

    method: str
    path: str
    authority: Authority


@dataclass(frozen=True, slots=True)
class QueueSource:
    """A queue that feeds a function (Lambda's event source mapping)."""

    queue: str
    batch_size: int
    reports_failures: bool


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """`handler` as in `orders.functions.receive_order.handler`."""

    name: str
    handler: str
    timeout: timedelta
    routes: tuple[Route, ...]
    sources: tuple[QueueSource, ...]
    schedules: tuple[timedelta, ...]


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """`dead_letter` names the queue for messages that were received `max_receives` times without success."""

    name: str
    visibility: timedelta
    dead_letter: str | None
    max_receives: int | None


@dataclass(frozen=True, slots=True)
class Template:
    """The names of queues are those of the queues that functions send to."""

    functions: dict[str, FunctionSpec]
    queues: dict[str, QueueSpec]
    order_queue: str
    slow_queue: str
    mail_queue: str
    webhook_queue: str
    link_lifetime: timedelta


@cache
def load() -> Template:
    """The template in this package, or in the checkout around it."""
    packaged = files("orders") / "template.yaml"
    text = packaged if packaged.is_file() else Path(__file__).parents[4] / "template.yaml"
    return parse(text.read_text(encoding="utf-8"))


def parse(text: str) -> Template:
    document = yaml.load(text, Loader=CloudFormationLoader)  # noqa: S506 - a SafeLoader with more tags
    resources = document["Resources"]
    defaults = document["Globals"]["Function"]
    keys_required = {
        name: bool(resource["Properties"].get("Auth", {}).get("ApiKeyRequired"))
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Api"
    }
    return Template(
        functions={
            name: _function(name, defaults | resource["Properties"], keys_required)
            for name, resource in resources.items()
            if resource["Type"] == "AWS::Serverless::Function" and name not in ONLY_ON_AWS
        },
        queues={
            name: _queue(name, resource.get("Properties", {}))
            for name, resource in resources.items()
            if resource["Type"] == "AWS::SQS::Queue"
        },
        order_queue=_queue_in("ORDERS_QUEUE", resources.values()),
        slow_queue=_queue_in("ORDERS_SLOW_QUEUE", resources.values()),
        mail_queue=_queue_in("ORDERS_MAIL_QUEUE", resources.values()),
        webhook_queue=_queue_in("ORDERS_WEBHOOK_QUEUE", resources.values()),
        link_lifetime=timedelta(seconds=int(document["Mappings"]["Links"]["Receipt"]["Seconds"])),
    )


def _queue_in(variable: str, resources: Iterable[dict[str, Any]]) -> str:
    """The queue that functions find in this environment variable."""
    environments = (resource.get("Properties", {}).get("Environment", {}) for resource in resources)
    names = {environment.get("Variables", {}).get(variable) for environment in environments} - {None}
    (name,) = names
    return str(name)


def _function(name: str, properties: dict[str, Any], keys_required: dict[str, bool]) -> FunctionSpec:
    events = [(event["Type"], event["Properties"]) for event in properties.get("Events", {}).values()]
    return FunctionSpec(
        name=name,
        handler=properties["Handler"],
        timeout=timedelta(seconds=properties["Timeout"]),
        routes=tuple(_route(event, keys_required) for kind, event in events if kind == "Api"),
        sources=tuple(_source(event) for kind, event in events if kind == "SQS"),
        schedules=tuple(_rate(event["ScheduleExpression"]) for kind, event in events if kind == "ScheduleV2"),
    )


def _route(event: dict[str, Any], keys_required: dict[str, bool]) -> Route:
    auth = event.get("Auth", {})
    authority = Authority.ANYONE
    if auth.get("Authorizer", "NONE") != "NONE":
        authority = Authority.OPERATOR
    elif auth.get("ApiKeyRequired", keys_required[event["RestApiId"]]):
        authority = Authority.SHOP
    return Route(event["Method"].upper(), event["Path"], authority)


def _source(event: dict[str, Any]) -> QueueSource:
    return QueueSource(
        queue=event["Queue"],
        batch_size=event["BatchSize"],
        reports_failures="ReportBatchItemFailures" in event.get("FunctionResponseTypes", ()),
    )


def _queue(name: str, properties: dict[str, Any]) -> QueueSpec:
    redrive = properties.get("RedrivePolicy", {})
    return QueueSpec(
        name=name,
        visibility=timedelta(seconds=properties.get("VisibilityTimeout", 30)),
        dead_letter=redrive.get("deadLetterTargetArn"),
        max_receives=redrive.get("maxReceiveCount"),
    )


def _rate(expression: str) -> timedelta:
    """`rate(1 minute)` of EventBridge Scheduler."""
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if not match:
        raise ValueError(f"{expression}: the local edition knows rate(...) only")
    return timedelta(**{f"{match[2]}s": int(match[1])})


_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML has it: the server reads the whole template at each start, in a sixth of the time."""


class CloudFormationLoader(_SafeLoader):  # type: ignore[misc, valid-type]
    """YAML with CloudFormation's short tags.

    `!Ref X` and `!GetAtt X.Arn` become the name X. `!If [C, x, y]` becomes x: one machine has every optional part.
    Other tags stay as text.
    """


def _reference(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return str(loader.construct_scalar(node)).removesuffix(".Arn")
    if isinstance(node, yaml.SequenceNode):
        values = loader.construct_sequence(node, deep=True)
        return values[1] if tag == "If" else values
    assert isinstance(node, yaml.MappingNode)  # noqa: S101 - the third and last kind of node
    return loader.construct_mapping(node, deep=True)


yaml.add_multi_constructor("!", _reference, Loader=CloudFormationLoader)
