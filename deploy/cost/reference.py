"""The accepted cost of an order, in `reference.json`, and what has grown since."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from cost.report import CASES, E_MAIL, Report

FILE = Path(__file__).with_name("reference.json")
MOST = 1.05
"""An order that is dearer by more than this must be accepted."""
Reference = Mapping[str, Mapping[str, float]]


def of(report: Report) -> Reference:
    """Orders and their e-mails apart: an e-mail costs several times as much, and would hide what an order costs."""
    return {f"{case}, {name}": parts for case in CASES for name, parts in _apart(report.parts(case)).items()}


def _apart(parts: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Without the price of SES itself, which no change of this project makes dearer."""
    rest = {name: dollars for name, dollars in parts.items() if not name.startswith(E_MAIL)}
    of_mail = {name: it for name, it in parts.items() if name not in rest and not name.endswith("SES")}
    return {"without e-mail": rest, "their e-mails": of_mail}


def accept(report: Report) -> None:
    FILE.write_text(json.dumps(of(report), indent=1) + "\n", encoding="utf-8")


def read() -> Reference:
    reference: Reference = json.loads(FILE.read_text(encoding="utf-8"))
    return reference


def complaints(accepted: Reference, now: Reference) -> Iterator[str]:
    """For each case in which an order became dearer by more than 5 percent: by how much, and what has grown."""
    for case, parts in accepted.items():
        before, after = sum(parts.values()), sum(now[case].values())
        if after > before * MOST:
            yield (
                f"1,000 orders, {case}, cost {after:.4f} dollars instead of {before:.4f}: "
                f"{after / before - 1:.0%} more. "
                f"{' '.join(_grown(parts, now[case]))} If this is worth it: make cost ACCEPT=yes."
            )


def _grown(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """What has grown, most first."""
    more = {name: dollars - before.get(name, 0) for name, dollars in after.items()}
    grown = sorted((name for name, dollars in more.items() if dollars > 0), key=lambda name: -more[name])
    return [f"{name[0].upper()}{name[1:]}: {before.get(name, 0):.4f} to {after[name]:.4f}." for name in grown]
