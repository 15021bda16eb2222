"""The keys of `shop.toml`: what each may hold, and the sentence that says so."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orders.order import checks
from orders.order.countries import COUNTRIES
from orders.shop import logo, patterns

COLORS = {"text": "#1d2430", "quiet": "#5c6675", "accent": "#1d2430", "line": "#c9d0da"}
PAPERS = ("auto", "a4", "letter", "80mm", "58mm")
TITLES = ("receipt", "invoice")
_LONGEST_TEXT = 500
_MOST_LINES = 10
_LANGUAGE = re.compile("[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_ZONE = re.compile(r"[A-Za-z]\w*([-+/]\w+)*", re.ASCII)
NO_ZONE = "time_zone must be a time zone of the IANA database, such as Europe/Berlin"
_BLANK = re.compile("{[^{}]*}")


@dataclass(frozen=True)
class TaxId:
    """The receipt prints `label` before it, or without one the usual label of the shop's country."""

    id: str
    label: str | None = None


def read(name: str, value: object, folder: Path) -> Any:
    """The value of a key, in the form in which `Shop` has it. A logo is in this folder.

    Raises:
        ValueError: there is no such key, or it can't have this value.
    """
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


def _tax_id(name: str, value: object, folder: Path) -> tuple[TaxId, ...]:
    return (TaxId(_text(name, value, folder)),)


def _tax_ids(name: str, value: object, folder: Path) -> tuple[TaxId, ...]:
    if not isinstance(value, list) or len(value) > _MOST_LINES or not all(map(_is_tax_id, value)):
        raise ValueError(
            f"{name} must be a list of at most {_MOST_LINES} tables with an id and perhaps a label, as in"
            ' [{ label = "USt-IdNr.", id = "DE123456789" }]'
        )
    return tuple(TaxId(**{key: _text(f"{key} in {name}", each, folder) for key, each in tax.items()}) for tax in value)


def _is_tax_id(value: object) -> bool:
    return isinstance(value, dict) and "id" in value and value.keys() <= {"id", "label"}


def _country(name: str, value: object, _folder: Path) -> str:
    code = value.upper() if isinstance(value, str) else ""
    if code not in COUNTRIES:
        raise ValueError(f"{name} must be a code of ISO 3166-1, such as DE")
    return code


def _language(name: str, value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError(f"{name} must be a language tag, such as de or pt-BR")
    return value


def _time_zone(_name: str, value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not _ZONE.fullmatch(value):
        raise ValueError(NO_ZONE)
    return value


def _one_of(*words: str) -> Callable[[str, object, Path], str]:
    def check(name: str, value: object, _folder: Path) -> str:
        if value not in words:
            raise ValueError(f"{name} must be one of {', '.join(words)}")
        return str(value)

    return check


def _flag(name: str, value: object, _folder: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false, without quotes")
    return value


def _email(name: str, value: object, folder: Path) -> str:
    try:
        return checks.email(_text(name, value, folder))
    except ValueError:
        raise ValueError(f"{name} must be an e-mail address, as in hello@casaluna.example") from None


def _thanks(name: str, value: object, folder: Path) -> str:
    thanks = _text(name, value, folder)
    if unknown := sorted({*_BLANK.findall(thanks)} - {"{name}"}):
        raise ValueError(f"{name} can't contain {', '.join(unknown)}; only {{name}} is filled in")
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
    "country": _country,
    "tax_id": _tax_id,
    "tax_ids": _tax_ids,
    "phone": _text,
    "web": _text,
    "logo": _logo,
    "language": _language,
    "time_zone": _time_zone,
    "title": _one_of(*TITLES),
    "paper": _one_of(*PAPERS),
    "qr_code": _flag,
    "thank_you": _thanks,
    "footer": _text,
    "reply_to": _email,
    "copy_to": _email,
    "numbers": lambda name, value, _folder: patterns.read(name, value),
    "colors": _colors,
}
FIELDS = {"tax_id": "tax_ids"}
"""The field of a key that has another name."""
