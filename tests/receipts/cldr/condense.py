"""Condenses what CLDR says of the letters of each locale to `exemplars.json.xz`, which a test reads.

    python tests/receipts/cldr/condense.py FOLDER

FOLDER is the npm package `cldr-misc-full`, unpacked; the file here is of its version 48.2.0. Its licence is beside it.
"""

import json
import lzma
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

CONDENSED = Path(__file__).with_name("exemplars.json.xz")
_LETTER = re.compile(r"\\u(?P<short>[0-9A-Fa-f]{4})|\\U(?P<long>[0-9A-Fa-f]{8})|\\(?P<escaped>.)|(?P<plain>[^ {}])")


def letters_of(unicode_set: str) -> Iterator[str]:
    """The letters of a set as UTS 35 writes it: `[a-c {ch} \\-]`, of sequences each letter."""
    before, is_range = "", False
    for found in _LETTER.finditer(unicode_set[1:-1]):
        if found["plain"] == "-" and before:
            is_range = True
            continue
        code = found["short"] or found["long"]
        letter = chr(int(code, 16)) if code else found["escaped"] or found["plain"]
        yield from map(chr, range(ord(before) + 1, ord(letter))) if is_range else ()
        yield letter
        before, is_range = letter, False


def condensed(folder: Path) -> list[dict[str, str | list[str]]]:
    """Each set of letters, with its kind and the locales that have it."""
    locales = defaultdict(list)
    for path in sorted(folder.glob("main/*/characters.json")):
        locale = path.parent.name
        said = json.loads(path.read_text(encoding="utf-8"))["main"][locale]["characters"]
        for kind, letters in said.items():
            if isinstance(letters, str) and letters.startswith("["):
                locales[kind, "".join(sorted(set(letters_of(letters))))].append(locale)
    return [{"kind": kind, "letters": letters, "locales": names} for (kind, letters), names in locales.items()]


if __name__ == "__main__":
    text = json.dumps(condensed(Path(sys.argv[1])), ensure_ascii=False)
    CONDENSED.write_bytes(lzma.compress(text.encode()))
