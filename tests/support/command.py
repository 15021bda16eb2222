"""The `orders` command, run the way a shell runs it."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.support.servers import clean_environment


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str
    pdf: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        return json.loads(self.stdout)


class Orders(Protocol):
    def __call__(self, *arguments: object, stdin: str = "", **environment: str) -> Done: ...


def run(arguments: tuple[object, ...], stdin: str, environment: dict[str, str], folder: Path) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "orders", *map(str, arguments)],
        input=stdin.encode(),
        env=clean_environment() | environment,
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(), done.stdout)


@dataclass(frozen=True)
class Server:
    url: str
    data: Path
