"""`orders status`: shows one order or document, its state and its history."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from orders.cli import totals_table
from orders.cli.client import connect, path_of_document
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, DocumentId, Url
from orders.cli.reply import understood
from orders.cli.terminal import STATUS_STYLES, console, local_time, plain, table_of, write_json
from orders.order.document import Kind, row_id

_MAIL_WORDS = {"OUTBOX": " (not sent)", "HELD": " (not sent)"}


def status(order_id: DocumentId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Show an order or a document of it, its state and its history.

    The exit code is 1 if it has failed.
    """
    shown = connect(url).get(path_of_document("/orders/{}", order_id)).document()
    if as_json:
        write_json(shown)
    else:
        with understood():
            _show(shown, order_id)
    if shown.get("status") == "FAILED":
        what = "The document" if "/" in order_id else "The order"
        raise Stop(f"{what} failed. To try again: orders retry {order_id}", ExitCode.REFUSED)


def _show(shown: dict[str, Any], order_id: str) -> None:
    out, order = console(), shown.get("order")
    status = plain(shown["status"])
    out.print(Text.assemble((status, STATUS_STYLES.get(status, "")), f"  {plain(order_id)}"))
    out.print()
    out.print(table_of(_written(_facts(shown) if order else _facts_of_document(shown))), soft_wrap=True)
    out.print()
    if order and (totals := shown.get("totals")):
        totals_table.show(order, totals, out)
        out.print()
    if len(following := shown.get("documents", [])) > 1:
        _show_documents(shown["orderId"], following, out)
    out.print("  History", style="bold")
    for entry in shown["history"]:
        out.print(_line(entry), soft_wrap=True)


def _show_documents(order_id: str, found: Sequence[Mapping[str, Any]], out: Console) -> None:
    """The receipt, and the documents that follow it."""
    out.print("  Documents", style="bold")
    numbers, totals = (max(len(each[name] or "") for each in found) for name in ("number", "total"))
    for each in found:
        for line in _of_document(order_id, each, numbers, totals):
            out.print(line, soft_wrap=True)
    out.print()


def _of_document(order_id: str, document: Mapping[str, Any], numbers: int, totals: int) -> Iterator[Text]:
    """Date, number, total, kind and state; below them the id by which the commands find it."""
    state, number = plain(document["state"]), f"{plain(document['number'] or ''):<{numbers}}  " if numbers else ""
    yield Text.assemble(
        (f"  {local_time(document['date']):%Y-%m-%d}  ", "dim"), number,
        f"{plain(document['total'] or ''):>{totals}}  {plain(document['kind'].replace('-', ' ')):<17}  ",
        (state, STATUS_STYLES.get(state, "")),
    )  # fmt: skip
    if (kind := Kind(document["kind"])) is not Kind.RECEIPT:
        yield Text(f"              {plain(row_id(order_id, kind, document['id']))}", "dim")


def _written(facts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, plain(fact)) for name, fact in facts.items() if fact]


def _facts(order: Mapping[str, Any]) -> dict[str, str]:
    body = order["order"]
    email = body.get("customerEmail")
    return {
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
        "settlement": _settlement(order),
        **_progress(order),
    }


def _settlement(order: Mapping[str, Any]) -> str:
    """How much was refunded. Servers of older versions do not say."""
    if not order.get("refunded"):
        return ""
    currency, remaining = order["order"]["currency"], order["remaining"]
    return (
        f"{order['settlement'].replace('_', ' ').lower()}: {order['refunded']['payable']} {currency} given back,"
        f" {remaining['payable']} {currency} remains"
    )


def _facts_of_document(shown: Mapping[str, Any]) -> dict[str, str]:
    """Of a credit note or a corrected receipt."""
    refund, replaced, credited = shown.get("refund", {}), shown.get("replaces"), shown.get("credited")
    return {
        "document": "credit note" if credited else "corrected receipt",
        "number": shown["number"] or "",
        "date": f"{local_time(shown['date']):%Y-%m-%d}",
        "replaces": f"{replaced['number']} of {local_time(replaced['date']):%Y-%m-%d}" if replaced else "",
        "gives back": f"{credited['payable']}, of which tax {credited['tax']}" if credited else "",
        "reason": refund.get("reason", ""),
        **_progress(shown),
    }


def _progress(shown: Mapping[str, Any]) -> dict[str, str]:
    """The facts that orders and documents share: time of arrival, file, e-mails, and last error."""
    receipt = shown["receipt"]
    return {
        "received": _time(shown["receivedAt"]),
        "receipt": f"{receipt['size']:,} bytes, SHA-256 {receipt['sha256'][:16]}…" if receipt else "",
        "mail": _mail(shown["mail"]) if shown["mail"] else "",
        "copy": _mail(shown["copy"]) if shown.get("copy") else "",
        "attempts": str(shown["attempts"]) if shown["attempts"] > 1 else "",
        "last error": shown["lastError"] or "",
    }


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
