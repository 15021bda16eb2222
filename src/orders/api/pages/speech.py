"""The words of the language that a page is in. The function that answers has no Babel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orders.order.document import Kind
from orders.shop import tags, words


@dataclass(frozen=True)
class Speech:
    """`language` is a tag (BCP 47), `direction` is `ltr` or `rtl`, and `pages` are the words of pages."""

    language: str
    direction: str
    order: str
    pages: Mapping[str, str]

    def about(self, kind: Kind, name: str) -> str:
        """The words of this name that are about a document of this kind."""
        own = f"credit_note_{name}" if kind is Kind.CREDIT_NOTE else name
        return self.pages.get(own) or self.pages[name]


def of(wanted: Iterable[str]) -> Speech:
    """The words in the first of these languages (BCP 47) that there are words in, otherwise in English.

    Raises:
        Misconfigured: a file of words has a fault.
    """
    known = words.codes()
    candidates = next((codes for codes in map(tags.codes, wanted) if known.intersection(codes)), ())
    language, found = words.of(candidates)
    return Speech(language, found.get("direction", "ltr"), found["order"], words.part(found, "pages"))
