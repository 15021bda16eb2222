"""`orders webhooks test`, `deliveries` and `replay`: sends events, and shows the outcome."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.text import Text

from orders.cli.client import Client, connect
from orders.cli.event_lines import WIDTH_OF_TYPES
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.reply import understood
from orders.cli.terminal import console, local_time, plain, table_of, write_json
from orders.cli.webhook_paths import EndpointId, path_of_delivery, path_of_endpoint
from orders.order.clock import to_iso, utc_now

_STYLES = {"DELIVERED": "green", "PENDING": "yellow", "FAILED": "bold red"}
_STATUS = 9
_EVENT_ID = 30
"""Of a test: an event of the feed has 28 characters."""

_GAP = "  "
_LONGEST_PAGE = 100
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0


def send_test(
    endpoint_id: EndpointId,
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for the outcome.")] = 30,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Send an endpoint an event of type webhook.test, and wait for the outcome.

    The exit code is 1 if the endpoint did not accept it.
    """
    client = connect(url)
    sent = client.post(path_of_endpoint(endpoint_id, "/test")).document()
    with understood():
        tried = _outcome(client, path_of_delivery(endpoint_id, sent["eventId"]), wait)
        tried = {name: value for name, value in tried.items() if name != "request"}
        was_taken, is_pending = tried["status"] == "DELIVERED", tried["status"] == "PENDING"
        if as_json:
            write_json(tried)
        else:
            _show_delivery(tried)
    if is_pending:
        raise Stop(
            f"It has not been sent yet. See: orders webhooks deliveries {endpoint_id} {plain(sent['eventId'])}",
            ExitCode.UNAVAILABLE,
        )
    if not was_taken:
        raise Stop("The endpoint did not accept the event.", ExitCode.REFUSED)


def deliveries(
    endpoint_id: EndpointId,
    event_id: Annotated[
        str | None,
        typer.Argument(metavar="[EVENT]", help="The id of an event: shows its request and answer.", show_default=False),
    ] = None,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="Only deliveries that are PENDING, DELIVERED or FAILED.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many deliveries.")] = 20,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List the deliveries to an endpoint, the newest event first, or show one of them."""
    if event_id is not None:
        shown = connect(url).get(path_of_delivery(endpoint_id, event_id)).document()
        if as_json:
            write_json(shown)
        else:
            with understood():
                _show_delivery(shown)
        return
    query = {"status": status.upper()} if status else {}
    with understood():
        found = _newest(connect(url), path_of_endpoint(endpoint_id, "/deliveries"), query, limit)
        if as_json:
            write_json({"deliveries": found})
            return
        for each in found:
            for line in _lines(each):
                console().print(line, soft_wrap=True)
    if not found:
        console().print("There are no such deliveries." if status else "Nothing was sent to this endpoint yet.")


def replay(
    endpoint_id: EndpointId,
    event: Annotated[str | None, typer.Option(metavar="ID", help="Send this event, whatever its type.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Send the events from this time on, such as 2026-11-25T20:00:00Z."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--to", metavar="TIME", help="With --from: only events before this time. Without it, now."),
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Send an event, or all events between two times, to an endpoint again.

    orders webhooks replay ID --event evt_000000000001042_9f3a1c2b

    orders webhooks replay ID --from 2026-11-25T20:00:00Z --to 2026-11-26T08:00:00Z
    """
    if (event is None) == (since is None) or (until and not since):
        raise Stop("Give either --event, or --from with or without --to.", ExitCode.USAGE)
    wanted = {"eventId": event} if event else {"from": since, "to": until or to_iso(utc_now())}
    shown = connect(url).send(path_of_endpoint(endpoint_id, "/replay"), wanted).document()
    if as_json:
        write_json(shown)
        return
    see = f"See: orders webhooks deliveries {endpoint_id}{f' {event}' if event else ''}"
    what = "The event will be sent again." if event else "The events will be sent again."
    console().print(f"{what}\n{plain(see)}", soft_wrap=True)


def _outcome(client: Client, path: str, wait: float) -> Mapping[str, Any]:
    """The delivery after its attempt, or as it is when `wait` seconds have passed."""
    deadline, pause = time.monotonic() + wait, _FIRST_PAUSE
    while (tried := client.get(path).document())["status"] == "PENDING":
        left = deadline - time.monotonic()
        if left <= 0:
            break
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return tried


def _newest(client: Client, path: str, query: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
    found, cursor = list[dict[str, Any]](), None
    while len(found) < limit:
        size = str(min(limit - len(found), _LONGEST_PAGE))
        page = client.get(path, {**query, "limit": size, **({"cursor": cursor} if cursor else {})}).document()
        found += page["deliveries"]
        cursor = page["cursor"]
        if not cursor:
            break
    return found


def _lines(delivery: Mapping[str, Any]) -> Iterator[Text]:
    """State, event, type and answer; below them, when it is tried next."""
    status, answer = plain(delivery["status"]), delivery.get("answer") or {}
    said = f"HTTP {answer['status']}" if answer.get("status") else ""
    line = Text.assemble(
        (f"{status:<{_STATUS}}", _STYLES.get(status, "")), _GAP, f"{plain(delivery['eventId']):<{_EVENT_ID}}", _GAP,
        f"{plain(delivery['type']):<{WIDTH_OF_TYPES}}", _GAP, plain(said),
    )  # fmt: skip
    line.rstrip()
    yield line
    margin = f"{'':{_STATUS}}{_GAP}"
    style = "red" if status == "FAILED" else "yellow"
    if status != "DELIVERED" and answer.get("error"):
        yield Text(f"{margin}{plain(answer['error'])}", style)
    if progress := "; ".join(_progress(delivery)):
        yield Text(f"{margin}{plain(progress)}", style)


def _progress(delivery: Mapping[str, Any]) -> Sequence[str]:
    attempts = delivery["attempts"]
    counted = [f"{attempts} attempt{'' if attempts == 1 else 's'}"] if attempts else []
    following = [f"next at {_time(delivery['nextAttemptAt'])}"] if delivery.get("nextAttemptAt") else []
    return [] if delivery["status"] == "DELIVERED" else [*counted, *following]


def _show_delivery(delivery: Mapping[str, Any]) -> None:
    status = plain(delivery["status"])
    out = console()
    out.print(Text.assemble((status, _STYLES.get(status, "")), f"{_GAP}{plain(delivery['eventId'])}"))
    out.print(table_of([(name, plain(fact)) for name, fact in _facts(delivery).items() if fact]), soft_wrap=True)
    if request := delivery.get("request"):
        headers = [f"{name}: {value}" for name, value in request["headers"].items()]
        _show_text("Request", [f"POST {request['url']}", *headers, "", request["body"]])
    if body := (delivery.get("answer") or {}).get("body"):
        _show_text("Answer", body.splitlines())


def _facts(delivery: Mapping[str, Any]) -> dict[str, str]:
    answer = delivery.get("answer") or {}
    said = f"HTTP {answer['status']}" if answer.get("status") else ""
    return {
        "type": delivery["type"],
        "attempts": str(delivery["attempts"]),
        "last attempt": _time(delivery.get("lastAttemptAt")),
        "next attempt": _time(delivery.get("nextAttemptAt")),
        "answer": f"{said} after {answer['seconds']:.2f} s" if said else "",
        "error": answer.get("error") or "",
    }


def _show_text(heading: str, lines: Sequence[str]) -> None:
    out = console()
    out.print()
    out.print(f"  {heading}", style="bold")
    for line in lines:
        out.print(f"  {plain(line)}".rstrip(), soft_wrap=True)


def _time(instant: str | None) -> str:
    return f"{local_time(instant):%Y-%m-%d %H:%M:%S %Z}" if instant else ""
