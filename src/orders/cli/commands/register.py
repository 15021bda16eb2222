"""`orders register`: shows the register of numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from orders.cli.client import Client, connect
from orders.cli.csv_parts import write_csv
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.reply import understood
from orders.cli.terminal import console, local_time, plain, write_json
from orders.order.document import Kind, row_id

_PATH = "/operations/register"
_LONGEST_PAGE = 100
_GAP = "  "
_LONGEST_LINE = 80
_STYLES = {"ISSUED": "green", "VOID": "bold red", "PENDING": "yellow"}
_STATE = max(map(len, _STYLES))


def register(
    series: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The series. Without it, the one that issued the latest number."),
    ] = None,
    first: Annotated[
        int | None,
        typer.Option("--from", min=1, metavar="NUMBER", help="The first number. Without it, the last ones are shown."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many numbers.")] = 20,
    as_csv: Annotated[bool, typer.Option("--csv", metavar="", help="Print all numbers of the series as CSV.")] = False,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show the numbers of receipts and credit notes.

    The register has the document of each number, or the reason why the number is VOID.
    """
    if as_csv and as_json:
        raise Stop("Print CSV or JSON, not both.", ExitCode.USAGE)
    client = connect(url)
    query = {"series": series} if series is not None else {}
    if as_csv:
        write_csv(client, f"{_PATH}.csv", query | ({"from": str(first)} if first else {}))
        return
    with understood():
        found = _entries(client, query, first, limit)
    if as_json:
        write_json(found)
        return
    with understood():
        _show(found["series"], found["entries"], console())
        if found["series"] and not found["entries"]:
            raise Stop("No such number was issued. Choose one of the series above.", ExitCode.REFUSED)


def _entries(client: Client, query: Mapping[str, str], first: int | None, limit: int) -> dict[str, Any]:
    """All series, and so many entries of one."""
    page = client.get(_PATH, {**query, "limit": "1"}).document()
    if not page["entries"]:
        return {"series": page["series"], "entries": []}
    name = page["entries"][0]["series"]
    last = next(each["last"] for each in page["series"] if each["name"] == name)
    start = first or max(1, last - limit + 1)
    entries, cursor = list[dict[str, Any]](), None
    while len(entries) < limit and (cursor or not entries):
        size = str(min(limit - len(entries), _LONGEST_PAGE))
        query = {"series": name, "from": str(start), "limit": size} | ({"cursor": cursor} if cursor else {})
        page = client.get(_PATH, query).document()
        entries += page["entries"]
        cursor = page["cursor"]
        if not page["entries"]:
            break
    return {"series": page["series"], "entries": entries}


def _show(series: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]], out: Console) -> None:
    if not series:
        out.print("No number was issued yet. Documents get numbers if shop.toml has a table [numbers].", soft_wrap=True)
        return
    width = max(len(each["name"]) for each in series)
    for each in series:
        out.print(Text.assemble(f"{plain(each['name']):<{width}}", _GAP, ("last ", "dim"), f"{each['last']:,}"))
    out.print()
    width = max((len(each["text"]) for each in entries), default=0)
    for each in entries:
        for line in _lines(each, width):
            out.print(line, soft_wrap=True)


def _lines(entry: Mapping[str, Any], width: int) -> Iterator[Text]:
    """The number, when it was issued, its state, and the document, if it fits; or why the number is void."""
    state, document = entry["state"], row_id(entry["orderId"], Kind(entry["kind"]), entry["documentId"])
    line = Text.assemble(
        f"{plain(entry['text']):<{width}}{_GAP}",
        (f"{local_time(entry['issuedAt']):%Y-%m-%d %H:%M}{_GAP}", "dim"),
        (f"{plain(state):<{_STATE}}", _STYLES.get(state, "")),
    )
    if line.cell_len + len(_GAP) + cell_len(plain(document)) <= _LONGEST_LINE:
        yield Text.assemble(line, _GAP, plain(document))
    else:
        line.rstrip()
        yield line
        yield Text(f"{_GAP}{plain(document)}")
    if entry["void"]:
        yield Text(f"{_GAP}{plain(entry['void'])}", "red")
