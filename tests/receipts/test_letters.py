"""Every letter prints: as itself, or as a replacement that is seen."""

import unicodedata

import pytest
from fontTools.ttLib import TTFont
from tests.receipts.making import ROOT, receipt_of, text_of
from tests.support.examples import ALICE

from orders.receipt import advances, clusters, letters, typefaces

FONTS = sorted((ROOT / "src/orders/receipt/fonts").glob("*/*.ttf"))


def test_the_coverage_is_that_of_the_fonts():
    covered = {point for font in FONTS for point in TTFont(font).getBestCmap() if point < 0x40000}

    assert {point for point in range(0x40000) if typefaces.having(point)} == covered


@pytest.mark.parametrize(
    "letter", ["\ue000", "\U000f0000", "ᚠ", "\U00030000", "\x07", "\ufeff", "\ufffe", "\U0010ffff"], ids=ascii
)
def test_what_no_font_has_prints_as_a_replacement(letter: str):
    assert letters.printable(f"a{letter}b") == "a\ufffdb"
    if unicodedata.category(letter) != "Cc":  # which no order may hold
        assert "a\ufffdb" in text_of(receipt_of(ALICE | {"customerName": f"a{letter}b"}))


def test_every_letter_that_a_font_has_can_be_printed_in_an_archivable_file():
    """In lines of mixed scripts, as marks and joiners act on their neighbours."""
    covered = [chr(point) for point in range(0x40000) if typefaces.having(point)]
    allowed = [letter for letter in covered if unicodedata.category(letter) not in {"Cc", "Zl", "Zp"}]
    notes = ["".join(allowed[start::60]) for start in range(60)]

    for note in notes:
        for part in filter(str.strip, (note[:250], note[250:500], note[500:])):
            assert receipt_of(ALICE | {"note": part})


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ids=ascii)
def test_nothing_turns_a_line_around(mark: str):
    assert letters.printable(f"total {mark}99") == "total 99"


def test_marks_that_show_nothing_are_kept():
    assert letters.printable("نمی\u200cدم \u200eab\u00ad") == "نمی\u200cدم \u200eab\u00ad"


@pytest.mark.parametrize(
    ("letter", "mark"),
    [("é\u0323", "\u0301"), ("b", "\u0332"), ("ב", "\u05b8"), ("ก", "\u0e47"), ("b", "\u0301\u200d")],
    ids=ascii,
)
def test_of_marks_upon_marks_the_first_eight_are_printed(letter: str, mark: str):
    a = letter[0]
    assert letters.printable(a + mark * 199 + "c").replace("\u200d", "") == a + mark[0] * 8 + "c"
    assert letters.printable(a + mark * 8 + "c") == a + mark * 8 + "c"
    assert letters.printable((letter + mark) * 30) == (letter + mark) * 30


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (" \u0e31", " ◌\u0e31"),  # a line may end after the blank
        ("-\u0e4d\u0e4d", "-◌\u0e4d\u0e4d"),
        ("😀\u0e31", "😀◌\u0e31"),  # no font has both
        ("a\u05b8", "a◌\u05b8"),  # a letter of another script
        ("x\u200b\u0301", "x\u200b◌\u0301"),
        ("\u302a", "◯\u302a"),  # no font has a dotted circle for it
        ("\u20e3", "◌\u20e3"),
        ("e\u0323\u0301", "e\u0323\u0301"),
        ("ก\u0e31", "ก\u0e31"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("👍🏽", "👍🏽"),
        ("क्\u200dष", "क्\u200dष"),
    ],
    ids=ascii,
)
def test_a_mark_without_a_letter_that_it_can_stand_on_gets_a_circle(text: str, printed: str):
    assert letters.printable(text) == printed


def test_of_letters_that_show_nothing_one_after_another_the_first_of_use_is_kept():
    assert letters.printable("a\u2061\u200b\u115f\u200d\ufe0fb") == "a\u200bb"
    assert letters.printable("❤\ufe0f\u200d🔥") == "❤\ufe0f\u200d🔥"
    scotland = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert letters.printable(scotland) == scotland
    assert letters.printable("\U000e0067" * 90 + "x") == "x"


def test_every_mark_can_be_printed_on_every_kind_of_base():
    """Also where no font has both, or where the shaper joins what the font does not."""
    marks = [chr(point) for point in range(0x40000) if typesetters_mark(point)]
    bases = [*" -1aéא\u0627कকகก漢か한😀\u00a0\u200b", "\u1cf5"]

    for base in bases:
        for start in range(0, len(marks), 200):
            assert receipt_of(ALICE | {"note": "x" + "".join(f"{base}{mark} " for mark in marks[start : start + 200])})


def typesetters_mark(point: int) -> bool:
    return bool(typefaces.having(point)) and clusters.is_mark(chr(point))


@pytest.mark.parametrize("word", ["x" * 41, "Ж" * 41, "é" * 41, "क" * 41], ids=ascii)
def test_a_word_longer_than_a_line_gets_places_to_break(word: str):
    assert "\u200b" in letters.breakable(word, longest=40)
    assert letters.breakable(word, longest=40).replace("\u200b", "") == word
    assert letters.breakable(word[:40], longest=40) == word[:40]


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2007"], ids=ascii)
def test_after_no_break_spaces_lines_break_only_where_too_many_words_are_joined(space: str):
    assert letters.breakable(f"{space}ab" * 10, longest=10) == f"{space}\u200b" + f"ab{space}\u200b" * 9 + "ab"
    assert letters.breakable(f"5{space}kg and 10{space}cm", longest=10) == f"5{space}kg and 10{space}cm"


def test_a_picture_of_several_emoji_stays_whole_and_a_chain_of_many_does_not():
    kiss = "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿"

    assert kiss in letters.breakable("x" * 30 + kiss + "x" * 30, longest=10)
    assert "\u200d" not in letters.breakable("👩\u200d" * 60 + "👩", longest=10)


def test_arabic_letters_stay_joined_across_a_break():
    assert "\u200d\u200b\u200d" in letters.breakable("م" * 41, longest=40)


@pytest.mark.parametrize("whole", ["e\u0301", "क्ष", "न\u094d\u200dय"], ids=ascii)
def test_a_break_never_comes_within_what_is_drawn_as_one(whole: str):
    broken = letters.breakable("ab" + whole * 30, longest=10)

    assert "\u200b" in broken
    assert broken.replace("\u200b", "").count(whole) == 30
    assert all(part.removeprefix("ab").replace(whole, "") == "" for part in broken.split("\u200b"))


@pytest.mark.parametrize(
    "text",
    [
        "王" * 40,
        "コーヒー豆「深煎り」ちょっと大きめのカップ" * 3,
        "กรุณาส่งก่อนเที่ยงหวานน้อยใส่แก้วของลูกค้า" * 3,
        "ab " * 40,
        "น้ำ" * 40,
        "👨\u200d👩" * 40,
        "👍🏽" * 40,
        "🇪🇸" * 40,
    ],
    ids=ascii,
)
def test_between_words_chinese_letters_and_emoji_lines_break_by_themselves(text: str):
    assert letters.breakable(text, longest=10) == text


def test_each_font_has_its_copyright_line_in_the_licence():
    licence = (ROOT / "src/orders/receipt/fonts/OFL.txt").read_text(encoding="utf-8")

    for font in FONTS:
        names = TTFont(font)["name"]
        assert f"{names.getDebugName(16) or names.getDebugName(1)}: {names.getDebugName(0)}" in licence


def test_each_family_has_a_folder_of_its_own():
    assert {typefaces.folder(family) for family in typefaces.FAMILIES} == {font.parent for font in FONTS}


def test_the_widths_of_letters_are_those_of_the_font():
    font = TTFont(typefaces.folder(typefaces.LATIN) / "NotoSans-Regular.ttf")
    glyphs, widths = font.getBestCmap(), font["hmtx"]
    text = "".join(map(chr, range(32, 127))) + "éÅñőŠžÿ"

    assert {letter: advances.of(letter) for letter in text} == {
        letter: widths[glyphs[ord(letter)]][0] / 1000 for letter in text
    }
    assert all(
        widths[glyphs[point]][0] / 1000 <= advances.of(chr(point)) for point in range(0x20, 0x17F) if point in glyphs
    )
