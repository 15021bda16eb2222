"""What is wrong with the page, its words or the orders, as a person who edits them reads it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import typst
from rich.text import Text

from orders.cli.terminal import console, plain
from orders.order.errors import Misconfigured, ReceiptImpossible
from orders.shop import language

_ORDERS_NAMED = 3


def explained(error: ReceiptImpossible) -> str:
    """The typesetter's own words, where it has any: they show the file, the line and the column."""
    cause = error.__cause__
    if not isinstance(cause, typst.TypstError):
        return str(error)
    return "\n".join([cause.diagnostic.strip("\n"), *cause.trace])


def by_order(found: list[tuple[str, str]]) -> list[str]:
    """Each fault once, with the first few of the orders that have it; a fault of the page is one of all."""
    orders: dict[str, list[str]] = {}
    for order_id, fault in found:
        orders.setdefault(fault, []).append(order_id)
    return [f"{fault}\n{_where(ids)}" for fault, ids in orders.items()]


def _where(ids: list[str]) -> str:
    more = f" and {len(ids) - _ORDERS_NAMED} more" if len(ids) > _ORDERS_NAMED else ""
    return f"in {', '.join(ids[:_ORDERS_NAMED])}{more}"


def tell(faults: list[str]) -> None:
    """Show them on stderr, in as many lines as they have."""
    for fault in faults:
        first, *others = map(plain, fault.splitlines())
        console(stderr=True).print(Text("\n").join([Text(first, "red"), *map(Text, others)]), soft_wrap=True)


def look_at_languages() -> None:
    """See whether every language says all that English does.

    Raises:
        Misconfigured: one does not, or its file can't be read.
    """
    english = _words(language.FOLDER / f"{language.DEFAULT}.toml")
    for path in sorted(language.FOLDER.glob("*.toml")):
        words = _words(path)
        if missing := ", ".join(sorted(english.keys() - words.keys())):
            raise Misconfigured(f"{path} lacks {missing}")
        if wrong := ", ".join(key for key, word in words.items() if not isinstance(word, str)):
            raise Misconfigured(f"{path}: {wrong} must be a text")


def _words(path: Path) -> Mapping[str, object]:
    """Those of the table `mail` as `mail.subject` and so on."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path} can't be read: {error}") from None
    mail = file.pop("mail", {})
    return file | ({f"mail.{name}": word for name, word in mail.items()} if isinstance(mail, dict) else {"mail": mail})
