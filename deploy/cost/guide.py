"""The table of costs in docs/aws-operations.md: it is a block of text that begins as the report does."""

import re
from decimal import Decimal
from itertools import zip_longest

from cost.stack import ROOT

PAGE = ROOT / "docs" / "aws-operations.md"
_BLOCK = re.compile(r"(?<=```text\n)Dollars for 1,000 orders.*?(?=\n```)", re.DOTALL)
_FIGURE = re.compile(r"(?<![\w-])\d[\d,]*(?:\.\d+)?(?![\w-])")
_MOST = 0.05
"""Figures may differ by 5 percent, or by one of the last decimal: durations are measured, and a page is not a meter."""


def shown() -> str:
    """The table in the guide."""
    return "".join(_BLOCK.findall(PAGE.read_text(encoding="utf-8")))


def write(report: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BLOCK.sub(lambda _: report, text), encoding="utf-8")


def differences(shown: str, computed: str) -> list[str]:
    """The lines of the computed table that the shown one contradicts."""
    pairs = zip_longest(shown.splitlines(), computed.splitlines(), fillvalue="")
    return [ours for theirs, ours in pairs if not _agree(theirs, ours)]


def _agree(shown: str, computed: str) -> bool:
    figures = zip(_figures(shown), _figures(computed), strict=False)
    return _words(shown) == _words(computed) and all(_is_near(*pair) for pair in figures)


def _is_near(shown: Decimal, computed: Decimal) -> bool:
    decimals = -int(shown.as_tuple().exponent)
    least = Decimal(10) ** -decimals if decimals else Decimal(0)
    return abs(shown - computed) <= max(least, shown * Decimal(_MOST))


def _figures(line: str) -> list[Decimal]:
    return [Decimal(each.replace(",", "")) for each in _FIGURE.findall(line)]


def _words(line: str) -> list[str]:
    """The line with a mark for each figure."""
    return _FIGURE.sub("#", line).split()
