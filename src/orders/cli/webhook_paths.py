"""The paths of webhook endpoints, and the arguments that several commands share."""

import re
from typing import Annotated

import typer

from orders.cli.exits import ExitCode, Stop

ALL = "/operations/webhooks"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

EndpointId = Annotated[
    str,
    typer.Argument(metavar="ID", help="The endpoint's id, as `orders webhooks list` shows it.", show_default=False),
]


def path_of_endpoint(endpoint_id: str, action: str = "") -> str:
    """`/operations/webhooks/{id}`, and what follows it.

    Raises:
        Stop: no endpoint can have this id.
    """
    if not _ID.fullmatch(endpoint_id):
        raise Stop("There is no such endpoint. `orders webhooks list` shows all endpoints.", ExitCode.REFUSED)
    return f"{ALL}/{endpoint_id}{action}"


def path_of_delivery(endpoint_id: str, event_id: str) -> str:
    """The path of the delivery of an event to an endpoint.

    Raises:
        Stop: no endpoint or no event can have this id.
    """
    if not _ID.fullmatch(event_id):
        raise Stop(f"There is no such delivery. See: orders webhooks deliveries {endpoint_id}", ExitCode.REFUSED)
    return path_of_endpoint(endpoint_id, f"/deliveries/{event_id}")
