"""No letter of a language in use today prints as a replacement: not one that CLDR, or a national standard, names."""

import json
import lzma
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from tests.receipts.making import row_of
from tests.support.examples import ALICE

from orders.receipt import content, renderer
from orders.receipt.clusters import INVISIBLE, REPLACEMENT
from orders.receipt.letters import printable
from orders.shop.shop import Shop

EXEMPLARS: list[dict[str, Any]] = json.loads(
    lzma.decompress((Path(__file__).parent / "cldr" / "exemplars.json.xz").read_bytes())
)
"""Sets of letters, with their kind (main, auxiliary, punctuation, numbers ...) and locales; see cldr/condense.py."""


def test_every_letter_that_cldr_names_for_a_locale_has_a_font():
    missing = {
        f"{letter} (U+{ord(letter):04X}) {each['kind']} of {', '.join(each['locales'][:3])}"
        for each in EXEMPLARS
        for letter in each["letters"]
        if printable(letter).startswith(REPLACEMENT)
    }

    assert len({locale for each in EXEMPLARS for locale in each["locales"]}) == 766
    assert not missing


def test_every_letter_that_cldr_names_is_drawn():
    """The typesetter refuses a file with a letter that no font has, as PDF/A wants every letter embedded."""
    letters = sorted({letter for each in EXEMPLARS for letter in each["letters"]})

    for start in range(0, len(letters), 200):
        row = row_of(ALICE | {"note": " ".join(letters[start : start + 200])})
        assert REPLACEMENT not in json.dumps(content.of(row, Shop()), ensure_ascii=False)
        assert renderer.pdf(row, Shop())


def double_bytes(encoding: str, first: bytes = b"") -> set[str]:
    pairs = (first + bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    return {letter for pair in pairs for letter in pair.decode(encoding, errors="ignore")}


@pytest.mark.parametrize(
    ("letters", "at_least"),
    [
        ({chr(point) for point in range(0xAC00, 0xD7A4)}, 11_172),
        (double_bytes("euc_kr"), 8_000),
        (double_bytes("euc_jis_2004") | double_bytes("euc_jis_2004", b"\x8f"), 11_000),
        (double_bytes("big5hkscs"), 18_000),
        (double_bytes("gb2312"), 7_400),
        ({chr(point) for point in range(0x4E00, 0x9FF0)}, 20_000),
    ],
    ids=["hangul", "KS X 1001", "JIS X 0213", "Big5 with HKSCS", "GB 2312", "unified ideographs"],
)
def test_every_letter_of_a_national_standard_has_a_font(letters: set[str], at_least: int):
    visible = {letter for letter in letters if unicodedata.category(letter) not in {"Cc", "Co"}}

    assert len(visible) >= at_least
    assert not {letter for letter in visible if printable(unicodedata.normalize("NFC", letter)) == REPLACEMENT}


@pytest.mark.parametrize("name", ["𠮷野家", "𨭎", "𠮟る", "Ảnh", "ᠮᠣᠩᠭᠣᠯ", "𞤀𞤣𞤤𞤢𞤥", "སྐར་མ", "ꦗꦮ", "ꆈꌠꉙ"], ids=ascii)
def test_a_name_in_any_script_prints_without_a_replacement(name: str):
    assert REPLACEMENT not in str(content.of(row_of(ALICE | {"customerName": name}), Shop()))


@pytest.mark.parametrize("mark", ["\u180b", "\u180c", "\u180d"], ids=ascii)
def test_the_form_of_a_mongolian_letter_is_kept(mark: str):
    assert INVISIBLE.match(mark)
    assert printable(f"ᠠ{mark}") == f"ᠠ{mark}"
