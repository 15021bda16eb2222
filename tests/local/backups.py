"""Backups and restores by the command, as tests of them call it."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

from tests.support.command import Done
from tests.support.servers import clean_environment

from orders.cli.app import run

ORDERS = 6


def tried(folder: Path, *words: str) -> Done:
    """Run the command in a folder, without a new process."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    with contextlib.chdir(folder), contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        code = run(list(words))
    stdout, stderr = (stream.buffer.getvalue().decode() for stream in streams)
    return Done(code, stdout, stderr)


def orders(folder: Path, *words: str) -> Done:
    """As `tried`; it must succeed."""
    done = tried(folder, *words)
    assert (done.code, done.stderr) == (0, ""), done
    return done


def backup(folder: Path, *options: str) -> Path:
    """Back up `data` to `backups`; where the new backup is."""
    before = set(whole(folder))
    orders(folder, "backup", "backups", *options)
    (made,) = set(whole(folder)) - before
    return made


def restore(folder: Path, backup: Path | str = "backups", data: str = "restored", *options: str) -> Path:
    orders(folder, "restore", str(backup), "--data", data, *options)
    return folder / data


def whole(folder: Path) -> list[Path]:
    """The backups that have a manifest, oldest first."""
    return sorted(path.parent for path in (folder / "backups").glob("2*/manifest.json"))


def receipts(folder: Path) -> list[Path]:
    return sorted((folder / "bucket" / "receipts").rglob("*.pdf"))


def started(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """The command, running in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "orders", *words],
        env=clean_environment(),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
