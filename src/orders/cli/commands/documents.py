"""`orders documents`: lists credit notes and corrected receipts, or exports all documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from orders.cli.client import Client, connect
from orders.cli.csv_parts import write_csv
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.reply import understood
from orders.cli.terminal import STATUS_STYLES, complain, console, local_time, plain, write_json
from orders.order.document import Kind, row_id

_PATH = "/operations/documents"
_LONGEST_PAGE = 100
_STATUS = 9
_GAP = "  "


def documents(
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="Only documents in this state: RECEIVED, COMPLETED or FAILED.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many documents.")] = 20,
    as_csv: Annotated[
        bool,
        typer.Option("--csv", metavar="", help="Print CSV: a row for each document and tax, receipts included."),
    ] = False,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="For --csv: the first day, such as 2026-11-01.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="For --csv: the last day, such as 2026-11-30.")
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List credit notes and corrected receipts, the newest first.

    orders documents --csv --from 2026-11-01 --to 2026-11-30 > november.csv
    """
    if as_csv:
        _export(connect(url), {"from": since, "to": until}, status, as_json)
        return
    if since or until:
        raise Stop("--from and --to are for --csv.", ExitCode.USAGE)
    with understood():
        found, unreadable = _newest(connect(url), {"status": status.upper()} if status else {}, limit)
    if as_json:
        write_json({"documents": found, "unreadable": unreadable})
    elif found:
        with understood():
            _show(found, console())
    elif not unreadable:
        console().print(
            "There are no credit notes or corrected receipts."
            if status is None
            else f"No document is {status.upper()}."
        )
    if unreadable:
        complain(f"the server can't read {', '.join(unreadable)}: see the server's log.")


def _export(client: Client, period: Mapping[str, str | None], status: str | None, as_json: bool) -> None:
    if status or as_json:
        raise Stop("--csv exports completed documents, as CSV: leave out --status and --json.", ExitCode.USAGE)
    write_csv(client, f"{_PATH}.csv", {name: value for name, value in period.items() if value})


def _newest(client: Client, query: Mapping[str, str], limit: int) -> tuple[list[dict[str, Any]], list[str]]:
    """The newest documents, and the ids of those among them that the server can't read."""
    found, unreadable, cursor = list[dict[str, Any]](), list[str](), None
    while len(found) < limit:
        size = {"limit": str(min(limit - len(found), _LONGEST_PAGE))}
        page = client.get(_PATH, {**query, **size, **({"cursor": cursor} if cursor else {})}).document()
        found += page["documents"]
        unreadable += page.get("unreadable", [])
        cursor = page["cursor"]
        if not cursor:
            break
    return found, unreadable


def _show(found: Sequence[Mapping[str, Any]], out: Console) -> None:
    numbers = max(len(each["number"] or "") for each in found)
    totals = max(len(_total(each)) for each in found)
    for each in found:
        for line in _lines(each, numbers, totals):
            out.print(line, soft_wrap=True)


def _lines(document: Mapping[str, Any], numbers: int, totals: int) -> Iterator[Text]:
    """State, date, number and total; below them the id, which may be long, and why it failed."""
    state = plain(document["state"])
    number = f"{plain(document['number'] or ''):<{numbers}}{_GAP}" if numbers else ""
    yield Text.assemble(
        (f"{state:<{_STATUS}}", STATUS_STYLES.get(state, "")), _GAP,
        (f"{local_time(document['date']):%Y-%m-%d}", "dim"), _GAP, number,
        f"{plain(_total(document)):>{totals}}", _GAP, plain(document["kind"].replace("-", " ")),
    )  # fmt: skip
    yield Text(f"{'':{_STATUS}}{_GAP}{plain(row_id(document['orderId'], Kind(document['kind']), document['id']))}")
    if document["state"] == "FAILED" and document["lastError"]:
        yield Text(f"{'':{_STATUS}}{_GAP}{plain(document['lastError'])}", "red")


def _total(document: Mapping[str, Any]) -> str:
    return f"{document['total']} {document['currency']}" if document["total"] else ""
