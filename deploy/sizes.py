"""Print the size of each package that `make build` made, and what they were made for."""

import sys
from pathlib import Path


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def is_compiled(package: Path) -> bool:
    return any((package / "orders" / "__pycache__").glob("*.pyc"))


def main(build: Path) -> None:
    for package in sorted(path for path in build.iterdir() if path.is_dir()):
        print(f"  {package.name:<22}{megabytes(package):7.1f} MB unzipped")
        if not is_compiled(package):
            print("    not byte-compiled, for want of such a Python here: cold starts take twice as long")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
