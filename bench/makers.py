"""The programs that make receipts: ours, and one with gofpdf where Go and gofpdf are installed.

Each reads the records of orders, one a line. The one with gofpdf draws less: one weight, no wrapped lines, no code
to scan, no tags for screen readers, no attachment.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packages import ROOT

GO_PROGRAM = Path(__file__).with_name("gofpdf")
GO_LIBRARY = "github.com/jung-kurt/gofpdf"
GO_SETTINGS = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
"""Debian's folder for the sources of libraries."""

FONT = ROOT / "src" / "orders" / "receipt" / "fonts" / "NotoSans" / "NotoSans-Regular.ttf"


@dataclass(frozen=True, slots=True)
class Maker:
    """Two commands: `once` makes one receipt and ends; `each` makes one for each line and prints its figures."""

    name: str
    once: Sequence[str]
    each: Sequence[str]


def ours() -> Maker:
    python, each = sys.executable, Path(__file__).with_name("each_receipt.py")
    return Maker("orders", [python, str(each), "once"], [python, str(each)])


def go_is_missing() -> str | None:
    """A sentence that says what to install for the comparison."""
    try:
        _go("list", GO_LIBRARY, complaints=subprocess.DEVNULL)
    except (FileNotFoundError, subprocess.CalledProcessError):
        packages = "golang-go golang-github-jung-kurt-gofpdf-dev"
        return f"No gofpdf here to compare with (Debian, Ubuntu: apt-get install {packages})."
    return None


def with_gofpdf(folder: Path) -> list[Maker]:
    """The program, built into that folder, with a font that it embeds and with one that every reader of PDF has."""
    program = str(folder / "gofpdf")
    _go("build", "-o", program)
    fonts = {"gofpdf, font embedded": str(FONT), "gofpdf, core font": "core"}
    return [Maker(name, [program, "once", font], [program, "each", font]) for name, font in fonts.items()]


def _go(*arguments: str, complaints: int | None = None) -> None:
    command, environment = ["go", *arguments], {**os.environ, **GO_SETTINGS}
    subprocess.run(command, cwd=GO_PROGRAM, env=environment, stdout=subprocess.DEVNULL, stderr=complaints, check=True)
