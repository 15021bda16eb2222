"""What the operators' page costs while somebody looks at it: its calls to the API, as often as it makes them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cost.bill import Biller, added
from cost.functions import Functions, Run
from cost.life import Life, request
from cost.stack import ROOT

QUERIES = ROOT / "dashboard" / "src" / "api" / "queries.ts"
LISTED = 50
"""Orders in a list of the page."""
SUMMARY, LIST = "/operations/summary", "/operations/orders"
NAMES: Mapping[str, str] = {SUMMARY: "Summary", LIST: "List"}
"""By which names `measured.toml` knows the calls of the page, which one function answers."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Dollars an hour."""

    name: str
    dollars: float


def runs(functions: Functions) -> list[Run]:
    """One call of each kind, with a full list."""
    Life(functions, [f"page-{number}" for number in range(LISTED)]).accept()
    return [functions.run("OperationsFunction", request("GET", path)) for path in NAMES]


def screens(biller: Biller, functions: Functions) -> list[Screen]:
    """The screens that call the API all the time, each with the pauses that the page's own source has."""
    summary, listed = (_of_call(biller, run) for run in runs(functions))
    pauses = read_pauses(QUERIES.read_text(encoding="utf-8"))
    return [
        Screen("the list of orders", 3600 * (summary / pauses["ELSEWHERE_MS"] + listed / pauses["LIST_MS"])),
        Screen("Live", 3600 * summary / pauses["LIVE_MS"]),
    ]


def read_pauses(source: str) -> dict[str, float]:
    """The pauses between two calls in seconds, by their names in the source. They all had one name once."""
    found = {name: float(ms.replace("_", "")) / 1000 for name, ms in re.findall(r"const (\w+_MS) = ([\d_]+);", source)}
    soon = found.get("SOON_MS", 0)
    return {"LIST_MS": soon, "LIVE_MS": soon, "ELSEWHERE_MS": soon} | found


def _of_call(biller: Biller, run: Run) -> float:
    """Dollars of one call."""
    around = biller.of_requests(1, len(json.dumps(run.answer)))
    return biller.prices.dollars(added(around, biller.of_run(run, name=NAMES[run.event["resource"]])))
