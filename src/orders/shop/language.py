"""The language of receipts and e-mails: words from one file in `languages/`, formats from Unicode's CLDR by Babel.

A new language is one more file, named by its code of ISO 639.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.numbers import NumberPattern, format_decimal, format_percent, get_currency_symbol, parse_pattern

from orders.order import money
from orders.order.errors import Misconfigured
from orders.shop import toml

FOLDER = Path(__file__).with_name("languages")
DEFAULT = "en"
_PARTS = ("mail", "pages")
"""The tables of a file; the other words are those of receipts."""

_SUBTAGS = re.compile("([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?(?:-.*)?", re.IGNORECASE)

_OFFSET = re.compile(r"(?<![0-9])[+-][0-9]{4}(?![0-9])")
"""How Babel writes a zone that has no name in a language: -0330 instead of -0230, too (Babel 2.18)."""
_WITHOUT_NAME = "Europe/Dublin"
"""Its winter time is the exception by law (IANA's `europe`), so Babel names its summer time GMT."""


@dataclass(frozen=True)
class Language:
    """`words` are those of receipts, `mail` of e-mails, `pages` of customer pages: see `languages/en.toml`.

    `locale` may be `pt_PT`.
    """

    words: Mapping[str, str]
    mail: Mapping[str, str]
    pages: Mapping[str, str]
    locale: Locale

    def number(self, number: int | Decimal) -> str:
        return self._from_the_left(format_decimal(number, locale=self.locale, decimal_quantization=False))

    def percentage(self, percent: Decimal) -> str:
        return format_percent(percent / 100, locale=self.locale, decimal_quantization=False)

    def instant(self, at: datetime, zone: tzinfo = UTC) -> str:
        """Date and time, with the zone as in `9:00:00 AM EST`, or its offset where it has no name, as in `UTC+3`."""
        local = at.astimezone(zone)
        if str(zone) == _WITHOUT_NAME:
            zone = timezone(local.utcoffset() or timedelta())
        written = format_datetime(local, "long", tzinfo=zone, locale=self.locale)
        return _OFFSET.sub(_offset(local.utcoffset() or timedelta()), written)

    def amount(self, minor: int, currency: str) -> str:
        """So many minor units as a decimal, with all of the currency's decimals (ISO 4217)."""
        return self._written(minor, currency, _amounts(self.locale, money.DECIMALS[currency]))

    def unit_price(self, price: str, currency: str) -> str:
        """A decimal with all of its decimals, and at least as many as the currency has."""
        decimals = max(money.DECIMALS[currency], len(money.plain(price).partition(".")[2]))
        pattern = _amounts(self.locale, decimals)
        written: str = pattern.apply(Decimal(price), self.locale, currency=currency, currency_digits=False)
        return written

    def country(self, code: str) -> str:
        """The name of a country (ISO 3166-1), or its code where CLDR has no name for it."""
        return str(self.locale.territories.get(code, code))

    def price(self, minor: int, currency: str, can_be_shown: Callable[[str], bool] = lambda _sign: True) -> str:
        """The amount with the currency's sign, or with its code (ISO 4217) where the sign can't be shown."""
        sign = get_currency_symbol(currency, self.locale)
        sign = sign if can_be_shown(sign) else currency
        return self._written(minor, currency, _prices(self.locale, currency, sign))

    def _written(self, minor: int, currency: str, pattern: NumberPattern) -> str:
        written: str = pattern.apply(
            money.from_minor(minor, currency), self.locale, currency=currency, currency_digits=False
        )
        return self._from_the_left(written)

    def _from_the_left(self, number: str) -> str:
        """With its minus at the left, also on a page that runs to the left."""
        if not number.startswith("-") or "direction" not in self.words:
            return number
        mark = "\u200f" if number[1:].startswith("\u200f") else ""
        return f"{mark}\u200e-{number[1:].removeprefix(mark)}"


@lru_cache(maxsize=256)
def of(tag: str | None) -> Language:
    """The language of a tag (BCP 47), such as `pt-PT`: English if there is no file for it, or no tag.

    Raises:
        Misconfigured: the file has a fault.
    """
    code = (tag or DEFAULT).partition("-")[0].lower()
    if code not in codes():
        return of(DEFAULT)
    file = _file(code)
    words = {name: word for name, word in file.items() if isinstance(word, str)}
    return Language(words, file["mail"], file["pages"], _locale(tag or DEFAULT))


@cache
def codes() -> frozenset[str]:
    """The languages that there are."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


def check() -> None:
    """Read the file of every language.

    Raises:
        Misconfigured: one of them has a fault.
    """
    for code in sorted(codes()):
        _file(code)


def forget() -> None:
    """Read the files again at the next use, as somebody may have edited them."""
    for cached in (of, codes, _file):
        cached.cache_clear()


@cache
def _file(code: str) -> Mapping[str, Any]:
    """The file of a language. A word that it lacks is English.

    Raises:
        Misconfigured: it can't be read, or has a word that is not a text.
    """
    path = _path(code)
    file, english = toml.read(path), toml.read(_path(DEFAULT))
    if wrong := ", ".join(name for name, word in _flat(file).items() if not isinstance(word, str)):
        raise Misconfigured(f"{path}: {wrong} must be a text")
    return {**english, **file, **{part: english[part] | file.get(part, {}) for part in _PARTS}}


def _offset(offset: timedelta) -> str:
    """As in `UTC`, `UTC+3` and `UTC-2:30`."""
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "-" if offset < timedelta() else "+"
    return "UTC" + (f"{sign}{hours}" if offset else "") + (f":{minutes:02}" if minutes else "")


def _path(code: str) -> Path:
    return FOLDER / f"{code}.toml"


def _flat(file: Mapping[str, Any]) -> dict[str, Any]:
    """All words of a file; those of its tables are named `mail.subject` and so on."""
    flat = {name: word for name, word in file.items() if name not in _PARTS}
    for part in _PARTS:
        if isinstance(words := file.get(part), dict):
            flat |= {f"{part}.{name}": word for name, word in words.items()}
    return flat


def _locale(tag: str) -> Locale:
    """The nearest that CLDR has: the country and script of the tag, or less."""
    language, script, country = _subtags(tag)
    for names in ([language, script, country], [language, country], [language, script]):
        try:
            return Locale.parse("_".join(filter(None, names)))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(language)


def _subtags(tag: str) -> tuple[str, str | None, str | None]:
    language, script, country = match.groups() if (match := _SUBTAGS.fullmatch(tag)) else (tag[:2], None, None)
    return language.lower(), script and script.title(), country and country.upper()


@cache
def _amounts(locale: Locale, decimals: int) -> NumberPattern:
    return _with_decimals(locale.decimal_formats[None].pattern, decimals)


@lru_cache(maxsize=1024)
def _prices(locale: Locale, currency: str, sign: str) -> NumberPattern:
    pattern = locale.currency_formats["standard"].pattern.partition(";")[0]
    if sign == currency:
        pattern = pattern.replace("¤", "¤¤")
    if sign[-1].isalpha():
        pattern = re.sub("¤(?=[#0])", "¤\u00a0", pattern)
    return _with_decimals(pattern, money.DECIMALS[currency])


def _with_decimals(pattern: str, decimals: int) -> NumberPattern:
    """CLDR's pattern, with exactly so many decimals."""
    fraction = f".{'0' * decimals}" if decimals else ""
    whole = re.sub(r"\.[0#]+", "", pattern)
    end = max(whole.rfind("0"), whole.rfind("#")) + 1
    return parse_pattern(whole[:end] + fraction + whole[end:])
