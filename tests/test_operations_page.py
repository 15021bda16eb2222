"""docs/operations.md leaves out no line of the log, and no problem, that a server on one machine has."""

import ast
import re
from collections.abc import Iterator

import pytest
from tests.support.examples import ROOT

from orders.api.http import Problem
from orders.api.openapi.generated import DOCUMENT
from orders.local.server import application, guard, refusals

PACKAGE = ROOT / "src" / "orders"
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ONLY_ON_AWS = {"canary.py", "feedback.py", "note_feedback.py", "publish.py", "record_events.py", "stream.py"}
LEVELS = {"info", "warning", "error", "exception", "log"}


def logged() -> Iterator[str]:
    """Each text that is logged, as it stands in the code."""
    for path in PACKAGE.rglob("*.py"):
        if "aws" in path.relative_to(PACKAGE).parts or path.name in ONLY_ON_AWS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                yield from (
                    each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def longest_piece(text: str) -> str:
    """Of what stands between the blanks that are filled in."""
    return max(re.split(r"%[sdr]", text), key=len)


@pytest.mark.parametrize("text", sorted({text for text in logged() if len(longest_piece(text)) > 4}))
def test_every_line_of_the_log_is_explained(text: str):
    piece = longest_piece(text).partition(" Set ORDERS_PUBLIC_URL")[0].partition(" To let them be sent")[0]

    assert piece.strip() in PAGE


LOCAL = {
    each.name: each
    for module in (application, guard, refusals)
    for each in vars(module).values()
    if isinstance(each, Problem)
}


@pytest.mark.parametrize("problem", LOCAL.values(), ids=LOCAL.keys())
def test_every_problem_of_one_machine_is_on_the_page_or_in_the_openapi_document(problem: Problem):
    in_routes = f"urn:orders:problem:{problem.name}" in str(DOCUMENT)
    in_table = f"| `{problem.name}` | {problem.status} |" in PAGE

    assert in_routes is not in_table
    assert in_routes or re.search(rf"`{problem.name}`[^;.]*\({problem.status}\)", DOCUMENT["info"]["description"])
