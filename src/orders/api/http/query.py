"""The query of a list: which orders, how many, from where on."""

import base64
import re
from collections.abc import Set
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import unquote

from orders.api.http.request import Request
from orders.order.errors import BadRequest
from orders.order.order import Status
from orders.order.register import Place
from orders.ports import Selection

SELECTING = frozenset({"status", "from", "to", "q"})
PAGING = frozenset({"limit", "cursor"})
OF_REGISTER = frozenset({"series", "from"})
MOST_LISTED, USUALLY_LISTED = 100, 50
MOST_EXPORTED, USUALLY_EXPORTED = 2_000, 500
"""Orders in one answer."""
LONGEST_SERIES = 60
"""Characters of the name of a series: a pattern of `shop.toml` with its year."""
MOST_NUMBER = 999_999_999_999
"""The largest number that a caller can ask for."""
LONGEST_TEXT = 254
"""Of an e-mail address; ids and names are shorter."""
SEARCH = "Orders-Search"
"""The header for the searched text. In a URL, a customer's name would appear in logs and consoles."""
ENCODED = "(?:[!-$&-~]|%[0-9A-Fa-f]{2})+"
"""At least one character, in percent-encoding that includes blanks (RFC 3986, section 2.1)."""

_LAST_DAY = datetime(9999, 12, 29)  # noqa: DTZ001
"""The last day whose end Python can represent in every zone."""
_NUMBER = re.compile("[1-9][0-9]{0,11}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)


def refuse_others(request: Request, known: Set[str]) -> None:
    """Refuse unknown parameters, so that a misspelled one is not ignored.

    Raises:
        BadRequest: the query has a parameter that is not known, or one of them twice.
    """
    for name, values in request.query_values.items():
        if name not in known:
            raise BadRequest(f"Unknown parameter. This call takes {', '.join(sorted(known)) or 'none'}.")
        if len(values) > 1:
            raise BadRequest(f"Send {name} once, not {len(values)} times.")


def selection(request: Request, zone: tzinfo = UTC) -> Selection:
    """The orders that `status`, `from`, `to`, and `q` or its header select. A date is a day in the zone.

    Raises:
        BadRequest: one of them is not valid.
    """
    given = request.query
    searched = _searched(request)
    return Selection(
        status=_status(given["status"]) if "status" in given else None,
        since=_instant("from", given["from"], zone) if "from" in given else None,
        until=_instant("to", given["to"], zone, end_of_day=True) if "to" in given else None,
        text=_text(searched) if searched is not None else None,
    )


def place_in_register(request: Request) -> tuple[str | None, int]:
    """The series that `series` names, if it names one, and the number that `from` or `cursor` begins with.

    Raises:
        BadRequest: one of them is not valid.
    """
    series, first = request.query.get("series"), request.query.get("from", "1")
    if series is not None and not 1 <= len(series) <= LONGEST_SERIES:
        raise BadRequest(f"series must have 1 to {LONGEST_SERIES} characters.")
    if not _NUMBER.fullmatch(first):
        raise BadRequest("from must be a whole number from 1 on: the first number that is shown.")
    if request.cursor is None:
        return series, int(first)
    number, _, following = _decoded(request.cursor).partition(" ")
    if not _NUMBER.fullmatch(number) or not following or series not in {None, following}:
        raise BadRequest("This cursor is not valid for this list.")
    return following, int(number)


def cursor_of(place: Place | None) -> str | None:
    """The cursor that begins at a place in the register."""
    return base64.urlsafe_b64encode(f"{place.number} {place.series}".encode()).decode() if place else None


def _decoded(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError:
        return ""


def limit(request: Request, default: int, most: int) -> int:
    """The largest number of orders for the answer.

    Raises:
        BadRequest: the limit is no whole number from 1 to `most`.
    """
    given = request.query.get("limit", str(default))
    if not re.fullmatch("[1-9][0-9]{0,8}", given) or int(given) > most:
        raise BadRequest(f"limit must be a whole number from 1 to {most}.")
    return int(given)


def _searched(request: Request) -> str | None:
    header = request.headers.get(SEARCH.lower())
    if header is None:
        return request.query.get("q")
    if "q" in request.query:
        raise BadRequest(f"Search by q or by the header {SEARCH}, not by both.")
    try:
        if header and not re.fullmatch(ENCODED, header):
            raise ValueError(header)
        return unquote(header, errors="strict")
    except ValueError:
        raise BadRequest(f"{SEARCH} must be UTF-8 with percent-encoding (RFC 3986), as in zo%C3%AB.") from None


def _status(text: str) -> Status:
    if text not in Status.__members__:
        raise BadRequest(f"status must be one of {', '.join(Status)}.")
    return Status(text)


def _text(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise BadRequest(
            "Search for an order id, an order number, an e-mail address or the beginning of a name, in 1 to"
            f" {LONGEST_TEXT} characters."
        )
    return text.strip()


def _instant(name: str, text: str, zone: tzinfo, *, end_of_day: bool = False) -> datetime:
    """A date means the beginning of that day in the zone, or its end."""
    try:
        if _DAY.fullmatch(text):
            day = min(datetime.fromisoformat(text), _LAST_DAY) + timedelta(days=end_of_day)
            return day.replace(tzinfo=zone).astimezone(UTC)
        if _INSTANT.fullmatch(text):
            return _up_to_a_millisecond(datetime.fromisoformat(text.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        pass
    raise BadRequest(f"{name} must be a date, as in 2026-11-23, or an instant (RFC 3339), as in 2026-11-23T09:30:00Z.")


def _up_to_a_millisecond(instant: datetime) -> datetime:
    """Orders are received at whole milliseconds: the next one is the first that is not before the instant."""
    return instant + timedelta(microseconds=-instant.microsecond % 1000)
