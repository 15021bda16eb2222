"""Dates and times as a locale of CLDR writes them, with the time zone's abbreviation or its distance from Greenwich."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import date as date_type
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, parse_pattern

_ZONE = re.compile("('[^']*')|z+")
_NO_NAME = re.compile("M[0-9]{2}")
_HALF_OF_DAY = re.compile(r"\ba\b")
_NOT_INHERITED = "∅∅∅"


def instant(at: datetime, zone: tzinfo, locale: Locale) -> str:
    """Date and time in a time zone, as in `23. November 2026, 10:00 MEZ`."""
    there = local(at, zone)
    time = _ZONE.sub(lambda found: found[1] or f"'{_zone_of(there, locale)}'", _time(locale))
    pattern: str = locale.datetime_formats["long"]
    return (
        pattern.replace("'", "")
        .replace("{0}", parse_pattern(time).apply(there, locale))
        .replace("{1}", date(there, locale))
    )


def local(at: datetime, zone: tzinfo) -> datetime:
    """The instant in a time zone, or in UTC where its date would be before the year 1 or after 9999.

    Some programs write the first instant of the year 1 for one that they do not know.
    """
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at.astimezone(UTC)


def date(day: date_type, locale: Locale) -> str:
    """The date with the name of its month, or as in ISO 8601 where CLDR does not have all names of months."""
    return format_date(day, _date_format(locale), locale=locale)


@cache
def _date_format(locale: Locale) -> str:
    names = locale.months["format"]["wide"].values()
    return "y-MM-dd" if any(map(_NO_NAME.fullmatch, names)) else "long"


@cache
def _time(locale: Locale) -> str:
    """CLDR's pattern, with the locale's own names of the halves of a day: Koreans write 오전, not AM."""
    pattern: str = locale.time_formats["short"].pattern
    short, long = (locale.day_periods["format"].get(width, {}).get("am") for width in ("abbreviated", "wide"))
    if short == "AM" and long not in {None, "AM"}:
        pattern = _HALF_OF_DAY.sub("aaaa", pattern)
    return f"z {pattern}" if locale.time_formats["long"].pattern.startswith("z") else f"{pattern} z"


def _zone_of(there: datetime, locale: Locale) -> str:
    """`CET` or `MESZ` where the locale has an abbreviation that is usual there, otherwise `GMT+1`."""
    return (_abbreviation(there, locale) or _offset(there, locale)).replace("'", "\u2019")


def _abbreviation(there: datetime, locale: Locale) -> str | None:
    key = "UTC" if there.tzinfo is UTC else getattr(there.tzinfo, "key", "")
    zone = get_global("zone_aliases").get(key, key)
    season = "daylight" if _is_summer(there) else "standard"
    meta_zone = locale.meta_zones.get(get_global("meta_zones").get(zone), {})
    for names in (locale.time_zones.get(zone, {}), meta_zone):
        name = names.get("short", {}).get(season)
        if name and name != _NOT_INHERITED:
            return str(name)
    return None


def _is_summer(there: datetime) -> bool:
    """Whether the clocks are ahead of those in the year's other half. (In Dublin, winter is the exception by law)."""
    halves = (there.replace(month=month, day=1).utcoffset() for month in (1, 7))
    return there.utcoffset() != min(half or timedelta() for half in halves)


def _offset(there: datetime, locale: Locale) -> str:
    """The distance from Greenwich, as in `GMT+5:30`."""
    minutes = (there.utcoffset() or timedelta()) // timedelta(minutes=1)
    if not minutes:
        return str(locale.zone_formats["gmt"] % "").strip()
    hours, rest = divmod(abs(minutes), 60)
    return str(locale.zone_formats["gmt"] % f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}")
