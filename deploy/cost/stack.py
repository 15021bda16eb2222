"""template.yaml, as far as its costs need it: memory, batches, schedules, tables, and what is billed by the month."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml

import orders
from cost.units import Index, Table
from orders.local.lambda_.template import CloudFormationLoader

A = TypeVar("A")
ROOT = Path(orders.__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
ACCOUNT = "123456789012"
MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
WITH_MAIL = {"MailSender": "receipts@casaluna.example"}
"""The only parameter that the cost of an order depends on and that has no default that sends e-mail."""


@dataclass(frozen=True)
class Stack:
    """A template with values for its parameters, where they are not the defaults."""

    document: Mapping[str, Any]
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, **values: str) -> "Stack":
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=CloudFormationLoader)  # noqa: S506 - a SafeLoader
        return cls(document, values)

    @property
    def resources(self) -> Mapping[str, Any]:
        resources: Mapping[str, Any] = self.document["Resources"]
        return resources

    def of(self, kind: str) -> dict[str, Any]:
        """The properties of the resources of a type, by logical id."""
        return {name: it.get("Properties", {}) for name, it in self.resources.items() if it["Type"] == kind}

    @cached_property
    def functions(self) -> dict[str, Any]:
        """The properties of the functions, with what all functions share."""
        shared = self.document["Globals"]["Function"]
        return {
            name: shared | own | {"Environment": {"Variables": _variables(shared) | _variables(own)}}
            for name, own in self.of("AWS::Serverless::Function").items()
        }

    def value(self, given: Any) -> Any:
        """What CloudFormation makes of a value: of a parameter's name its value, of a queue's its URL."""
        if isinstance(given, list) and len(given) == 3:
            mapping, key, name = given
            return self.document["Mappings"][mapping][key][name]
        if isinstance(given, str) and given in self.document["Parameters"]:
            return self.parameter(given)
        if isinstance(given, str) and self.resources.get(given, {}).get("Type") == "AWS::SQS::Queue":
            return f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/{given}"
        return given

    def parameter(self, name: str) -> Any:
        return self.values.get(name, self.document["Parameters"][name].get("Default", ""))

    def parameters_of(self, condition: Any) -> list[str]:
        """The parameters that a condition depends on, in the order in which it names them."""
        if isinstance(condition, list):
            return [name for part in condition for name in self.parameters_of(part)]
        if condition in self.document["Conditions"]:
            return self.parameters_of(self.document["Conditions"][condition])
        return [condition] if condition in self.document["Parameters"] else []

    def number(self, name: str, otherwise: float) -> float:
        """A parameter's number, or another one in a template without this parameter."""
        return float(self.parameter(name)) if name in self.document["Parameters"] else otherwise

    def environment(self, function: str) -> dict[str, str]:
        """The environment of a function. Without a sender it has no queue for e-mails."""
        variables = self.functions[function]["Environment"]["Variables"]
        has_mail = bool(self.parameter("MailSender"))
        return {
            name: str(self.value(value)) for name, value in variables.items() if has_mail or name != "ORDERS_MAIL_QUEUE"
        }

    def memory(self, function: str) -> float:
        """GB."""
        return float(self.functions[function]["MemorySize"]) / 1024

    def events(self, function: str, kind: str) -> list[Any]:
        return [it["Properties"] for it in self.functions[function].get("Events", {}).values() if it["Type"] == kind]

    def is_fed(self, function: str) -> bool:
        """Whether a queue or a stream feeds it."""
        return bool(self.events(function, "SQS") or self.events(function, "DynamoDB"))

    def batches(self, function: str, records: Sequence[A]) -> list[Sequence[A]]:
        """These records of a queue or a stream, divided as its event source has it."""
        (source,) = self.events(function, "SQS") or self.events(function, "DynamoDB")
        size = int(self.value(source["BatchSize"]))
        return [records[start : start + size] for start in range(0, len(records), size)]

    def is_snapped(self, function: str) -> bool:
        """Whether it starts from a snapshot, if the stack has any."""
        return bool(self.value(self.functions[function].get("SnapStart", {}).get("ApplyOn")) == "PublishedVersions")

    def tables(self) -> dict[str, Table]:
        return {name: _table(name, it) for name, it in self.of("AWS::DynamoDB::Table").items()}

    def schedules(self) -> Iterator[tuple[str, float]]:
        """The functions that run by the clock, each with its runs in an hour."""
        for function in self.functions:
            for event in self.events(function, "ScheduleV2"):
                if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", str(event["ScheduleExpression"])):
                    yield function, 60 / (int(match[1]) * MINUTES[match[2]])

    def most_at_once(self, function: str) -> int:
        """The `MaximumConcurrency` of the queue that feeds a function."""
        (source,) = self.events(function, "SQS")
        return int(self.value(source["ScalingConfig"]["MaximumConcurrency"]))


def _variables(properties: Mapping[str, Any]) -> dict[str, Any]:
    variables: dict[str, Any] = properties.get("Environment", {}).get("Variables", {})
    return variables


def _table(name: str, properties: Mapping[str, Any]) -> Table:
    key, *more = (each["AttributeName"] for each in properties["KeySchema"])
    indexes = tuple(_index({key, *more}, each) for each in properties.get("GlobalSecondaryIndexes", ()))
    return Table(name, key, indexes, *more)


def _index(table_keys: set[str], properties: Mapping[str, Any]) -> Index:
    own = {each["KeyType"]: each["AttributeName"] for each in properties["KeySchema"]}
    keys, projection = frozenset({*table_keys, *own.values()}), properties["Projection"]
    held = None if projection["ProjectionType"] == "ALL" else keys | set(projection.get("NonKeyAttributes", ()))
    return Index(properties["IndexName"], own["HASH"], keys, held)
