"""The tables of the model in docs/performance.md, each below its heading."""

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
HEADINGS = (
    "| account | work | first bottleneck | orders/s |\n| --- | --- | --- | --- |\n",
    "| orders a second, on average | usual quotas | raised |\n| --- | --- | --- |\n",
    "| orders a second, on average | 10 | 100 | 1,000 | 2,000 | 4,000 |\n| --- | --- | --- | --- | --- | --- |\n",
)


def write(tables: Sequence[Sequence[str]]) -> None:
    """Replace the rows of the tables by these."""
    text = PAGE.read_text(encoding="utf-8")
    for heading, rows in zip(HEADINGS, tables, strict=True):
        new = heading + "".join(f"{row}\n" for row in rows)
        text = re.sub(re.escape(heading) + r"(?:\|.*\n)*", lambda _, new=new: new, text)  # type: ignore[misc]
    PAGE.write_text(text, encoding="utf-8")
