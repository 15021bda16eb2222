"""The words of the language that a page is in, found without Babel, which the function that answers does not have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orders.shop import shop, toml

FOLDER = Path(shop.__file__).with_name("languages")
DEFAULT = "en"
_READ_AS = {"no": "nb", "nn": "nb", "iw": "he", "in": "id"}
"""Languages whose readers also read another one, and codes that a language had before 1989."""
_TRADITIONAL = frozenset({"HK", "MO", "TW"})
"""Where Chinese is written in the traditional script unless a tag names another one."""


@dataclass(frozen=True)
class Speech:
    """`language` is a tag (BCP 47), `direction` is `ltr` or `rtl`, and `pages` are the words of pages."""

    language: str
    direction: str
    order: str
    pages: Mapping[str, str]


def of(tags: Iterable[str]) -> Speech:
    """The words in the first of these languages (BCP 47) that there are words in, otherwise in English.

    Raises:
        Misconfigured: the file has a fault.
    """
    return _read(next(filter(None, map(code_of, tags)), DEFAULT))


def code_of(tag: str) -> str | None:
    """The language, in its script if that has words of its own; `None` if there are no words in it."""
    language, *others = tag.replace("_", "-").split("-")
    language = _READ_AS.get(language.lower(), language.lower())
    named = next((each.title() for each in others if len(each) == 4 and each.isalpha()), None)
    script = named or ("Hant" if _TRADITIONAL & {each.upper() for each in others} else "Hans")
    return next((code for code in (f"{language}-{script}", language) if code in codes()), None)


@cache
def codes() -> frozenset[str]:
    """The languages that there are words in."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


@cache
def _read(code: str) -> Speech:
    """A word that the file lacks is English."""
    english, file = (toml.read(FOLDER / f"{each}.toml") for each in (DEFAULT, code))
    words, pages = english | file, english["pages"] | file.get("pages", {})
    return Speech(code, file.get("direction", "ltr"), words["order"], pages)
