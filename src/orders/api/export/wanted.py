"""Which rows a caller wants exported, and in which form."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from orders.api.export import separators
from orders.api.export.forms import PLAIN, Excel, Form
from orders.api.export.rows import KINDS, ORDERS, Rows
from orders.order import checks
from orders.order.errors import BadRequest

_OF_EXCEL = frozenset({"timeZone", "locale"})
OF_EXCEL = frozenset({"for"}) | _OF_EXCEL
FORMING = frozenset({"rows"}) | OF_EXCEL
EXCEL = "excel"


def rows(query: Mapping[str, str]) -> Rows:
    """The kind of rows that `rows` names.

    Raises:
        BadRequest: there is no such kind.
    """
    name = query.get("rows", ORDERS.name)
    if name not in KINDS:
        raise BadRequest("rows must be orders, taxes or items.")
    return KINDS[name]


def form(query: Mapping[str, str]) -> Form:
    """The form that `for`, `timeZone` and `locale` describe.

    Raises:
        BadRequest: one of them is not valid.
    """
    if "for" not in query:
        if useless := sorted(_OF_EXCEL & query.keys()):
            raise BadRequest(f"{useless[0]} is for Excel. Send for=excel, too, or leave {useless[0]} out.")
        return PLAIN
    if query["for"] != EXCEL:
        raise BadRequest("for must be excel. Leave it out for the plain form.")
    return Excel(zone(query), _locale(query.get("locale", separators.DEFAULT)))


def zone(query: Mapping[str, str]) -> tzinfo:
    """The time zone of days, dates and times.

    Raises:
        BadRequest: `timeZone` is no zone's name.
    """
    name = query.get("timeZone", "UTC")
    if name == "UTC":
        return UTC
    if name not in _zones():
        raise BadRequest("timeZone must be a name from the IANA time zone database, such as Europe/Berlin or UTC.")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    """All but the time zone of the machine, which is no name of the database."""
    return frozenset(available_timezones() - {"localtime"})


def _locale(tag: str) -> str:
    try:
        return checks.language_tag(tag)
    except ValueError as error:
        raise BadRequest(f"locale {error}.") from None
