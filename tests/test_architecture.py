"""Arrows point inward only, and nothing heavy is imported where it is not needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.examples import ROOT

PACKAGE = ROOT / "src" / "orders"
MAY_IMPORT = {
    "order": set(),
    "measured": set(),
    "correlation": set(),
    "shop": {"order"},
    "ports": {"order"},
    "receipt": {"shop", "order"},
    "mail": {"shop", "ports", "order"},
    "use_cases": {"receipt", "mail", "shop", "ports", "order", "measured"},
    "api": {"use_cases", "shop", "ports", "order", "correlation"},
    "functions": {"edition", "api", "use_cases", "shop", "ports", "order"},
    "aws": {"ports", "order"},
    "local": {"api", "mail", "outbound", "shop", "ports", "order", "measured", "correlation"},
    "outbound": {"ports", "order"},
    "edition": {"aws", "local", "outbound", "ports"},
    "cli": {"api", "local", "use_cases", "receipt", "shop", "ports", "order"},
    "__main__": {"cli"},
    "__init__": set(),
}
"""What each folder, and each module beside the folders, may import of the others. Arrows point inward."""
MODULES = sorted(PACKAGE.rglob("*.py"))


def folder_of(path: Path) -> str:
    """The folder below `orders` that a module is in, or the module's own name."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports_of(path: Path) -> set[str]:
    """The modules of this package that a file imports, without the package's name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "orders":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("orders."):
            names |= {f"{node.module.removeprefix('orders.')}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name.removeprefix("orders.") for alias in node.names if alias.name.startswith("orders.")}
    return names


def test_imports_are_absolute():
    """Or the rules below would not see them."""
    relative = [
        path
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert not relative


def test_every_folder_has_its_rule():
    assert {folder_of(path) for path in PACKAGE.rglob("*.py")} == MAY_IMPORT.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_arrows_point_inward(path: Path):
    folders = {name.partition(".")[0] for name in imports_of(path)}

    assert folders - {folder_of(path)} <= MAY_IMPORT[folder_of(path)]


def test_in_the_local_edition_only_the_server_needs_the_server():
    others = [path for path in (PACKAGE / "local").rglob("*.py") if path.parent.name not in {"server", "page"}]

    assert not [path for path in others if any(name.startswith("local.server") for name in imports_of(path))]


def test_no_arrow_points_back():
    """What a folder imports never imports that folder, also not by way of others."""

    def reached(folder: str) -> set[str]:
        nearest = MAY_IMPORT[folder]
        return nearest.union(*(reached(each) for each in nearest))

    assert not [folder for folder in MAY_IMPORT if folder in reached(folder)]


@pytest.mark.parametrize("path", [each for each in MODULES if each.name == "__init__.py"], ids=str)
def test_each_folder_says_in_one_line_what_belongs_there(path: Path):
    says = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert says
    assert len(says.splitlines()[0]) <= 115


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
        if any(name.startswith("api.openapi") for name in imports_of(path))
        and "openapi" not in path.relative_to(PACKAGE).parts
    }

    assert users == {"functions/describe_api.py"}


def test_the_description_is_served_without_what_it_is_made_with(tmp_path: Path):
    made_with = {"pydantic", "jinja2", "botocore", "sqlite3", "yaml"}

    assert not modules_after("import orders.functions.describe_api", tmp_path) & made_with


def test_the_command_starts_without_what_only_a_server_needs(tmp_path: Path):
    of_a_server = {"sqlite3", "yaml", "starlette", "uvicorn", "pydantic", "typst"}

    assert not modules_after("import orders.cli.app", tmp_path) & of_a_server
