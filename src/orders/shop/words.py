"""The words of a language without its formats, for pages that are answered by functions without Babel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orders.shop import toml

FOLDER = Path(__file__).with_name("languages")
DEFAULT = "en"
_SAME = {"no": "nb", "nn": "nb", "iw": "he", "in": "id"}
"""Other codes of a language, or of one that its readers also read."""
_TRADITIONAL = frozenset({"HK", "MO", "TW"})
"""Where Chinese is written in the traditional script unless a tag names another one."""


@dataclass(frozen=True)
class Words:
    """`language` is the tag of the file (BCP 47), `direction` is `ltr` or `rtl`, `pages` are the words of pages."""

    language: str
    direction: str
    order: str
    pages: Mapping[str, str]


def of(tags: Iterable[str]) -> Words:
    """The words in the first of these languages (BCP 47) that there are words in, otherwise in English.

    Raises:
        Misconfigured: the file has a fault.
    """
    return _read(next(filter(None, map(code_of, tags)), DEFAULT))


@cache
def codes() -> frozenset[str]:
    """The languages that there are words in."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


def code_of(tag: str) -> str | None:
    """The name of the file for this tag: of its language in its script, or of its language."""
    language, *others = tag.replace("_", "-").split("-")
    language = _SAME.get(language.lower(), language.lower())
    named = next((each.title() for each in others if len(each) == 4 and each.isalpha()), None)
    script = named or ("Hant" if _TRADITIONAL & {each.upper() for each in others} else "Hans")
    return next((code for code in (f"{language}-{script}", language) if code in codes()), None)


@cache
def _read(code: str) -> Words:
    """A word that the file lacks is English."""
    english, file = (toml.read(FOLDER / f"{each}.toml") for each in (DEFAULT, code))
    words = english | file
    pages = english["pages"] | file.get("pages", {})
    return Words(code, file.get("direction", "ltr"), words["order"], pages)
