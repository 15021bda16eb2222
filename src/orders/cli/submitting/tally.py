"""Counts the answers to many orders."""

from dataclasses import dataclass, field
from typing import Any

from rich.text import Text

from orders.cli.reply import Reply
from orders.cli.submitting.lines import Line
from orders.cli.terminal import plain

_LINES_NAMED = 5
_REASONS_NAMED = 50
_OTHER = "other reasons"


@dataclass(slots=True)
class Refusals:
    """The lines refused for one reason: how many, and the first few."""

    count: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """`accepted` orders are new, `replayed` ones had been accepted before. `last_line` is the last with an answer.

    In a dry run, the server accepts no orders: `accepted` counts those that it would accept.
    """

    accepted: int = 0
    replayed: int = 0
    refusals: dict[str, Refusals] = field(default_factory=dict)
    last_line: int = 0
    is_dry_run: bool = False

    @property
    def refused(self) -> int:
        return sum(refusals.count for refusals in self.refusals.values())

    @property
    def sent(self) -> int:
        return self.accepted + self.replayed + self.refused

    def add(self, line: Line, reply: Reply) -> None:
        if reply.status != (200 if self.is_dry_run else 202):
            self._refuse(line, reply.reason())
        elif reply.is_replay:
            self.replayed += 1
        else:
            self.accepted += 1
        self.last_line = line.number

    def _refuse(self, line: Line, reason: str) -> None:
        known = reason in self.refusals or len(self.refusals) < _REASONS_NAMED
        refusals = self.refusals.setdefault(reason if known else _OTHER, Refusals())
        refusals.count += 1
        if len(refusals.lines) < _LINES_NAMED:
            refusals.lines.append(line.number)

    def document(self) -> dict[str, Any]:
        good = {"valid": self.accepted} if self.is_dry_run else {"accepted": self.accepted, "replayed": self.replayed}
        return {
            **good,
            "refused": self.refused,
            "refusals": [
                {"reason": reason, "count": refusals.count, "lines": refusals.lines}
                for reason, refusals in self.refusals.items()
            ],
            "lastLine": self.last_line,
        }

    def summary(self) -> Text:
        """For a person: the counts, then the reasons of refusals, the most frequent first."""
        accepted = [("accepted", self.accepted, "green"), ("replayed", self.replayed, "cyan")]
        counts = [
            *([("valid", self.accepted, "green")] if self.is_dry_run else accepted),
            ("refused", self.refused, "red"),
        ]
        shown = [
            Text.assemble((f"{count:>9,}", f"bold {style}" if count else "dim"), f"  {name}")
            for name, count, style in counts
        ]
        by_frequency = sorted(self.refusals.items(), key=lambda refusal: -refusal[1].count)
        return Text("\n").join([*shown, *(_why(reason, refusals) for reason, refusals in by_frequency)])


def _why(reason: str, refusals: Refusals) -> Text:
    more = ", …" if refusals.count > len(refusals.lines) else ""
    where = ("lines " if refusals.count > 1 else "line ") + ", ".join(f"{line:,}" for line in refusals.lines) + more
    return Text.assemble((f"\n{refusals.count:>9,}", "red"), f"  {plain(reason)}\n{'':11}", (where, "dim"))
