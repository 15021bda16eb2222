"""The table of routes tells of every route that there is, and of no other."""

import subprocess
import sys
from pathlib import Path

import pytest

from orders.api.openapi import generated, words
from orders.api.openapi.routes import ROUTES
from orders.local.lambda_ import template


def test_the_routes_described_are_those_of_the_template():
    """HEAD works wherever GET does, and is not described by itself."""
    of_template = {
        (route.method, route.path)
        for function in template.load().functions.values()
        for route in function.routes
        if route.method != "HEAD"
    }

    assert {(route.method, route.path) for route in ROUTES} == of_template


def test_no_name_is_given_twice():
    names = [route.name for route in ROUTES]

    assert len(set(names)) == len(names)


def test_no_two_types_of_answers_have_the_same_name():
    """They would get the names of their modules as well, which code generators show."""
    assert not [name for name in generated.DOCUMENT["components"]["schemas"] if "__" in name]


def test_every_parameter_of_a_path_is_described():
    for route in ROUTES:
        of_path = {step.strip("{}") for step in route.path.split("/") if step.startswith("{")}
        assert {each.name for each in route.parameters if each.place == "path"} == of_path


@pytest.mark.parametrize("name", generated.DOCUMENT["components"]["schemas"])
def test_every_field_is_told_about(name: str):
    fields = generated.DOCUMENT["components"]["schemas"][name].get("properties", {})

    assert all(field["description"] for field in fields.values())


def test_nothing_is_told_of_a_field_that_is_not_there():
    there = generated.DOCUMENT["components"]["schemas"]

    assert all(set(fields) <= set(there[kind]["properties"]) for kind, fields in words.OF.items())


@pytest.mark.parametrize("module", ["orders.functions.describe_api", "orders.api.openapi.routes"])
def test_what_serves_the_description_needs_nothing_that_makes_it(module: str, tmp_path: Path):
    heavy = "pydantic jinja2 boto3 botocore sqlite3 starlette yaml typst orders.edition orders.order.validation"
    program = f"import {module}, sys; print(*set('{heavy}'.split()) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "\n")
