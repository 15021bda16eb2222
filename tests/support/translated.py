"""template.yaml as CloudFormation sees it: translated from SAM, as rules about SAM's own words pass without looking."""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.support.emulator import PROGRAM
from tests.support.examples import ROOT

Resource = dict[str, Any]
PYTHON = PROGRAM.with_name("python")


@cache
def translated(**parameters: str) -> dict[str, Any]:
    """What AWS's own translator makes of it with these parameters; it lives in the emulator's environment."""
    program = ROOT / "tests" / "support" / "translate.py"
    command = [str(PYTHON), str(program), str(ROOT / "template.yaml"), json.dumps(parameters)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    template: dict[str, Any] = json.loads(done.stdout)
    return template


def resources(kind: str) -> dict[str, Resource]:
    """The properties of all resources of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in translated()["Resources"].items()
        if resource["Type"] == kind
    }


def the(kind: str) -> Resource:
    """The properties of the only resource of a type."""
    (resource,) = resources(kind).values()
    return resource


def name_of(arn: Any) -> str:
    """`OrderTable` for `!GetAtt OrderTable.Arn`, `OrderTable/index/x` for `!Sub ${OrderTable.Arn}/index/x`.

    `OrderTable/stream` for `!GetAtt OrderTable.StreamArn`, `identity/MailSender` for an ARN of SES, `apikeys/CanaryKey`
    for one of API Gateway, `event-bus/EventBusName` for one of EventBridge, and `*` for itself.
    """
    if arn == "*":
        return "*"
    if "Fn::GetAtt" in arn:
        resource, attribute = arn["Fn::GetAtt"]
        return f"{resource}/stream" if attribute == "StreamArn" else str(resource)
    pattern = as_list(arn["Fn::Sub"])[0].removeprefix("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:")
    pattern = pattern.removeprefix("arn:${AWS::Partition}:apigateway:${AWS::Region}::/")
    pattern = pattern.removeprefix("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:")
    return re.sub(r"\$\{(\w+)(\.Arn)?\}", r"\1", pattern)


def statements(role: str) -> list[dict[str, Any]]:
    """As they are where mail is sent."""
    policies = resources("AWS::IAM::Role")[role].get("Policies", [])
    return [where_mail_is_sent(statement) for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def where_mail_is_sent(value: dict[str, Any]) -> dict[str, Any]:
    """The first of two values, where mail is sent, the canary runs and a bus gets events; otherwise there is none."""
    if "Fn::If" not in value:
        return value
    condition, then, otherwise = value["Fn::If"]
    assert condition in {"SendsMail", "RunsCanary", "HasEventBus"}
    assert otherwise == {"Ref": "AWS::NoValue"}
    chosen: dict[str, Any] = then
    return chosen


def found_in_map(value: dict[str, Any]) -> str:
    """The constant of the template that a value names by `FindInMap`."""
    mapping, key, name = value["Fn::FindInMap"]
    return str(translated()["Mappings"][mapping][key][name])


def without(condition: str, value: Any) -> Any:
    """A part of the template as CloudFormation takes it where the condition does not hold."""
    if isinstance(value, list):
        return [without(condition, each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("Fn::If", [None])[0] == condition:
        return without(condition, value["Fn::If"][2])
    return {name: without(condition, each) for name, each in value.items()}


def where(condition: str, value: Any) -> Any:
    """A part of the template as CloudFormation takes it where the condition holds."""
    if isinstance(value, list):
        return [where(condition, each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("Fn::If", [None])[0] == condition:
        return where(condition, value["Fn::If"][1])
    return {name: where(condition, each) for name, each in value.items()}


def named_in(value: Any) -> Iterator[str]:
    """The logical ids that a part of the template refers to, by `Ref`, `GetAtt` or in a text of `Sub`."""
    for part in objects_in(value):
        if "Ref" in part:
            yield part["Ref"]
        if "Fn::GetAtt" in part:
            yield part["Fn::GetAtt"][0]
        if "Fn::Sub" in part:
            yield from re.findall(r"\$\{(\w+)", as_list(part["Fn::Sub"])[0])


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(each)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(role: str) -> set[tuple[str, str]]:
    """The actions that a role may take, each with what it may take it on."""
    return {
        (action, name_of(where_mail_is_sent(resource)))
        for statement in statements(role)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
