"""The pages for people lead to one another, name every setting, and use the words of the glossary."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from tests.support.examples import ROOT
from typer.main import get_command

from orders.cli.app import app

PAGES = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY")]
PAGES += sorted((ROOT / "docs").glob("*.md"))
PACKAGE = ROOT / "src" / "orders"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")
SETTINGS = re.compile(r"\bORDERS_[A-Z]+(?:_[A-Z]+)*\b")
SET_BY_THE_TEMPLATE = {
    "ORDERS_API_URL", "ORDERS_BUCKET", "ORDERS_CANARY_KEY_ID", "ORDERS_CONFIGURATION_SET", "ORDERS_COUNTS",
    "ORDERS_EVENTS", "ORDERS_EVENT_BUS", "ORDERS_INDEX_SHARDS", "ORDERS_LINK_SECONDS", "ORDERS_MAIL_QUEUE",
    "ORDERS_MAIL_SENDERS", "ORDERS_QUEUE", "ORDERS_SLOW_QUEUE", "ORDERS_TABLE", "ORDERS_WEBHOOK_QUEUE",
    "ORDERS_WEBHOOK_LOOPBACK",
}  # fmt: skip
"""Nobody writes them by hand. The server of one machine sets the last one itself."""
RETIRED = re.compile(r"\b(rung|rang|bells?|witness|thrice|told apart|put off|taken up|stands in|is asked for)\b")
"""Words of a private English that these pages and messages once had."""


def links(page: Path) -> list[tuple[Path, str]]:
    found = LINK.findall(page.read_text(encoding="utf-8"))
    return [((page.parent / file).resolve() if file else page, anchor) for file, anchor in found]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them from the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_leads_to_every_page():
    assert {page for page, _ in links(PAGES[0])} >= set(PAGES[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    for target, anchor in links(page):
        assert target.exists(), target
        assert not anchor or anchor in anchors(target), f"{target.name}#{anchor}"


def test_every_setting_is_explained():
    sources = [*PACKAGE.rglob("*.py"), *(ROOT / "deploy").glob("*.py")]
    read = {name for path in sources for name in re.findall(r'"(ORDERS_[A-Z_]+)"', path.read_text(encoding="utf-8"))}
    explained = {name for page in PAGES for name in SETTINGS.findall(page.read_text(encoding="utf-8"))}

    assert read - SET_BY_THE_TEMPLATE <= explained


def test_every_command_that_a_page_names_exists():
    named = {verb for page in PAGES for verb in re.findall(r"(?:`|bin/)orders ([a-z]+)\b", page.read_text("utf-8"))}

    assert not named - set(get_command(app).commands)  # type: ignore[attr-defined]


def test_the_list_of_commands_fits_into_a_terminal():
    done = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "deploy" in done.stdout
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []


def test_the_architecture_page_leaves_no_layer_out():
    layers = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert all(f"**`{layer}/`**" in ARCHITECTURE for layer in layers)


PLACES = re.compile(r"`((?:[\w.]+/)+[\w.-]*|[\w-]+\.(?:yaml|toml|py))`")


@pytest.mark.parametrize("place", sorted(set(PLACES.findall(CONTRIBUTING))))
def test_every_place_that_the_guide_for_contributors_names_exists(place: str):
    assert any((folder / place).exists() for folder in (ROOT, PACKAGE, ROOT / "tests", PACKAGE / "order"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_uses_a_retired_word(page: Path):
    """Except where it quotes a line of a log or a history."""
    text = re.sub(r"`[^`\n]+`", "", page.read_text(encoding="utf-8"))

    assert not RETIRED.findall(text)


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_docstring_and_no_message_has_a_retired_word(module: Path):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]

    assert not [text for text in texts if RETIRED.search(text)]
