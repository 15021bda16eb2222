"""`make build`: make a package for each function with `sam build`, and print their sizes."""

import os
import subprocess
import sys
from pathlib import Path

from stage import Refused, Stage


def build(stage: Stage, folder: Path) -> None:
    """Make the packages below the folder.

    Raises:
        Refused: `sam` failed, and its output was printed.
    """
    print(f"Building the packages for Python {os.environ['TARGET_PYTHON']}, {os.environ['TARGET_PLATFORM']} ...")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [*stage.sam("build"), "--build-dir", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
        raise Refused("The packages could not be built.")
    packages = sorted(path for path in folder.iterdir() if path.is_dir())
    for package in packages:
        print(f"  {package.name:<24}{megabytes(package):7.1f} MB unzipped")
    if not all(map(is_compiled, packages)):
        print(
            f"The packages have no byte code, as no python{os.environ['TARGET_PYTHON']} is on the PATH or in pyenv."
            "\nCold starts take about twice as long. To avoid this, install that Python and build again."
        )


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def is_compiled(package: Path) -> bool:
    return any((package / "orders" / "__pycache__").glob("*.pyc"))
