"""The words of receipts, e-mails and customer pages: a file for each language in `languages/`, and the shop's own.

A shop's files are in a folder `languages/` beside its `shop.toml`. Each replaces some words of a language, or adds one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from orders.order.errors import Misconfigured
from orders.shop import shop, toml

FOLDER = Path(__file__).with_name("languages")
DEFAULT = "en"
_PARTS = ("mail", "pages")
"""The tables of a file; the other words are those of receipts."""
_CODE = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_BLANK = re.compile("{[^{}]*}")
_LONGEST = 500
Words = Mapping[str, str]
"""All words of a language; those of the tables are named `mail.subject` and so on."""


def folders() -> tuple[Path, ...]:
    """The built-in folder, then the shop's, if there is one."""
    file = shop.path()
    own = file.parent / "languages"
    return (FOLDER, own) if file != shop.OWN_FILE and own.is_dir() else (FOLDER,)


def codes() -> frozenset[str]:
    """The codes of all languages that have a file."""
    return frozenset(path.stem for folder in folders() for path in folder.glob("*.toml"))


def of(candidates: tuple[str, ...]) -> tuple[str, Words]:
    """The last of these codes that has a file, and its words.

    A word that the file lacks comes from the codes before it, and then from English. A shop's words replace ours, but
    its English words replace only English ones.

    Raises:
        Misconfigured: a file has a fault.
    """
    return _merged(candidates, folders())


def part(words: Words, name: str) -> dict[str, str]:
    """The words of one table, by their names in it."""
    return {key.removeprefix(f"{name}."): word for key, word in words.items() if key.startswith(f"{name}.")}


def of_receipts(words: Words) -> dict[str, str]:
    return {key: word for key, word in words.items() if "." not in key}


def check() -> None:
    """Read every file.

    Raises:
        Misconfigured: one of them has a fault.
    """
    for folder in folders():
        for path in sorted(folder.glob("*.toml")):
            _file(path)


def forget() -> None:
    """Read the files again at the next use, as somebody may have edited them."""
    for cached in (_merged, _file):
        cached.cache_clear()


@lru_cache(maxsize=256)  # anyone may ask for a page in any language of any country
def _merged(candidates: tuple[str, ...], folders: tuple[Path, ...]) -> tuple[str, Words]:
    words: dict[str, str] = {}
    found = DEFAULT
    for group in ([DEFAULT], [code for code in candidates if code != DEFAULT]):
        for folder in folders:
            for code in group:
                if (path := folder / f"{code}.toml").is_file():
                    words |= _file(path)
                    found = max(found, code, key=(DEFAULT, *candidates).index)
    return found, words


@cache
def _file(path: Path) -> Words:
    """The words in a file.

    Raises:
        Misconfigured: it can't be read, or has a word that we can't use.
    """
    if not _CODE.fullmatch(path.stem):
        raise Misconfigured(f"{path}: the file's name must be the code of its language, as in de.toml or pt-BR.toml")
    file = toml.read(path)
    words = _flat(file)
    if fault := next(_faults(words, path), None):
        raise Misconfigured(f"{path}: {fault}")
    return words


def _flat(file: Mapping[str, Any]) -> dict[str, Any]:
    flat = {name: word for name, word in file.items() if name not in _PARTS}
    for name in _PARTS:
        table = file.get(name, {})
        flat |= {f"{name}.{key}": word for key, word in table.items()} if isinstance(table, dict) else {name: table}
    return flat


def _faults(words: Mapping[str, Any], path: Path) -> Iterator[str]:
    english = words if path == _english() else _file(_english())
    for name, word in words.items():
        if name == "direction" and word == "rtl":
            continue
        if name not in english:
            yield _unknown(name, english)
        elif not _is_line(word):
            yield f"{name} must be a text of 1 to {_LONGEST} characters on one line"
        elif strange := sorted({*_BLANK.findall(word)} - {*_BLANK.findall(english[name])}):
            yield f"{name} can't contain {', '.join(strange)}; {_filled_in(english[name])}"


def _english() -> Path:
    return FOLDER / f"{DEFAULT}.toml"


def _unknown(name: str, english: Words) -> str:
    if name == "direction":
        return 'direction must be "rtl"; leave it out for a language that is written from left to right'
    if name in _PARTS:
        return f"{name} must be a table, as in [{name}]"
    table, _, key = name.rpartition(".")
    if table and key in english:
        return f"{name} is not a word that we use: move {key} above [{table}]"
    near = get_close_matches(name, english, 1)
    return f"{name} is not a word that we use" + (f"; did you mean {near[0]}?" if near else f"; see {_english()}")


def _is_line(word: object) -> bool:
    if not isinstance(word, str) or not word.strip() or len(word) > _LONGEST:
        return False
    return not any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in word)


def _filled_in(word: str) -> str:
    blanks = _BLANK.findall(word)
    if not blanks:
        return "nothing is filled in here"
    return f"only {' and '.join(blanks)} {'are' if len(blanks) > 1 else 'is'} filled in"
