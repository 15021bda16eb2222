"""What receipts and e-mails say about the shop: `shop.toml`, beside this file, or the one that ORDERS_RECEIPT names."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from orders.order.errors import Misconfigured
from orders.shop import logo, toml

OWN_FILE = Path(__file__).with_name("shop.toml")
COLORS = {"text": "#1d2430", "quiet": "#5c6675", "accent": "#1d2430", "line": "#c9d0da"}
_LONGEST_TEXT = 500
_MOST_LINES = 10
_BLANK = re.compile("{[^{}]*}")


@dataclass(frozen=True)
class Shop:
    """`address` is one line each, `logo` a file, `colors` are `#rrggbb` by the names in `COLORS`."""

    name: str | None = None
    address: tuple[str, ...] = ()
    tax_id: str | None = None
    logo: Path | None = None
    thank_you: str | None = None
    colors: Mapping[str, str] = field(default_factory=lambda: COLORS)


@cache
def configured() -> Shop:
    """The shop of this process; its file is read once.

    Raises:
        Misconfigured: the file is not there, or says something that can't be used.
    """
    return read(path())


def path() -> Path:
    """The file that says what this process prints of the shop."""
    return Path(os.environ.get("ORDERS_RECEIPT") or OWN_FILE).absolute()


def read(path: Path) -> Shop:
    """The shop that a file describes.

    Raises:
        Misconfigured: as `configured`.
    """
    document = toml.read(path)
    try:
        return Shop(**{name: _read_key(name, value, path.parent) for name, value in document.items()})
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path}: {error}") from None


def _read_key(name: str, value: object, folder: Path) -> Any:
    if name not in _KEYS:
        raise ValueError(f"{name} is not a key. The keys are {', '.join(_KEYS)}")
    return _KEYS[name](name, value, folder)


def _text(name: str, value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT:
        raise ValueError(f"{name} must be a text of 1 to {_LONGEST_TEXT} characters")
    return value.strip()


def _lines(name: str, value: object, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _MOST_LINES:
        form = json.dumps([value if isinstance(value, str) else "12 Harbour Street"], ensure_ascii=False)
        raise ValueError(f"{name} must be a list of at most {_MOST_LINES} lines, as in {form}")
    return tuple(_text(f"a line of {name}", line, folder) for line in value)


def _thanks(name: str, value: object, folder: Path) -> str:
    thanks = _text(name, value, folder)
    if unknown := sorted({*_BLANK.findall(thanks)} - {"{name}"}):
        raise ValueError(f"{name}: {', '.join(unknown)} is not filled in; {{name}} is the only one")
    return thanks


def _logo(name: str, value: object, folder: Path) -> Path:
    text = _text(name, value, folder)
    if "://" in text:
        raise ValueError(f"{name} must be a file on this machine, not an address: {text}")
    file = (folder / text).resolve()
    if problem := logo.fault(file):
        raise ValueError(f"{name}: {file} {problem}")
    return file


def _colors(name: str, value: object, _folder: Path) -> Mapping[str, str]:
    if isinstance(value, dict) and (strayed := [key for key in value if key in _KEYS]):
        raise ValueError(f"{name}.{strayed[0]} is not a key: move {strayed[0]} above [{name}]")
    if not isinstance(value, dict) or not value.keys() <= COLORS.keys():
        raise ValueError(f"{name} must be a table of {', '.join(COLORS)}")
    for key, color in value.items():
        if not re.fullmatch("#[0-9a-fA-F]{6}", str(color)):
            raise ValueError(f'{name}.{key} must look like "#1d2430"')
    return COLORS | value


_KEYS: dict[str, Callable[[str, object, Path], object]] = {
    "name": _text,
    "address": _lines,
    "tax_id": _text,
    "logo": _logo,
    "thank_you": _thanks,
    "colors": _colors,
}
