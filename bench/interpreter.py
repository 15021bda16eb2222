"""The interpreter of the measured functions: the version that Lambda runs if it is installed, else the current one.

It has an environment of its own, .venv/bench, with Lambda's client for Python and nothing else: no pip, and no library
that a package may have forgotten. There are wheels of the client for Linux, so nothing is compiled.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path

from packages import DEPLOY, ROOT
from report import tell

LOCK = ROOT / "requirements" / "bench.txt"
ENVIRONMENT = ROOT / ".venv" / "bench"
FIND = "from package import PYTHON, find_interpreter; print(find_interpreter(PYTHON) or '')"


def with_lambda_client() -> Path:
    """The environment's interpreter. The environment is made if it is missing or differs from the lock file."""
    base, installed = found() or sys.executable, ENVIRONMENT / "installed"
    wanted = f"{base}\n{LOCK.read_text()}"
    if not installed.exists() or installed.read_text() != wanted:
        tell(f"installing Lambda's client for Python into {ENVIRONMENT.relative_to(ROOT)}, for {base}")
        install(base)
        installed.write_text(wanted)
    return ENVIRONMENT / "bin" / "python"


def found() -> str:
    """The interpreter that `deploy/package.py` would compile with, or None."""
    ended = subprocess.run(
        [DEPLOY / "python", "-c", FIND], cwd=ROOT / "deploy", stdout=subprocess.PIPE, text=True, check=True
    )
    return ended.stdout.strip()


def install(base: str) -> None:
    subprocess.run([base, "-m", "venv", "--clear", "--without-pip", ENVIRONMENT], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(ENVIRONMENT / "bin" / "python"), "--disable-pip-version-check"]
    lock = ["--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)]
    subprocess.run([*pip, "install", "--quiet", *lock], check=True)


@cache
def version(interpreter: Path) -> str:
    """Such as `3.13`."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([interpreter, "-c", program], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
