"""Seeded bugs: a module of this system imported with a piece of its text replaced, in this process only."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType


@dataclass(frozen=True, slots=True)
class Bug:
    """`was` stands exactly once in the module's source; `becomes` is the bug."""

    name: str
    module: str
    was: str
    becomes: str
    implementation: str = "ports"

    def source(self, text: str) -> str:
        """The module's source with the bug in it.

        Raises:
            ValueError: the code has changed, and the bug has to be written anew.
        """
        if text.count(self.was) != 1:
            raise ValueError(f"{self.name}: {self.module} has {text.count(self.was)} places for it, not one")
        return text.replace(self.was, self.becomes)

    def plant(self) -> None:
        """Let the module have the bug when it is imported."""
        if self.module in sys.modules:
            raise RuntimeError(f"{self.module} is imported already")
        sys.meta_path.insert(0, _Finder(self))


class _Loader(SourceFileLoader):
    def __init__(self, bug: Bug, path: str) -> None:
        super().__init__(bug.module, path)
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:
        """Never from the cache of compiled files."""
        path = self.get_filename(fullname)
        source = self._bug.source(self.get_data(path).decode())
        return compile(source, path, "exec")


class _Finder(MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._bug.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin:
            spec.loader = _Loader(self._bug, spec.origin)
        return spec
