"""Arrows point inward only, and nothing heavy is imported where it is not needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.examples import ROOT

PACKAGE = ROOT / "src" / "orders"
PURE = [
    "order",
    "fields",
    "row",
    "delivery",
    "money",
    "ids",
    "clock",
    "errors",
    "record",
    "cursor",
    "search",
    "counts",
    "authority",
    "mailbox",
]
USE_CASES = [
    "receive",
    "process",
    "restore",
    "fail",
    "sweep",
    "send",
    "feedback",
    "retrieve",
    "retry",
    "cancel",
    "resend",
    "overview",
    "verify",
]


def imports_of(path: Path) -> set[str]:
    """The modules of this package that a file imports, without the package's name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "orders":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("orders."):
            names.add(node.module.removeprefix("orders."))
    return names


@pytest.mark.parametrize("module", PURE)
def test_the_core_imports_nothing_but_the_core(module: str):
    assert imports_of(PACKAGE / f"{module}.py") <= set(PURE)


@pytest.mark.parametrize("module", USE_CASES)
def test_use_cases_know_the_core_the_ports_and_one_another(module: str):
    assert imports_of(PACKAGE / f"{module}.py") <= {*PURE, *USE_CASES, "ports", "bell", "receipt", "mail"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "local").glob("*.py")), ids=lambda path: path.stem)
def test_the_local_edition_knows_nothing_of_use_cases_and_functions(path: Path):
    assert not imports_of(path) & {*USE_CASES, "functions"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "aws").glob("*.py")), ids=lambda path: path.stem)
def test_the_aws_edition_implements_the_ports_and_knows_nothing_else(path: Path):
    ours = {name for name in imports_of(path) if not name.startswith("aws")}

    assert ours <= {*PURE, "ports"}


@pytest.mark.parametrize("edition", ["local", "aws"])
def test_only_the_editions_own_file_chooses_one(edition: str):
    choosers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if edition in {name.partition(".")[0] for name in imports_of(path)} and path.parent.name not in {edition, "cli"}
    }

    assert choosers == {"edition.py"}


def modules_after(statement: str, folder: Path) -> set[str]:
    """What is imported after a statement, by first names."""
    program = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_local_edition_needs_nothing_of_aws(tmp_path: Path):
    assert not modules_after("import orders.local.server.server", tmp_path) & {"boto3", "botocore"}


def test_the_aws_edition_needs_no_database_and_no_web_server(tmp_path: Path):
    local = {"sqlite3", "starlette", "uvicorn", "uvloop", "httptools", "greenlet", "yaml", "typer", "rich", "typst"}

    assert not modules_after("import orders.aws", tmp_path) & local


@pytest.mark.parametrize(
    "module",
    ["receive_order", "get_receipt", "get_order", "sweep_orders", "operations", "count_orders", "describe_api"],
)
def test_functions_that_make_no_receipt_need_no_typesetter(module: str, tmp_path: Path):
    program = f"import orders.functions.{module}, sys; sys.exit('typst' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=tmp_path).returncode == 0


def test_only_who_describes_the_api_needs_its_description():
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(name.partition(".")[0] == "description" for name in imports_of(path)) and "description" not in path.parts
    }

    assert users == {"functions/describe_api.py"}


def test_the_description_is_served_without_what_it_is_made_with(tmp_path: Path):
    made_with = {"pydantic", "botocore", "sqlite3", "yaml"}

    assert not modules_after("import orders.functions.describe_api", tmp_path) & made_with


def test_the_command_starts_without_what_only_a_server_needs(tmp_path: Path):
    of_a_server = {"sqlite3", "yaml", "starlette", "uvicorn", "pydantic", "typst"}

    assert not modules_after("import orders.cli.app", tmp_path) & of_a_server
