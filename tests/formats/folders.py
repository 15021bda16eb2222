"""Data folders that earlier versions wrote, one for each format of the database and for each addition to one."""

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NAMES = ("completed", "sent", "kept", "unsent", "failed", "cancelled", "waiting")
"""The orders that were posted to each version; their ids say what became of them."""
CUSTOMERS = {name: f"Zoë {name.title()}" for name in NAMES}
ORDERS: dict[str, dict[str, Any]] = {
    name: {
        "orderId": name,
        "customerName": CUSTOMERS[name],
        "customerEmail": f"{name}@example.com",
        "currency": "EUR",
        "items": [
            {"name": "Espresso cups", "quantity": 4, "unitPrice": "7.50", "taxRate": "20", "sku": "CUP-4"},
            {"name": "Gift card", "quantity": 1, "unitPrice": "25.00"},
        ],
        "note": "Ring twice.",
    }
    for name in NAMES
}
ORDERS["completed"].pop("customerEmail")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A folder, and the program that wrote it. `killed`: with `kill -9`, so that its log has the newest orders."""

    name: str
    format: int
    commit: str
    has_mail: bool
    killed: bool

    @property
    def archive(self) -> Path:
        return HERE / f"{self.name}.tar.xz"

    @property
    def ledger_file(self) -> Path:
        return HERE / f"{self.name}.json"

    def unpack(self, place: Path) -> Path:
        """The data folder, in a new folder."""
        with tarfile.open(self.archive) as archive:
            archive.extractall(place, filter="data")
        return place / "data"

    def ledger(self) -> dict[str, dict[str, Any]]:
        """What the server of that time answered about each order, by its id."""
        ledger: dict[str, dict[str, Any]] = json.loads(self.ledger_file.read_text(encoding="utf-8"))
        return ledger


FOLDERS = (
    Recorded("format-1", 1, "7662ed9", has_mail=False, killed=False),
    Recorded("format-2-killed", 2, "7083c95", has_mail=False, killed=True),
    Recorded("format-3", 3, "743b762", has_mail=False, killed=False),
    Recorded("format-4-killed", 4, "58ec330", has_mail=False, killed=True),
    Recorded("format-5", 5, "9df4cce", has_mail=True, killed=False),
    Recorded("format-6-without-numbers-killed", 6, "0c64751", has_mail=True, killed=True),
    Recorded("format-6-without-register-killed", 6, "38b349f", has_mail=True, killed=True),
    Recorded("format-6-killed", 6, "a6588e5", has_mail=True, killed=True),
)
