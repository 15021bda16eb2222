"""`orders events`: reads the event feed once, or follows it."""

import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated, Any

import typer

from orders.cli.client import Client, connect
from orders.cli.event_lines import line_of
from orders.cli.exits import NotNow
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.reply import understood
from orders.cli.terminal import complain, console, plain, write_json, write_json_line

_LONGEST_PART = 500
_USUAL_LIMIT = 20
_PAUSE = 1.0
"""Seconds between two looks at the end of the feed."""


def events(
    after: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only events after this one. Without it, the feed is read from its start."),
    ] = None,
    types: Annotated[
        str | None, typer.Option(metavar="TYPES", help="Only these types, such as order.completed,mail.bounced.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NUMBER",
            help="The most events to show. Without it, 20, or all with --follow.",
            show_default=False,
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", metavar="", help="Wait for more events, until Ctrl-C.")
    ] = False,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show what happened to orders, documents and e-mails, the oldest first.

    orders events --follow --types order.completed,order.failed

    To read on later, give the id of the last event that you have: --after ID

    With --follow, --json prints one event per line.
    """
    feed = _Feed(connect(url), types, after)
    if follow:
        _follow(feed, limit, as_json)
        return
    with understood():
        found, has_more = feed.next(limit or _USUAL_LIMIT)
    if as_json:
        write_json({"events": found, "cursor": feed.cursor, "hasMore": has_more})
        return
    out = console()
    with understood():
        for event in found:
            out.print(line_of(event, out.width), soft_wrap=True)
    if not found:
        out.print("There are no such events." if types or after else "There are no events yet.")
    if has_more:
        out.print(f"There are more: orders events --after {plain(feed.cursor or '')}", style="dim", soft_wrap=True)


class _Feed:
    """A cursor in the feed of a server. Reading moves it forward."""

    def __init__(self, client: Client, types: str | None, cursor: str | None) -> None:
        self.cursor = cursor
        self._client = client
        self._types = {"types": types} if types else {}
        self._path = "/operations/events" if client.has_login else "/events"

    def next(self, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """The next events, at most so many, and whether there are more.

        Raises:
            Stop: the server refused the request.
            NoServer: no server answered.
        """
        found, has_more = list[dict[str, Any]](), True
        while has_more and len(found) < limit:
            part = self._part(min(limit - len(found), _LONGEST_PART))
            found += part["events"]
            has_more = bool(part["hasMore"])
        return found, has_more

    def part(self) -> tuple[list[dict[str, Any]], bool]:
        """As `next`, for one answer of the server. It may be empty although there are more."""
        part = self._part(_LONGEST_PART)
        return part["events"], bool(part["hasMore"])

    def _part(self, limit: int) -> Mapping[str, Any]:
        place = {"after": self.cursor} if self.cursor else {}
        part = self._client.get(self._path, {**self._types, **place, "limit": str(limit)}).document()
        self.cursor = part["cursor"] or self.cursor
        return part

    @property
    def was_answered(self) -> bool:
        """Whether a server has answered at all."""
        return self._client.was_answered


def _follow(feed: _Feed, limit: int | None, as_json: bool) -> None:
    out = console()
    for event in islice(_all(feed), limit):
        if as_json:
            write_json_line(event)
        else:
            with understood():
                out.print(line_of(event, out.width), soft_wrap=True)


def _all(feed: _Feed) -> Iterator[dict[str, Any]]:
    """Each event once, without an end, also while the server restarts.

    Raises:
        Stop: the server refused the request, or none has ever answered.
    """
    was_away = False
    while True:
        try:
            with understood():
                found, has_more = feed.part()
        except NotNow as trouble:
            if not feed.was_answered:
                raise
            if not was_away:
                complain(f"{trouble} Waiting for it.")
            was_away = True
            time.sleep(trouble.retry_after or _PAUSE)
            continue
        was_away = False
        yield from found
        if not has_more:
            time.sleep(_PAUSE)
