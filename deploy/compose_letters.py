"""Gives a font the letters with an accent that Unicode has no code point for, such as Ẹ́, J̌ and N̄, as one glyph each.

The typesetter writes an accent that a font moves onto a letter as a piece of its own, and each piece says for which
text it stands: for the letter with its accent. So a program that copies the text gets the letter twice, or a space
after it. What is one glyph is copied right.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import product
from typing import Any
from unicodedata import category, combining, normalize

from fontTools.otlLib import builder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

LETTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\u0131\u0237"
    "ĄąĘęĮįǪǫŲųẠạẸẹỊịỌọỤụṢṣÆæŒœØøŁłĐđŊŋÄäÖöÜü"
    "ƁɓƆɔƉɖƊɗƎǝƏəƐɛƔɣƖɩƗɨƘƙƝɲƱʊƲʋƳƴ"
    "АЕИОУЫЭЮЯІЄаеиоуыэюяієѢѣӨөҮүӘә"
)
ACCENTS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u030f\u0311\u0323\u0324\u0327\u0328\u0331"
ON_LETTERS, ON_ACCENTS = 4, 6
"""The types of lookup by which a font puts an accent on a letter, or on another accent."""
TONES = {122}
"""The combining class of the tones of Lao."""
INTO_SEVERAL = 2
"""The type of lookup by which a glyph becomes several."""
COMPONENT_FLAGS = 0x4
"""Rounded to the grid, and as wide as the glyph says."""


def compose_letters(font: TTFont) -> None:
    """Add Latin and Cyrillic letters with their accents, and the places for a further accent."""
    glyphs = font.getBestCmap()
    pairs = [pair for pair in product(LETTERS, ACCENTS) if len(normalize("NFC", "".join(pair))) == 2]
    _add(font, [(glyphs.get(ord(letter), ""), glyphs.get(ord(accent), "")) for letter, accent in pairs])


def compose_syllables(font: TTFont) -> None:
    """Add each letter of a script with each vowel sign above or below it, and those with each tone."""
    glyphs = font.getBestCmap()
    letters = [glyph for point, glyph in glyphs.items() if category(chr(point)) == "Lo"]
    signs = [glyph for point, glyph in glyphs.items() if category(chr(point)) == "Mn"]
    tones = [glyph for point, glyph in glyphs.items() if combining(chr(point)) in TONES]
    _add(font, product(_add(font, product(letters, signs)), tones))


def compose_dotted_letters(font: TTFont) -> None:
    """Put the dots of Arabic letters back, in each form of a letter, after the font has taken them apart."""
    forms = defaultdict[str, list[str]](list)  # as `uni066E.init.thin`, of `uni066E`
    for glyph in font.getGlyphOrder():
        forms[glyph.partition(".")[0]].append(glyph)
    pairs = {pair for letter, dots in _taken_apart(font) for pair in product(forms[letter], forms[dots])}
    _add(font, sorted(pairs), "rlig")


def _taken_apart(font: TTFont) -> Iterator[list[str]]:
    """Each letter without dots, and the dots, that a letter becomes."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            table = subtable.ExtSubTable if subtable.LookupType == 7 else subtable
            if table.LookupType == INTO_SEVERAL:
                yield from (into for into in table.mapping.values() if len(into) == 2)


def _add(font: TTFont, pairs: Iterable[tuple[str, str]], feature: str = "ccmp") -> list[str]:
    """The names of the glyphs of those pairs that the font puts together."""
    joined = {pair: name for pair in pairs if (name := _compose(font, *pair))}
    _join(font, joined, feature)
    return list(joined.values())


def _compose(font: TTFont, letter: str, accent: str) -> str | None:
    """The name of the new glyph, or None if the font does not put this accent on this letter."""
    for table in _positioning(font, ON_LETTERS):
        if accent in table.MarkCoverage.glyphs and letter in table.BaseCoverage.glyphs:
            mark = table.MarkArray.MarkRecord[table.MarkCoverage.glyphs.index(accent)]
            place = table.BaseArray.BaseRecord[table.BaseCoverage.glyphs.index(letter)].BaseAnchor[mark.Class]
            if place:
                across = place.XCoordinate - mark.MarkAnchor.XCoordinate
                up = place.YCoordinate - mark.MarkAnchor.YCoordinate
                return _add_glyph(font, (letter, 0, 0), (accent, across, up))
    return None


def _positioning(font: TTFont, kind: int) -> Iterator[Any]:
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            table = subtable.ExtSubTable if subtable.LookupType == 9 else subtable
            if table.LookupType == kind:
                yield table


def _add_glyph(font: TTFont, *parts: tuple[str, int, int]) -> str:
    glyph, (letter, accent) = Glyph(), [name for name, _across, _up in parts]
    glyph.numberOfContours, glyph.components = -1, [_component(*part) for part in parts]
    name = f"{letter}_{accent}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (font["hmtx"][letter][0], glyph.xMin)
    font["GDEF"].table.GlyphClassDef.classDefs[name] = 1
    _let_further_accents_stand(font, name, letter, *parts[1])
    return name


def _component(name: str, across: int, up: int) -> GlyphComponent:
    part = GlyphComponent()
    part.glyphName, part.x, part.y, part.flags = name, across, up, COMPONENT_FLAGS
    return part


def _let_further_accents_stand(font: TTFont, name: str, letter: str, accent: str, across: int, up: int) -> None:
    """Where they stand on the letter; those of the accent's own kind stand on the accent."""
    for table in _positioning(font, ON_LETTERS):
        if letter not in table.BaseCoverage.glyphs:
            continue
        record = deepcopy(table.BaseArray.BaseRecord[table.BaseCoverage.glyphs.index(letter)])
        if accent in table.MarkCoverage.glyphs:
            kind = table.MarkArray.MarkRecord[table.MarkCoverage.glyphs.index(accent)].Class
            if (place := _place_on(font, accent)) and record.BaseAnchor[kind]:
                record.BaseAnchor[kind].XCoordinate = place.XCoordinate + across
                record.BaseAnchor[kind].YCoordinate = place.YCoordinate + up
        table.BaseCoverage.glyphs.append(name)
        table.BaseArray.BaseRecord.append(record)


def _place_on(font: TTFont, accent: str) -> Any:
    for table in _positioning(font, ON_ACCENTS):
        if accent in table.Mark1Coverage.glyphs and accent in table.Mark2Coverage.glyphs:
            kind = table.Mark1Array.MarkRecord[table.Mark1Coverage.glyphs.index(accent)].Class
            return table.Mark2Array.Mark2Record[table.Mark2Coverage.glyphs.index(accent)].Mark2Anchor[kind]
    return None


def _join(font: TTFont, joined: dict[tuple[str, str], str], feature: str) -> None:
    """Join letters and accents after all else that the font does for this feature, in every script."""
    table = font["GSUB"].table
    table.LookupList.Lookup.append(builder.buildLookup([builder.buildLigatureSubstSubtable(joined)]))
    table.LookupList.LookupCount = len(table.LookupList.Lookup)
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == feature:
            record.Feature.LookupListIndex.append(table.LookupList.LookupCount - 1)
            record.Feature.LookupCount += 1
