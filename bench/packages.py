"""What is measured, as Lambda would get it: our packages as `deploy/package.py` makes them, and the conventional one.

The conventional package is what `sam build` makes of a folder with code and a requirements.txt: the libraries as they
come, without byte code, which a function can't keep either: it may not write where its package is.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from report import tell

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / ".venv" / "deploy" / "bin"
CONVENTIONAL = Path(__file__).with_name("conventional")


def ours(function: str, python: str, compiler: Path, destination: Path) -> Path:
    """The package of the function with this logical id, for a version of Python of which this is a `compiler`."""
    tell(f"packaging {function}")
    target = {"TARGET_PYTHON": python, "TARGET_PLATFORM": f"{platform.machine()}-manylinux_2_34"}
    path = {"PATH": f"{compiler.parent}:{os.environ['PATH']}"}
    command = [str(DEPLOY / "python"), str(ROOT / "deploy" / "package.py"), function, str(destination)]
    _run(command, {**os.environ, **target, **path})
    return destination


def conventional(interpreter: Path, destination: Path) -> Path:
    """One package for the three functions, for this interpreter."""
    tell("packaging the conventional functions")
    install = [
        str(DEPLOY / "uv"), "pip", "install", "--quiet", "--target", str(destination), "--python", str(interpreter),
        "--require-hashes", "--only-binary", ":all:", "--requirement", str(CONVENTIONAL / "requirements.txt"),
    ]  # fmt: skip
    _run(install, os.environ)
    for module in CONVENTIONAL.glob("*.py"):
        shutil.copy(module, destination)
    return destination


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    subprocess.run(command, env=environment, stdout=sys.stderr, check=True)
