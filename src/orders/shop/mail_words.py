"""The words of the message, from one file for each language in `languages/`.

A new language is one more file, beside the one that receipts have.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("languages")


@cache
def of(code: str) -> Mapping[str, str]:
    """What `languages/en.toml` explains, in the language with this code of ISO 639, which receipts have too."""
    return tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))


def forget() -> None:
    """Read the files anew when they are next asked for: somebody may have edited them."""
    of.cache_clear()
