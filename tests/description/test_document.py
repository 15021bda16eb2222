"""The OpenAPI document says what is answered: its examples are answers."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import yaml
from tests.support.examples import ROOT

from orders.api import http
from orders.api.http import PROBLEMS, refusals
from orders.api.http.problems import UNEXPECTED
from orders.api.openapi.generated import DOCUMENT
from orders.local.lambda_.template import CloudFormationLoader

REFUSALS = [each for each in vars(refusals).values() if isinstance(each, http.Problem)]
FIXED = [each.answer().body for each in [*PROBLEMS.values(), *REFUSALS, UNEXPECTED] if each.detail]
"""The problems that are always answered in the same words."""

ONLY_ON_AWS = {
    "ACCESS_DENIED": "a policy of the account",
    "BAD_REQUEST_BODY": "no route has a validator of API Gateway's",
    "BAD_REQUEST_PARAMETERS": "no route has a validator of API Gateway's",
    "UNSUPPORTED_MEDIA_TYPE": "a refused method with an unusual body",
    "WAF_FILTERED": "the firewall",
}
"""What API Gateway says in a sentence that no function uses, and when. The type, title and status are described."""


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each body that is described: of what, and its content."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                for content in resolved(answer).get("content", {}).values():
                    yield f"{method} {path} {status}", content


def resolved(answer: dict[str, Any]) -> dict[str, Any]:
    name = answer.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["responses"][name] if name else answer


def examples_in(content: dict[str, Any]) -> list[Any]:
    return [each["value"] for each in content.get("examples", {}).values()] or [content.get("example", {})]


@pytest.mark.parametrize(("of", "content"), [*contents()])
def test_every_example_is_as_it_is_described(of: str, content: dict[str, Any]):
    validator = jsonschema_rs.validator_for({**content["schema"], "components": DOCUMENT["components"]})

    for example in examples_in(content):
        validator.validate(example)


def problems() -> list[Any]:
    """Every problem in the document, as it is shown there."""
    answers = [*DOCUMENT["components"]["responses"].values()]
    shown = [content for answer in answers for content in answer["content"].values()]
    shown += [content for _, content in contents()]
    return [each for content in shown for each in examples_in(content) if "urn:orders:problem:" in str(each)]


def test_every_problem_is_described():
    described = {each["type"].removeprefix("urn:orders:problem:") for each in problems()}

    assert described == {each.name for each in [*PROBLEMS.values(), *REFUSALS, UNEXPECTED]}


@pytest.mark.parametrize("answered", FIXED, ids=lambda body: body["type"])
def test_a_problem_is_shown_exactly_as_it_is_answered(answered: dict[str, Any]):
    assert answered in problems()


def test_the_gateway_on_aws_refuses_in_the_words_of_the_document():
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=CloudFormationLoader)
    responses = template["Resources"]["Api"]["Properties"]["GatewayResponses"]
    said = {name: json.loads(each["ResponseTemplates"]["application/json"]) for name, each in responses.items()}

    assert {name for name, each in said.items() if each not in problems()} == ONLY_ON_AWS.keys()
