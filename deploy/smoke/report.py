"""The report of a smoke test: plain text in 80 columns, without anything that may not be shown to others."""

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

WIDTH = 80
_INDENT = " " * 9
_PRIVATE = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "(address)"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "(account)"),
    (re.compile(r"https?://\S+|/receipt/\S+"), "(URL)"),
    (re.compile(r"'[\w-]+(\.[\w-]+)+'"), "(host)"),
    (re.compile(r"(?<![\w-])[A-Za-z0-9+/_.-]{40,}"), "(secret)"),
)
"""E-mail addresses, account ids, hosts and addresses of this deployment, links of customers, keys and tokens."""


class Outcome(StrEnum):
    OK = "ok"
    DIFFERS = "DIFFERS"
    NOT_ASKED = "-"


@dataclass(frozen=True)
class Result:
    """`seen` is the reason if the check was not asked."""

    says: str
    outcome: Outcome
    expected: str
    seen: str

    def __str__(self) -> str:
        says = f"{self.says} ({public(self.seen)})" if self.outcome is Outcome.NOT_ASKED else self.says
        texts = [says]
        if self.outcome is Outcome.DIFFERS:
            texts += [f"expected: {self.expected}", f"seen:     {public(self.seen)}"]
        first, *rest = (
            line for text in texts for line in textwrap.wrap(text, WIDTH - len(_INDENT), break_on_hyphens=False)
        )
        return "\n".join([f"{self.outcome:<{len(_INDENT)}}{first}", *(_INDENT + line for line in rest)])


def public(text: str, private: Iterable[str] = ()) -> str:
    """The text without what belongs to one account, and without these words."""
    for word in private:
        text = text.replace(word, "(private)")
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text


def heading(stack: str, region: str, commit: str, now: datetime) -> str:
    return f"Smoke test of {stack} in {region}, {now:%Y-%m-%d %H:%M} UTC, commit {commit}\n"


def summary(results: Iterable[Result], acceptance: str) -> str:
    outcomes = [result.outcome for result in results]
    count = outcomes.count
    return (
        f"\n{count(Outcome.OK)} as expected, {count(Outcome.DIFFERS)} differ,"
        f" {count(Outcome.NOT_ASKED)} not asked.\nAcceptance tests: {acceptance}"
    )
