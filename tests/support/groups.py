"""Which tests run one after another in the same process, where several processes share them.

xdist has groups of its own, but passes them on in the ids of tests, which this version of pytest lets nobody change. So
the processes that run the tests write them down, and the one that shares the tests out reads them.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

EMULATED = pytest.mark.group("emulator")
"""Of tests that need the emulator, as there is one, with one deployment.

A test that asks for its fixture has this by itself; a parameter that makes another fixture ask for it is given it.
"""
MOTO = pytest.mark.group("moto")
DYNALITE = pytest.mark.group("dynalite")
"""Of tests that another program answers as AWS does."""
ALONE = pytest.mark.group("machine")
"""Of tests that want a disk, the clock or the processors, of which one machine has no others."""
THE_LONGEST = ("emulator", "machine")
"""They begin first."""
THE_LAST = "tests/aws/test_guide.py"
"""It takes the deployment away in the end."""
WRITTEN = "tests/groups"
"""Under this name in pytest's cache."""


def group_of(item: pytest.Item) -> str:
    """That of its file, unless it has another."""
    if "emulator" in getattr(item, "fixturenames", ()):
        return "emulator"
    mark = item.get_closest_marker("group")
    return str(mark.args[0]) if mark else item.nodeid.partition("::")[0]


def turn(item: pytest.Item) -> tuple[bool, int]:
    """What to sort by: those of the longest groups come first."""
    group = group_of(item)
    is_last = group == "emulator" and item.nodeid.startswith(THE_LAST)
    return is_last, THE_LONGEST.index(group) if group in THE_LONGEST else len(THE_LONGEST)


def write_down(items: list[pytest.Item], config: pytest.Config) -> None:
    """Where several processes share the tests: all of them write the same."""
    if hasattr(config, "workerinput"):
        assert config.cache
        config.cache.set(WRITTEN, {item.nodeid: group_of(item) for item in items})


class GroupByGroup(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each process one group, and another one when it is done with that."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._groups: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        if not self._groups:
            assert self.config.cache
            self._groups = self.config.cache.get(WRITTEN, None)
        return self._groups[nodeid]
