"""A model of scale: an hour of 10, 100, 1,000 and 4,000 orders a second against the limits that AWS documents.

    PYTHONPATH=deploy python bench/scale.py [--seed 1] [--pages | --write]

It measures nothing. It takes what an order demands from the calls that the functions make, the durations from
`deploy/cost/measured.toml`, the stack's values from template.yaml, and each limit from a page of AWS, which `--pages`
lists. Orders arrive at random, and twice as many in a tenth of the minutes. Each has an e-mail.

The model plays the hour in a new account (ten functions at once, one e-mail a second), in one with AWS's usual quotas,
and with the values of docs/aws-operations.md, section "Scale". A limit's line shows how much of it the average second
uses, and how many orders a second it allows.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence

from cost.stack import TEMPLATE, WITH_MAIL, Stack
from scaling import demand, hour, limits, performance
from scaling.hour import Hour
from scaling.limits import Limit, Setup
from scaling.raised import raised

RATES = (10, 100, 1_000, 4_000)
MORE_RATES = (*RATES[:3], 2_000, RATES[3])
USUAL, RAISED = "usual quotas", "raised as the guide says"
BOTTLENECKS = {"receipts": ("accept", "complete"), "e-mails": ("mail",), "counts": ("count",)}
"""The stages that these pass."""
_NAME, _FIGURE = 39, 8


def main() -> None:
    options = _options()
    stack = Stack.read(TEMPLATE, **WITH_MAIL)
    of_an_order = demand.of_an_order(stack)
    found = {name: limits.limits(setup, of_an_order) for name, setup in setups(stack).items()}
    if options.write:
        performance.write(tables(found, options.seed))
        return
    for name, each in found.items():
        print("\n".join(report(name, each, options.seed)), end="\n\n")
    if options.pages:
        print("\n".join(f"{limit.name}: {limit.page}" for limit in found[USUAL]))


def setups(stack: Stack) -> dict[str, Setup]:
    usual = Setup.of(stack)
    return {
        "a new account": Setup.of(stack, limits.NEW_ACCOUNT),
        USUAL: usual,
        "raised as the guide says": raised(usual),
    }


def report(name: str, found: Sequence[Limit], seed: int) -> Iterator[str]:
    yield _row(name, *(f"{rate:,}" for rate in RATES), "orders/s")
    for limit in found:
        yield _row(limit.name, *(_share(limit.used(rate)) for rate in RATES), _rate(limit.orders))
    hours = [hour.played(found, rate, seed) for rate in RATES]
    for what, figures in _outcome(hours).items():
        yield _row(what, *figures, "")
    for what in BOTTLENECKS:
        limit = bottleneck(found, what)
        yield f"first bottleneck of {what}: {limit.name}, {_rate(limit.orders)} orders/s"


def bottleneck(found: Sequence[Limit], what: str) -> Limit:
    """The limit that these reach first."""
    return limits.first([each for each in found if each.stage in BOTTLENECKS[what]])


def tables(found: Mapping[str, Sequence[Limit]], seed: int) -> tuple[list[str], list[str], list[str]]:
    """The rows of the tables of docs/performance.md: first bottlenecks, limits that are used most, and an hour."""
    hours = [hour.played(found[RAISED], rate, seed) for rate in MORE_RATES]
    return (
        [_bottleneck_row(name, each, what) for name, each in found.items() for what in BOTTLENECKS],
        [_most_used_row(found, rate) for rate in RATES],
        [f"| {what} | {' | '.join(figures)} |" for what, figures in _outcome(hours).items()],
    )


def _bottleneck_row(name: str, found: Sequence[Limit], what: str) -> str:
    limit = bottleneck(found, what)
    return f"| {name} | {what} | {limit.name} | {_rate(limit.orders)} |"


def _most_used_row(found: Mapping[str, Sequence[Limit]], rate: int) -> str:
    most = [limits.first(found[name]) for name in (USUAL, RAISED)]
    return f"| {rate:,} | {' | '.join(f'{each.name}, {_share(each.used(rate))}' for each in most)} |"


def _outcome(hours: Sequence[Hour]) -> dict[str, list[str]]:
    return {
        "most orders in a second": [f"{each.busiest:,}" for each in hours],
        "most that wait to be accepted": [_number(each.refused) for each in hours],
        "most that wait in the queue": [_number(each.queued) for each in hours],
        "seconds to the receipt, median": [_time(each.typical) for each in hours],
        "seconds to the receipt, 99 in 100": [_time(each.slowest) for each in hours],
        "e-mails that wait after the hour": [_number(each.mails) for each in hours],
        "orders not counted after the hour": [_number(each.uncounted) for each in hours],
    }


def _row(name: str, *figures: str) -> str:
    return f"{name:<{_NAME}}" + "".join(f"{each:>{_FIGURE}}" for each in figures[:-1]) + f"{figures[-1]:>9}".rstrip()


def _share(share: float) -> str:
    return f"{share:.0%}" if share < 99.995 else f"{share:.0f}x"


def _rate(orders: float) -> str:
    return f"{orders:,.0f}" if orders < 1_000_000 else "no limit"


def _number(number: float) -> str:
    return f"{number:,.0f}" if number < 100_000 else f"{number / 1_000_000:.1f}M"


def _time(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds < 100 else f"{seconds:,.0f}" if seconds < 10_000 else f"{seconds / 3600:.0f} h"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Play an hour of orders against the limits of AWS.")
    parser.add_argument("--seed", type=int, default=1, help="of the arrivals (1)")
    parser.add_argument("--pages", action="store_true", help="list the page of AWS for each limit")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
