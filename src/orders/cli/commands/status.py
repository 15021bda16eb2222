"""`orders status`: shows one order, its state and its history."""

from typing import Any

from rich.text import Text

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
    out.print("  History", style="bold")
    for entry in order["history"]:
        out.print(_line(entry), soft_wrap=True)


def _facts(order: dict[str, Any]) -> list[tuple[str, str]]:
    body, receipt = order["order"], order["receipt"]
    email = body.get("customerEmail")
    facts = {
        "customer": body["customerName"] + (f" <{email}>" if email else ""),
        "total": f"{order['total']} {body['currency']}" if order["total"] else "",
        "note": body.get("note", ""),
        "received": f"{local_time(order['receivedAt']):%Y-%m-%d %H:%M:%S %Z}",
        "receipt": f"{receipt['size']:,} bytes, SHA-256 {receipt['sha256'][:16]}…" if receipt else "",
        "mail": _mail(order["mail"]) if order["mail"] else "",
        "attempts": str(order["attempts"]) if order["attempts"] > 1 else "",
        "last error": order["lastError"] or "",
    }
    return [(name, plain(fact)) for name, fact in facts.items() if fact]


def _mail(mail: dict[str, Any]) -> str:
    ordinal = f" (message {mail['number']})" if mail["number"] > 1 else ""
    words = _MAIL_WORDS.get(mail["status"], "")
    return f"{mail['status']}{words}{ordinal}{': ' if mail['reason'] else ''}{mail['reason'] or ''}"


def _line(entry: dict[str, str]) -> Text:
    at = local_time(entry["at"])
    when = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"
    return Text.assemble((f"  {when}  ", "dim"), plain(entry["what"]), (f"  by {plain(entry['by'])}", "dim"))
