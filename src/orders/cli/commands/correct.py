"""`orders correct`: corrects the buyer's data. A new receipt with the same amounts replaces the one before."""

from typing import Annotated, Any

import typer

from orders.cli import following
from orders.cli.client import connect
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url

_ADDRESS = "The customer's address, as a whole"


def _text(says: str, metavar: str = "TEXT") -> Any:
    return typer.Option(help=says, metavar=metavar)


def _of_address(says: str, metavar: str = "TEXT") -> Any:
    return typer.Option(help=says, metavar=metavar, rich_help_panel=_ADDRESS)


def correct(
    order_id: OrderId,
    name: Annotated[str | None, _text("The customer's name.")] = None,
    company: Annotated[str | None, _text("The customer's company.")] = None,
    tax_id: Annotated[str | None, _text("The customer's VAT or tax id.")] = None,
    reference: Annotated[str | None, _text("The customer's reference, such as a purchase order.")] = None,
    email: Annotated[str | None, _text("The address that gets the new receipt.", "ADDRESS")] = None,
    address: Annotated[
        list[str] | None, _of_address("Street and house number. Repeat it for more lines.", "LINE")
    ] = None,
    postal_code: Annotated[str | None, _of_address("The postal code.")] = None,
    city: Annotated[str | None, _of_address("The city.")] = None,
    region: Annotated[str | None, _of_address("The state, province or region.")] = None,
    country: Annotated[str | None, _of_address("The country, such as DE.", "CODE")] = None,
    correction_id: Annotated[
        str | None,
        typer.Option("--id", help="The correction's id. Without one, the command makes an id.", metavar="ID"),
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Correct the buyer's data on a receipt.

    orders correct 12345 --name 'Zoë Ångström' --company 'Ångström AB'

    The customer gets a new receipt by e-mail. It has the same lines and amounts, and names the receipt it replaces.

    A field that is left out stays as it is. An address is replaced as a whole.
    """
    fields: dict[str, Any] = {
        "customerName": name,
        "customerCompany": company,
        "customerTaxId": tax_id,
        "customerReference": reference,
        "customerEmail": email,
        "customerAddress": _given(
            {"lines": address, "postalCode": postal_code, "city": city, "region": region, "country": country}
        ),
    }
    changes = _given(fields)
    if not changes:
        raise Stop("Name at least one field to correct, such as --name. See orders correct --help.", ExitCode.USAGE)
    posted = {"correctionId": correction_id or following.new_id()} | changes
    reply = following.post(following.CORRECTION, connect(url), order_id, posted)
    following.show(following.CORRECTION, reply, as_json)


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if value not in (None, [], {})}
