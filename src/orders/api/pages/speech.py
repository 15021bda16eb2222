"""The words of the language that a page is in, chosen without Babel, which the function that answers does not have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orders.shop import words

_READ_AS = {"no": "nb", "nn": "nb", "iw": "he", "in": "id"}
"""Languages whose readers also read another one, and codes that a language had before 1989."""
_TRADITIONAL = frozenset({"HK", "MO", "TW"})
"""Where Chinese is written in the traditional script unless a tag names another one."""


@dataclass(frozen=True)
class Speech:
    """`language` is a tag (BCP 47), `direction` is `ltr` or `rtl`, and `pages` are the words of pages."""

    language: str
    direction: str
    order: str
    pages: Mapping[str, str]


def of(tags: Iterable[str]) -> Speech:
    """The words in the first of these languages (BCP 47) that there are words in, otherwise in English.

    Raises:
        Misconfigured: a file of words has a fault.
    """
    known = words.codes()
    wanted = next((codes for codes in map(codes_of, tags) if known.intersection(codes)), ())
    language, found = words.of(wanted)
    return Speech(language, found.get("direction", "ltr"), found["order"], words.part(found, "pages"))


def codes_of(tag: str) -> tuple[str, ...]:
    """The codes that words in this language may have, the best one last: `zh`, `zh-Hant`, `zh-TW`."""
    language, *others = tag.replace("_", "-").split("-")
    language = _READ_AS.get(language.lower(), language.lower())
    country = next((each.upper() for each in others if len(each) in {2, 3}), None)
    script = next((each.title() for each in others if len(each) == 4 and each.isalpha()), None)
    if language == "zh" and script is None:
        script = "Hant" if country in _TRADITIONAL else "Hans"
    return (language, *(f"{language}-{each}" for each in (script, country) if each))
