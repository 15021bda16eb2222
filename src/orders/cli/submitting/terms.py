"""Reads the amounts of the short forms of `orders submit`: `2.40 - 10% Summer + 5% GST + 9.975% QST`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orders.cli.exits import ExitCode, Stop

NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_NAME = r"(?P<name>[^\W\d_][^+@%]*?)(?=\s*\+|\s*$|\s+-\s*[0-9])"
_TERM = re.compile(rf"\s*(?P<sign>[+-])?\s*(?P<number>{NUMBER})\s*(?P<percent>%)?\s*(?:{_NAME})?\s*(?=[+-]|$)")
_DECIMAL_COMMA = re.compile(r"[0-9],[0-9]")


class Misread(ValueError):
    """What is wrong with a text, as a sentence."""


@dataclass(frozen=True, slots=True)
class Form:
    """The short form of an option: its grammar, and an example."""

    option: str
    grammar: str
    example: str

    def refusal(self, text: str, why: object) -> Stop:
        return Stop(
            f"{self.option} '{text}': {why} The form is {self.grammar}, as in '{self.example}'.", ExitCode.USAGE
        )


@dataclass(frozen=True, slots=True)
class Term:
    """A number with what stands around it; the first one of a text has no sign."""

    sign: str
    number: str
    is_percent: bool
    name: str | None


def read(text: str) -> list[Term]:
    """The terms of a text, at least one.

    Raises:
        Misread: the text has something else in it.
    """
    found, position = list[Term](), 0
    while position < len(text) or not found:
        match = _TERM.match(text, position)
        if not match or bool(match["sign"]) is not bool(found):
            raise Misread(_unreadable(text[position:].strip()))
        found.append(Term(match["sign"] or "", match["number"], bool(match["percent"]), match["name"]))
        position = match.end()
    return found


def amount(term: Term, of_what: str) -> str:
    """The number of a term that is an amount, without percent sign and name.

    Raises:
        Misread: it has one.
    """
    if term.is_percent or term.name:
        raise Misread(f"{of_what} is a number only, such as 2.40. Name the currency with --currency.")
    return term.number


def tax(taxes: Sequence[Term]) -> dict[str, Any]:
    """The fields of an item or a charge that bears these taxes.

    Raises:
        Misread: one of them is no tax.
    """
    if [term for term in taxes if not term.is_percent]:
        raise Misread("a tax is a percentage, such as + 7%.")
    if len(taxes) > 1 and not all(term.name for term in taxes):
        raise Misread("each of several taxes needs its name, as in + 5% GST + 9.975% QST.")
    if len(taxes) > 1:
        return {"taxes": [{"name": term.name, "rate": term.number} for term in taxes]}
    return {name: value for term in taxes for name, value in _of_one(term).items() if value}


def _of_one(term: Term) -> dict[str, str | None]:
    return {"taxRate": term.number, "taxName": term.name}


def _unreadable(rest: str) -> str:
    if _DECIMAL_COMMA.search(rest):
        return "decimals have a point, as in 2.40, and thousands have no separator."
    if rest in {"", "+", "-"}:
        return "a number is missing at the end."
    if rest.startswith("-"):
        return "an amount has no sign; goods that come back have a negative quantity."
    return f"'{rest}' is not a number such as 2.40."
