"""`orders audit`: checks the register of numbers against the documents and their files."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from orders.cli.backups import shown_progress
from orders.cli.client import connect
from orders.cli.data_folder import borrowed
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, AsJson
from orders.cli.terminal import console, plain, write_json
from orders.order.text import so_many

if TYPE_CHECKING:
    from orders.use_cases.audit import Audit

_COLUMNS = ("LAST", "ISSUED", "VOID", "PENDING")
_WIDTH, _GAP = 9, "  "
_TYPED, _NOT_SET = "COMMANDLINE", "DEFAULT"
"""Where an option's value may come from, beside the environment."""


def audit(
    context: typer.Context,
    data: Annotated[
        Path,
        typer.Option(
            "--data", envvar="ORDERS_DATA", metavar="FOLDER", help="A data folder on this machine.", readable=False
        ),
    ] = DEFAULT_DATA,
    url: Annotated[
        str | None, typer.Option("--url", envvar="ORDERS_URL", metavar="URL", help="Or the address of a server.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the register of numbers, each document and its file.

    It checks that each series has no gap, and that each number has its document or is void with a reason.

    It also checks that no entry was altered, and that each file has the SHA-256 in the register.

    The audit changes nothing. The server may keep running. With --url, it needs an operator's key.

    The exit code is 1 if something is wrong.
    """
    found = _of_deployment(url) if url and _is_meant(context) else _of_folder(data)
    if as_json:
        write_json(_document(found))
    else:
        _show(found, console())
    if not found.is_clean:
        raise Stop(f"The audit has {so_many(len(found.findings) + found.more, 'finding')}.", ExitCode.REFUSED)


def _is_meant(context: typer.Context) -> bool:
    """Whether the deployment is meant and not the folder: an option counts for more than the environment.

    Raises:
        Stop: both are named.
    """
    data, url = (str(getattr(context.get_parameter_source(name), "name", "")) for name in ("data", "url"))
    if data == url == _TYPED:
        raise Stop("Name a data folder with --data, or a deployment with --url, not both.", ExitCode.USAGE)
    return url == _TYPED or data == _NOT_SET


def _of_folder(data: Path) -> "Audit":
    from orders.order.errors import Unavailable  # all of them take a moment to import
    from orders.use_cases.audit import audit

    try:
        with shown_progress() as told, borrowed(data) as stack:
            return audit(stack.outside, told)
    except Unavailable as error:
        raise Stop(f"The audit had to stop ({error}).", ExitCode.UNAVAILABLE) from None


def _of_deployment(url: str) -> "Audit":
    from orders.cli.auditing.deployment import AT_ONCE, OfDeployment  # all of them take a moment to import
    from orders.use_cases.audit import audit_source

    client = connect(url, connections=AT_ONCE + 1)
    with shown_progress() as told, ThreadPoolExecutor(AT_ONCE) as threads:
        return audit_source(OfDeployment(client, threads), told)


def _document(found: "Audit") -> Mapping[str, Any]:
    series = [
        {"series": each.series, "last": each.last, "issued": each.issued, "void": each.void, "pending": each.pending}
        for each in found.series
    ]
    return {"clean": found.is_clean, "series": series, "findings": [*found.findings], "moreFindings": found.more}


def _show(found: "Audit", out: Console) -> None:
    if found.series:
        _show_series(found, out)
    for finding in found.findings:
        out.print(Padding(Text(plain(finding), "red"), (0, 0, 0, 2), expand=False))
    if found.more:
        out.print(f"  and {found.more:,} more", style="red")
    if found.is_clean and found.series:
        out.print("Every number, document and file is as registered.", style="green")
    elif found.is_clean:
        out.print("No number was issued yet.")


def _show_series(found: "Audit", out: Console) -> None:
    width = max(len("SERIES"), *(len(plain(each.series)) for each in found.series))
    heading = Text.assemble(
        f"{'SERIES':<{width}}", *(f"{name:>{_WIDTH + len(_GAP)}}" for name in _COLUMNS), style="dim"
    )
    out.print(heading, soft_wrap=True)
    for each in found.series:
        counts = (each.last, each.issued, each.void, each.pending)
        cells = "".join(f"{count:>{_WIDTH + len(_GAP)},}" for count in counts)
        out.print(f"{plain(each.series):<{width}}{cells}", soft_wrap=True)
    out.print()
