"""`orders webhooks`: manages the endpoints to which events are sent."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.text import Text

from orders.cli.client import connect
from orders.cli.commands import webhook_deliveries, webhook_listen
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.reply import understood
from orders.cli.terminal import console, local_time, plain, table_of, write_json
from orders.cli.webhook_paths import ALL, EndpointId, path_of_endpoint

_STYLES = {"ENABLED": "green", "DISABLED": "bold red"}
_STATUS = 8
_GAP = "  "

webhooks = typer.Typer(
    short_help="Send events to other servers as signed webhooks.",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Types = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="Only events of this type. Repeat it for more. Without it, all types."),
]
NewTypes = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="Only events of this type from now on. Repeat it for more."),
]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="What the endpoint is for.")]


@webhooks.callback()
def explained(context: typer.Context) -> None:
    """Send events to other servers, as webhooks by the Standard Webhooks specification.

    orders webhooks add https://shop.example/hooks --type order.completed

    orders webhooks test ID

    Every delivery is signed with the endpoint's secret. To try it here, run: orders webhooks listen
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@webhooks.command("list")
def list_endpoints(url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the endpoints with their state."""
    found = connect(url).get(ALL).document()
    if as_json:
        write_json(found)
        return
    out = console()
    with understood():
        for endpoint in found["webhooks"]:
            for line in _lines(endpoint):
                out.print(line, soft_wrap=True)
        if not found["webhooks"]:
            out.print("There are no webhook endpoints. `orders webhooks add URL` adds one.")


@webhooks.command("add")
def add(
    address: Annotated[
        str, typer.Argument(metavar="URL", help="Where to send the events: an https URL.", show_default=False)
    ],
    types: Types = None,
    description: Description = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Add an endpoint and show its secret. The secret can't be shown again.

    The endpoint gets the events from now on.
    """
    posted = _given({"url": address, "types": types, "description": description})
    _show_with_secret(connect(url).send(ALL, posted).document(), as_json)


@webhooks.command("show")
def show(endpoint_id: EndpointId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Show an endpoint: its types, its state and its last attempts."""
    _show(connect(url).get(path_of_endpoint(endpoint_id)).document(), as_json)


@webhooks.command("edit")
def edit(
    endpoint_id: EndpointId,
    address: Annotated[str | None, typer.Option("--to", metavar="URL", help="Send the events here instead.")] = None,
    types: NewTypes = None,
    all_types: Annotated[bool, typer.Option("--all-types", metavar="", help="Send events of all types.")] = False,
    description: Description = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Change the URL, the types or the description of an endpoint. The secret stays.

    The types that you name with --type replace those that it had.
    """
    if types and all_types:
        raise Stop("Name types with --type, or take --all-types, not both.", ExitCode.USAGE)
    changes = _given({"url": address, "types": [] if all_types else types or None, "description": description})
    if not changes:
        raise Stop(
            "Name what to change: --to is the new URL (--url is the server). See orders webhooks edit --help.",
            ExitCode.USAGE,
        )
    _change(endpoint_id, changes, url, as_json)


@webhooks.command("enable")
def enable(
    endpoint_id: EndpointId,
    skip_missed: Annotated[
        bool,
        typer.Option("--skip-missed", metavar="", help="Start with the next event: skip those that it missed."),
    ] = False,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Enable an endpoint again. It gets the events that it missed."""
    skipping = {"skipMissed": True} if skip_missed else {}
    _change(endpoint_id, {"status": "ENABLED", **skipping}, url, as_json)


@webhooks.command("disable")
def disable(endpoint_id: EndpointId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Send no events to an endpoint until it is enabled again."""
    _change(endpoint_id, {"status": "DISABLED"}, url, as_json)


@webhooks.command("rotate")
def rotate(endpoint_id: EndpointId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Give an endpoint a new secret and show it. It can't be shown again.

    For 24 hours, each delivery has a signature by the old secret, too.
    """
    _show_with_secret(connect(url).post(path_of_endpoint(endpoint_id, "/rotate")).document(), as_json)
    if not as_json:
        console().print("For 24 hours, each delivery has a signature by the old secret, too.")


@webhooks.command("remove")
def remove(endpoint_id: EndpointId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Remove an endpoint and its secret. This can't be undone: disable it to stop for a while."""
    connect(url).delete(path_of_endpoint(endpoint_id))
    if as_json:
        write_json({"id": endpoint_id, "removed": True})
    else:
        console().print(f"Endpoint {plain(endpoint_id)} is removed.")


webhooks.command("test")(webhook_deliveries.send_test)
webhooks.command("deliveries")(webhook_deliveries.deliveries)
webhooks.command("replay")(webhook_deliveries.replay)
webhooks.command("listen")(webhook_listen.listen)


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _change(endpoint_id: str, changes: Mapping[str, Any], url: str, as_json: bool) -> None:
    _show(connect(url).send(path_of_endpoint(endpoint_id), changes, "PATCH").document(), as_json)


def _show(endpoint: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(endpoint)
        return
    with understood():
        status = plain(endpoint["status"])
        heading = Text.assemble((status, _STYLES.get(status, "")), f"{_GAP}{plain(endpoint['id'])}")
        facts = [(name, plain(fact)) for name, fact in _facts(endpoint).items() if fact]
    console().print(heading)
    console().print(table_of(facts), soft_wrap=True)


def _show_with_secret(endpoint: Mapping[str, Any], as_json: bool) -> None:
    _show(endpoint, as_json)
    if not as_json:
        with understood():
            secret = plain(endpoint["secret"])
        console().print(f"\n  secret       {secret}\n\nKeep it now: it can't be shown again.", soft_wrap=True)


def _facts(endpoint: Mapping[str, Any]) -> dict[str, str]:
    return {
        "url": endpoint["url"],
        "types": ", ".join(endpoint["types"]) or "all",
        "description": endpoint["description"],
        "reason": endpoint.get("disabledBecause") or "",
        "added": f"{_time(endpoint['createdAt'])} by {endpoint['createdBy']}",
        "last attempt": _time(endpoint.get("lastAttemptAt")),
        "last delivery": _time(endpoint.get("lastDeliveryAt")),
        "failing": _failing(endpoint),
        "replays": str(endpoint["replays"]) if endpoint["replays"] else "",
    }


def _lines(endpoint: Mapping[str, Any]) -> Iterator[Text]:
    """State and id; the URL, the description and the trouble below them."""
    status = plain(endpoint["status"])
    yield Text.assemble((f"{status:<{_STATUS}}", _STYLES.get(status, "")), _GAP, plain(endpoint["id"]))
    margin = f"{'':{_STATUS}}{_GAP}"
    yield Text(f"{margin}{plain(endpoint['url'])}")
    if endpoint["description"]:
        yield Text(f"{margin}{plain(endpoint['description'])}", "dim")
    if trouble := endpoint.get("disabledBecause") or _failing(endpoint):
        yield Text(f"{margin}{plain(trouble)}", "red")


def _failing(endpoint: Mapping[str, Any]) -> str:
    if not endpoint.get("failingSince"):
        return ""
    attempts = f"{endpoint['failures']} failed attempt{'' if endpoint['failures'] == 1 else 's'}"
    pace = "; one event is sent at a time" if endpoint["circuit"] == "open" else ""
    return f"{attempts} since {_time(endpoint['failingSince'])}{pace}"


def _time(instant: str | None) -> str:
    return f"{local_time(instant):%Y-%m-%d %H:%M:%S %Z}" if instant else ""
