"""What a simulation prints: what was counted, what was broken and how to see it again, who caught which bug."""

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from tests.simulation.checker import RULES
from tests.simulation.families import Case, Family
from tests.simulation.hunting import Catch, Told
from tests.simulation.workers import Tally

from orders.order.document import Kind

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of every family, and of every seeded bug: nothing where nobody noticed it."""

    tallies: dict[Family, Tally]
    catches: dict[str, Catch | None]
    seed: int
    seconds: float

    @property
    def good(self) -> bool:
        return not self.failed and self.caught == len(self.catches)

    @property
    def failed(self) -> int:
        return sum(tally.failed for tally in self.tallies.values())

    @property
    def caught(self) -> int:
        return sum(catch is not None for catch in self.catches.values())


def show(result: Result) -> None:
    """The last line."""
    runs = sum(tally.runs for tally in result.tallies.values())
    injected = sum(tally.injected for tally in result.tallies.values())
    console.print(
        f"\n{runs:,} runs with {injected:,} faults: [bold]{result.failed:,} broke a rule[/].\n"
        f"[bold]{result.caught} of {len(result.catches)}[/] seeded bugs caught."
        f" {result.seconds:,.0f} s, seed {result.seed}."
    )


def show_families(tallies: dict[Family, Tally], seed: int) -> None:
    """What was counted, and what was broken."""
    table = Table("family", box=None, pad_edge=False)
    for column in ("stories", "runs", "calls", "faults", "broken"):
        table.add_column(column, justify="right")
    for family, tally in tallies.items():
        counts = (family.size, tally.runs, tally.points, tally.injected, tally.failed)
        table.add_row(family.name, *(f"{count:,}" for count in counts))
    console.print(table)
    for tally in tallies.values():
        for remark in sorted(tally.remarks):
            console.print(f"\n{remark}")
    show_facts(sum((tally.facts for tally in tallies.values()), Counter()))
    for family, tally in tallies.items():
        for case, broken in tally.failures:
            console.print(f"\n{family.name}, case {case}:", *broken, sep="\n  ", style="red", markup=False)
            console.print(f"  See it: [bold]{_command(family.implementation, case, seed)}[/]", soft_wrap=True)


def show_facts(facts: Counter[str]) -> None:
    """What the rules about documents and events were held against."""
    numbered = {kind: facts[f"{kind}: numbered"] for kind in Kind}
    void = sum(facts[f"{kind}: void"] for kind in Kind)
    console.print(
        f"\nRule 11: {sum(numbered.values()) + void:,} numbers issued; {numbered[Kind.RECEIPT]:,} receipts,"
        f" {numbered[Kind.CREDIT_NOTE]:,} credit notes and {numbered[Kind.CORRECTED_RECEIPT]:,} corrected receipts have"
        f" one each, and {void:,} are void with a reason.\n"
        f"Rule 12: {facts['refund']:,} refunds accepted; {facts['order refunded in part']:,} orders refunded in part,"
        f" {facts['order refunded whole']:,} to the last cent.\n"
        f"Rule 13: {facts['refund'] + facts['correction']:,} documents beside receipts that stayed as they were;"
        f" {facts['correction']:,} of them corrections.\n"
        f"Rule 14: {facts['move']:,} moves, and {facts['event']:,} events in the feed.\n"
        f"Rule 15: {facts['delivered']:,} events taken by {facts['endpoint']:,} endpoints, in {facts['request']:,}"
        f" requests.\n"
        f"Rule 16: readers who followed the cursor read {facts['reading']:,} events."
    )


def show_bugs(catches: dict[str, Catch | None]) -> None:
    table = Table("\nseeded bug", "\ncaught by", "\nrule", box=None, pad_edge=False)
    for bug, catch in catches.items():
        if catch:
            table.add_row(bug, catch.family, str(catch.rule))
        else:
            table.add_row(bug, "[bold red]nobody[/]", "")
    console.print(table)


def show_story(told: Told) -> None:
    """One run, call by call, and what it broke."""
    for line in told.story:
        console.print(line, markup=False, soft_wrap=True)
    for rule, what in told.broken:
        console.print(f"{what}\n  (rule {rule}: {RULES[rule]})", style="red", markup=False, soft_wrap=True)
    if not told.broken:
        console.print("No rule was broken.")


def progress() -> Progress:
    columns = (TextColumn("{task.description:31}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _command(implementation: str, case: Case, seed: int) -> str:
    options = (" IMPLEMENTATION=aws" if implementation == "aws" else "") + (f" SEED={seed}" if seed != 1 else "")
    return f"make simulate REPLAY={case}{options}"
