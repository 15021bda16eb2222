"""`orders status`: shows one order, its state and its history."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from orders.cli import totals_table
from orders.cli.client import connect, path_of
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url
from orders.cli.reply import understood
from orders.cli.terminal import STATUS_STYLES, console, local_time, plain, table_of, write_json

_MAIL_WORDS = {"OUTBOX": " (not sent)", "HELD": " (not sent)"}


def status(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Show an order, its state and its history.

    The exit code is 1 if the order has failed.
    """
    order = connect(url).get(path_of("/orders/{}", order_id)).document()
    if as_json:
        write_json(order)
    else:
        with understood():
            _show(order)
    if order.get("status") == "FAILED":
        raise Stop(f"The order failed. To try again: orders retry {order_id}", ExitCode.REFUSED)


def _show(order: dict[str, Any]) -> None:
    out = console()
    status = plain(order["status"])
    out.print(Text.assemble((status, STATUS_STYLES.get(status, "")), f"  {plain(order['orderId'])}"))
    out.print()
    out.print(table_of(list(_facts(order))), soft_wrap=True)
    out.print()
    if totals := order.get("totals"):
        totals_table.show(order["order"], totals, out)
        out.print()
    out.print("  History", style="bold")
    for entry in order["history"]:
        out.print(_line(entry), soft_wrap=True)


def _facts(order: dict[str, Any]) -> list[tuple[str, str]]:
    body, receipt = order["order"], order["receipt"]
    email = body.get("customerEmail")
    facts = {
        "number": body.get("orderNumber", ""),
        "placed": _time(body["placedAt"]) if body.get("placedAt") else "",
        "customer": body["customerName"] + (f" <{email}>" if email else ""),
        "company": body.get("customerCompany", ""),
        "tax id": body.get("customerTaxId", ""),
        "reference": body.get("customerReference", ""),
        "address": _address(body.get("customerAddress", {})),
        "delivery": _address(body.get("deliveryAddress", {})),
        "total": f"{order['total']} {body['currency']}" if order["total"] and not order.get("totals") else "",
        "note": body.get("note", ""),
        "received": _time(order["receivedAt"]),
        "receipt": f"{receipt['size']:,} bytes, SHA-256 {receipt['sha256'][:16]}…" if receipt else "",
        "mail": _mail(order["mail"]) if order["mail"] else "",
        "copy": _mail(order["copy"]) if order.get("copy") else "",
        "attempts": str(order["attempts"]) if order["attempts"] > 1 else "",
        "last error": order["lastError"] or "",
    }
    return [(name, plain(fact)) for name, fact in facts.items() if fact]


def _time(instant: str) -> str:
    return f"{local_time(instant):%Y-%m-%d %H:%M:%S %Z}"


def _address(address: Mapping[str, Any]) -> str:
    """In one line, from the name to the country."""
    town = " ".join(filter(None, [address.get("postalCode"), address.get("city")]))
    parts = [address.get("name"), *address.get("lines", ()), town, address.get("region"), address.get("country")]
    return ", ".join(filter(None, parts))


def _mail(mail: dict[str, Any]) -> str:
    ordinal = f" (message {mail['number']})" if mail["number"] > 1 else ""
    words = _MAIL_WORDS.get(mail["status"], "")
    return f"{mail['status']}{words}{ordinal}{': ' if mail['reason'] else ''}{mail['reason'] or ''}"


def _line(entry: dict[str, str]) -> Text:
    at = local_time(entry["at"])
    when = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"
    return Text.assemble((f"  {when}  ", "dim"), plain(entry["what"]), (f"  by {plain(entry['by'])}", "dim"))
