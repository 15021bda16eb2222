"""The language of receipts, e-mails and customer pages: words from `languages/`, formats from Unicode's CLDR by Babel.

Figures and dates follow the order's locale, also where we have no words of its language.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.numbers import (
    NumberPattern,
    format_decimal,
    format_percent,
    get_currency_symbol,
    get_decimal_symbol,
    parse_pattern,
)

from orders.order import money
from orders.shop import country, tags, times, words
from orders.shop.locales import subtags
from orders.shop.words import DEFAULT, check, codes, folders

__all__ = ["DEFAULT", "Language", "check", "codes", "folders", "forget", "of"]

_RIGHT_TO_LEFT = "\u200f"
"""The mark with which CLDR begins Arabic and Hebrew prices. The minus belongs behind it, before the figures."""


def _anything(_text: str) -> bool:
    return True


@dataclass(frozen=True)
class Language:
    """`words` are those of receipts, `mail` of e-mails, `pages` of customer pages: see `languages/en.toml`.

    `code` is the language that the words are of, such as `en` or `zh-Hant`. `locale` is that of the formats: `ka_GE`
    has English words.
    """

    words: Mapping[str, str]
    mail: Mapping[str, str]
    pages: Mapping[str, str]
    locale: Locale
    code: str

    @property
    def tag(self) -> str:
        """The tag (BCP 47) of texts in these words: `pt-PT` as the locale, or `code` if that is another language."""
        is_spoken_there = self.code.partition("-")[0] == self.locale.language
        return str(self.locale).replace("_", "-") if is_spoken_there else self.code

    @property
    def direction(self) -> str:
        """Where the words run: `ltr` or `rtl`."""
        return self.words.get("direction", "ltr")

    def a_tax(self, where: str | None) -> str:
        """A tax that nobody has named: as this country (ISO 3166-1) does, or simply "Tax"."""
        return country.tax_name(where, self.code) or self.words["tax"]

    def number(self, number: int | Decimal) -> str:
        return self._from_the_left(_number(number, self.locale))

    def percentage(self, percent: Decimal) -> str:
        return _percentage(percent, self.locale)

    def instant(self, at: datetime, zone: tzinfo = UTC, can_be_shown: Callable[[str], bool] = _anything) -> str:
        """Date and time in a time zone, as in `November 23, 2026, 9:00 AM UTC`.

        It is in English where the locale's letters can't be shown.
        """
        written = times.instant(at, zone, self.locale)
        return written if can_be_shown(written) else times.instant(at, zone, _ENGLISH)

    def day(self, at: datetime, zone: tzinfo = UTC, can_be_shown: Callable[[str], bool] = _anything) -> str:
        """The date in a time zone, as in `November 23, 2026`; in English as `instant`."""
        day = times.local(at, zone).date()
        written = times.date(day, self.locale)
        return written if can_be_shown(written) else times.date(day, _ENGLISH)

    def apart(self, text: str) -> str:
        """In its own direction, within a sentence of a language that is written from the right."""
        return f"\u2068{text}\u2069" if self.direction == "rtl" else text

    def amount(self, minor: int, currency: str) -> str:
        """So many minor units as a decimal, with all of the currency's decimals (ISO 4217)."""
        written = _plain(money.text(minor, currency), self.locale, money.DECIMALS[currency])
        return self._from_the_left(written)

    def unit_price(self, price: str, currency: str) -> str:
        """A decimal with all of its decimals, and at least as many as the currency has."""
        decimals = max(money.DECIMALS[currency], len(money.plain(price).partition(".")[2]))
        return _plain(price, self.locale, decimals)

    def country(self, code: str) -> str:
        """The name of a country (ISO 3166-1), or its code where CLDR has no name for it."""
        return str(self.locale.territories.get(code, code))

    def price(self, minor: int, currency: str, can_be_shown: Callable[[str], bool] = _anything) -> str:
        """The amount with the currency's sign, or with its code (ISO 4217) where the sign can't be shown."""
        sign = get_currency_symbol(currency, self.locale)
        sign = sign if can_be_shown(sign) else currency
        return self._from_the_left(_price(minor, currency, self.locale, sign))

    def _from_the_left(self, number: str) -> str:
        """With its minus at the left, also on a page that runs to the left."""
        if not number.startswith("-") or self.direction == "ltr":
            return number
        mark = _RIGHT_TO_LEFT if number.startswith(f"-{_RIGHT_TO_LEFT}") else ""
        return f"{mark}\u200e-{number.removeprefix('-').removeprefix(mark)}"


def of(tag: str | None, default: str = DEFAULT) -> Language:
    """The language of a tag (BCP 47), such as `pt-PT`, or of `default` if there is no tag.

    The words are English if there is no file of that language; so are the formats if CLDR does not know it.

    Raises:
        Misconfigured: a file of words has a fault.
    """
    return _of(tag or default, folders())


def forget() -> None:
    """Read the words again at the next use, as somebody may have edited them."""
    _of.cache_clear()
    words.forget()


@lru_cache(maxsize=256)
def _of(tag: str, _folders: tuple[Path, ...]) -> Language:
    wanted = subtags(tag)
    code, found = words.of(tags.codes(wanted.tag()))
    receipts, mail, pages = words.of_receipts(found), words.part(found, "mail"), words.part(found, "pages")
    return Language(receipts, mail, pages, wanted.locale() or _ENGLISH, code)


_ENGLISH = Locale(DEFAULT)


@lru_cache(maxsize=1024)
def _number(number: int | Decimal, locale: Locale) -> str:
    return format_decimal(number, locale=locale, decimal_quantization=False)


@lru_cache(maxsize=4096)
def _price(minor: int, currency: str, locale: Locale, sign: str) -> str:
    """Few orders have more than a few different prices, and shops have the same ones again and again."""
    pattern = _prices(locale, currency, sign)
    amount = money.from_minor(minor, currency)
    written: str = pattern.apply(amount, locale, currency=currency, currency_digits=False)
    return written


@lru_cache(maxsize=256)
def _percentage(percent: Decimal, locale: Locale) -> str:
    return format_percent(percent / 100, locale=locale, decimal_quantization=False)


def _plain(amount: str, locale: Locale, decimals: int) -> str:
    """A decimal as the locale writes it, without a currency: the whole and the fraction separately.

    Babel takes 17 µs for a decimal, and most wholes have been written before.
    """
    whole, _, fraction = amount.partition(".")
    if whole == "-0":
        return str(_amounts(locale, decimals).apply(Decimal(amount), locale))
    written = _whole(int(whole), locale)
    return f"{written}{_point(locale)}{fraction.ljust(decimals, '0')}" if decimals else written


@lru_cache(maxsize=4096)
def _whole(number: int, locale: Locale) -> str:
    written: str = _amounts(locale, 0).apply(number, locale)
    return written


@cache
def _point(locale: Locale) -> str:
    return get_decimal_symbol(locale)


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
