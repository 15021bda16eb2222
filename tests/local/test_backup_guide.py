"""The commands of docs/backup.md and of the section in docs/operations.md, run in the order in which they are there."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.local.backups import orders
from tests.local.filled import filled
from tests.support.examples import ROOT

PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("backup.md", "operations.md")}
NOT_HERE = re.compile(r"s3://|orders serve|example\.com|orders keys|orders outbox")
"""Other tests run these."""


def commands(page: str) -> Iterator[str]:
    for block in re.findall(r"```(?:sh)?\n(.*?)```", PAGES[page], re.S):
        for line in block.splitlines():
            if (found := re.search(r"\b(orders (backup|restore|check)|mv) .*", line)) and not NOT_HERE.search(line):
                yield found[0]


def test_the_pages_have_the_commands():
    assert [len(list(commands(page))) for page in PAGES] == [9, 4]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_the_page_run(page: str, tmp_path: Path):
    filled(tmp_path / "data", 3)
    (tmp_path / "var" / "lib").mkdir(parents=True)
    filled(tmp_path / "var" / "lib" / "orders", 3)
    for line in commands(page):
        program, *words = shlex.split(line, comments=True)
        words = [word.replace("/", f"{tmp_path}/", 1) if word.startswith("/") else word for word in words]
        if program == "mv":
            shutil.move(words[0], words[1])
        else:
            orders(tmp_path, *words)
