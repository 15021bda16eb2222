"""docs/upgrade.md: its commands work on a folder of the version before, and its table names every format."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.formats.folders import FOLDERS, NAMES
from tests.support.examples import ROOT
from tests.support.servers import clean_environment, serving

from orders.local.sqlite.formats import FORMAT

PAGE = (ROOT / "docs" / "upgrade.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
"""What can run here. The other blocks need systemd."""


def shell(block: str, folder: Path, **environment: str) -> str:
    """What the commands print. Each must succeed."""
    (folder / "bin").mkdir(exist_ok=True)
    for name, command in {"orders": f"{shlex.quote(sys.executable)} -m orders", "python3": sys.executable}.items():
        (folder / "bin" / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (folder / "bin" / name).chmod(0o755)
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-e", "-c", block],
        env=clean_environment() | {"PATH": path} | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done
    return done.stdout


def test_an_upgrade_as_the_page_describes_it(tmp_path: Path):
    (before,) = (recorded for recorded in FOLDERS if recorded.format == FORMAT - 1)
    before.unpack(tmp_path)
    check, backup, look, show_format = BLOCKS

    assert shell(show_format, tmp_path) == f"{FORMAT - 1}\n"
    assert shell(backup, tmp_path).startswith(f"Backed up {len(NAMES)} orders to before-upgrade/")
    with serving(tmp_path / "data") as address:
        told = shell(look, tmp_path, ORDERS_URL=address)
        assert shell(show_format, tmp_path) == f"{FORMAT}\n"
    assert "waiting" in told
    assert "upgrade-1" in told
    assert told.rstrip().endswith("Nothing is missing or damaged.")
    assert shell(check, tmp_path).endswith("Nothing is missing or damaged.\n")


def test_the_table_has_every_format():
    rows = re.findall(r"^\| (\d+)(?: to (\d+))? \|", PAGE, re.M)
    named = [number for first, last in rows for number in range(int(first), int(last or first) + 1)]

    assert named == list(range(1, FORMAT + 1))
