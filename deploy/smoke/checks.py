"""What a check is: a sentence about the deployment, the answer that is expected, and a function that looks."""

from collections.abc import Callable
from dataclasses import dataclass

from smoke.target import Target

Look = Callable[[Target], str]
"""Returns what was seen: the words of `expected`, or whatever is there instead."""


class NotAsked(Exception):
    """The deployment has nothing that the check is about. The message says what is missing."""


@dataclass(frozen=True)
class Check:
    says: str
    expected: str
    look: Look


ALL: list[Check] = []
"""Those of the modules that were imported."""


def check(says: str, expected: str) -> Callable[[Look], Look]:
    """Add a check. The sentence is also an item of the checklist in docs/aws.md."""

    def add(look: Look) -> Look:
        ALL.append(Check(says, expected, look))
        return look

    return add


def seen(*facts: object) -> str:
    """What was seen, in one line, in the form that `expected` has."""
    return ", ".join(str(fact) for fact in facts)
