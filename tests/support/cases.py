"""Orders of real shops, with what each must come to: the amounts, a refusal, or a text on the receipt."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_suffix(".jsonl")


@dataclass(frozen=True)
class Case:
    """`figures` are those of `totals` that are known; none if the order is refused, or has no amounts."""

    name: str
    order: dict[str, Any]
    status: int = 202
    figures: dict[str, Any] = field(default_factory=dict)
    printed: str | None = None

    def __str__(self) -> str:
        return self.name

    @classmethod
    def read(cls, line: dict[str, Any]) -> "Case":
        figures = line.get("totals") or {name: line[name] for name in ("tax", "total") if name in line}
        return cls(line["id"], line["order"], line.get("status", 202), figures, line.get("printed"))


CASES = [Case.read(json.loads(line)) for line in _FILE.read_text(encoding="utf-8").splitlines()]
ACCEPTED = [case for case in CASES if case.status == 202]
REFUSED = [case for case in CASES if case.status == 422]
PRINTED = [case for case in CASES if case.printed]
WITH_FIGURES = [case for case in CASES if case.figures]
