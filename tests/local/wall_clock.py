"""The wall clock of servers, which tests may move."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True)
class WallClock:
    """The wall clock of servers that are started with `environment`."""

    file: Path

    @property
    def environment(self) -> dict[str, str]:
        path = [str(Path(__file__).with_name("moved_clock")), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"PYTHONPATH": os.pathsep.join(path), "CLOCK_MOVED_BY": str(self.file)}

    def move(self, by: timedelta) -> None:
        fresh = self.file.with_suffix(".fresh")
        fresh.write_text(str(by.total_seconds()))
        os.replace(fresh, self.file)
