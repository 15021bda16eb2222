"""`orders submit`: submits one order from options or from a file, or all orders of a file."""

import json
from typing import Annotated, Any

import typer

from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.submitting import item, parts
from orders.cli.submitting.terms import Form

_CUSTOMER, _AMOUNTS, _ADDRESS = "The customer", "Items and amounts", "The customer's address"


def _text(says: str, panel: str, *names: str, metavar: str = "TEXT") -> Any:
    return typer.Option(*names, help=says, metavar=metavar, rich_help_panel=panel)


def _form(form: Form, says: str) -> Any:
    return typer.Option(
        form.option, metavar=form.option[2:].upper(), help=f"{says} '{form.grammar}'", rich_help_panel=_AMOUNTS
    )


def submit(
    lines: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Orders as JSON, one per line. - is standard input.", show_default=False),
    ] = None,
    file: Annotated[
        str | None, typer.Option(metavar="FILE", help="A file with one order as JSON. - is standard input.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="Check and show the totals. The server stores nothing.")
    ] = False,
    order_id: Annotated[
        str | None, typer.Option("--id", help="The order's id. Without one, the server makes an id.", metavar="ID")
    ] = None,
    order_number: Annotated[
        str | None, typer.Option(help="The number to print instead of the id, such as #1001.", metavar="TEXT")
    ] = None,
    placed_at: Annotated[
        str | None,
        typer.Option(help="When the customer bought, such as 2026-11-23T18:30:00+01:00.", metavar="TIME"),
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="The receipt's language and formats, such as en-GB.", metavar="TAG")
    ] = None,
    note: Annotated[str | None, typer.Option(help="A text to print on the receipt.", metavar="TEXT")] = None,
    metadata: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A text to store, and not to print. Repeat it for more."),
    ] = None,
    name: Annotated[str | None, _text("The customer's name.", _CUSTOMER)] = None,
    email: Annotated[str | None, _text("The customer's e-mail address.", _CUSTOMER, metavar="ADDRESS")] = None,
    company: Annotated[str | None, _text("The customer's company.", _CUSTOMER)] = None,
    tax_id: Annotated[str | None, _text("The customer's VAT or tax id.", _CUSTOMER)] = None,
    reference: Annotated[str | None, _text("The customer's reference, such as a purchase order.", _CUSTOMER)] = None,
    address: Annotated[
        list[str] | None, _text("Street and house number. Repeat it for more lines.", _ADDRESS, metavar="LINE")
    ] = None,
    postal_code: Annotated[str | None, _text("The postal code.", _ADDRESS)] = None,
    city: Annotated[str | None, _text("The city.", _ADDRESS)] = None,
    region: Annotated[str | None, _text("The state, province or region.", _ADDRESS)] = None,
    country: Annotated[str | None, _text("The country, such as DE.", _ADDRESS, metavar="CODE")] = None,
    items: Annotated[list[str] | None, _form(item.FORM, "Repeat it for more items.")] = None,
    currency: Annotated[str | None, _text("The currency, such as EUR.", _AMOUNTS, metavar="CODE")] = None,
    prices_include_tax: Annotated[
        bool,
        typer.Option(
            "--prices-include-tax", metavar="", help="All prices include their tax.", rich_help_panel=_AMOUNTS
        ),
    ] = False,
    discounts: Annotated[list[str] | None, _form(parts.DISCOUNT, "A discount of the whole order.")] = None,
    charges: Annotated[list[str] | None, _form(parts.CHARGE, "KIND is shipping, fee, tip, deposit or other.")] = None,
    payments: Annotated[
        list[str] | None,
        _form(parts.PAYMENT, "METHOD is card, cash, transfer, paypal, voucher or other."),
    ] = None,
    rounding: Annotated[
        str | None, _text("Added to the total, such as -0.02 in cash.", _AMOUNTS, metavar="AMOUNT")
    ] = None,
    total: Annotated[str | None, _text("The total that was charged.", _AMOUNTS, metavar="AMOUNT")] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Submit one order, or a file of orders.

    orders submit --name Alice --item 'Mug x 2 @ 12.50 + 20%' --currency EUR

    orders submit --name Bob --item 'Flour x 0.250 kg @ 2.40 - 10% + 7%' --currency EUR --dry-run

    orders submit --file order.json

    orders submit orders.jsonl

    After an interruption, submit the file again: an order with an orderId is accepted only once.
    """
    order: dict[str, Any] = {
        "orderId": order_id,
        "orderNumber": order_number,
        "placedAt": placed_at,
        "customerName": name,
        "customerEmail": email,
        "customerCompany": company,
        "customerTaxId": tax_id,
        "customerReference": reference,
        "customerAddress": _given(
            {"lines": address, "postalCode": postal_code, "city": city, "region": region, "country": country}
        ),
        "items": [item.parse(text) for text in items or ()],
        "currency": currency,
        "pricesIncludeTax": prices_include_tax,
        "discounts": [parts.discount(text) for text in discounts or ()],
        "charges": [parts.charge(text) for text in charges or ()],
        "total": total,
        "rounding": rounding,
        "payments": [parts.payment(text) for text in payments or ()],
        "locale": locale,
        "note": note,
        "metadata": parts.metadata(metadata or ()),
    }
    _submit(lines, file, _given(order), url, as_json, dry_run)


def _submit(lines: str | None, file: str | None, options: dict[str, Any], url: str, as_json: bool, dry: bool) -> None:
    if [bool(lines), bool(file), bool(options)].count(True) != 1:
        raise Stop(
            "Pass one order with --name, or one order in a --file, or a FILE of orders. See orders submit --help.",
            ExitCode.USAGE,
        )
    from orders.cli.client import DRY_RUN, ORDERS  # both take a moment to import
    from orders.cli.submitting import submission

    if lines:
        submission.submit_file(lines, url, as_json, DRY_RUN if dry else ORDERS)
        return
    order = submission.order_in(file) if file else json.dumps(options).encode()
    (submission.check_order if dry else submission.submit_order)(order, url, as_json)


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if value not in (None, False, [], {})}
