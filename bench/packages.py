"""Makes the packages that are measured: ours with `deploy/package.py`, and the conventional one.

The conventional package is the one that `sam build` makes from a folder with code and a requirements.txt: the libraries
as they are, without byte code. A function cannot keep byte code either, since its package is read-only.
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


def ours(function: str, python: str, compiler: Path, destination: Path, checkout: Path = ROOT) -> Path:
    """The package of the function with this logical id, compiled by this interpreter of the same version of Python.

    `checkout` has the code, of this version or another one.
    """
    tell(f"packaging {function}")
    target = {"TARGET_PYTHON": python, "TARGET_PLATFORM": f"{platform.machine()}-manylinux_2_34"}
    path = {"PATH": f"{compiler.parent}:{os.environ['PATH']}"}
    command = [str(DEPLOY / "python"), str(checkout / "deploy" / "package.py"), function, str(destination)]
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
