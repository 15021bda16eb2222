"""QR codes (ISO/IEC 18004)."""

import re

import segno

_MASK = 3
"""Any mask can be read. To choose the most even of the eight takes five times as long as all the rest."""

_DARK = re.compile(b"\1+")


def svg(text: str) -> str:
    """The code of a text as an SVG picture, one unit a module, without the quiet zone."""
    rows = segno.make_qr(text, error="l", mask=_MASK, boost_error=False).matrix
    path = "".join(
        f"M{run.start()} {y}.5h{run.end() - run.start()}" for y, row in enumerate(rows) for run in _DARK.finditer(row)
    )
    box = f"0 0 {len(rows)} {len(rows)}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path stroke="#000" d="{path}"/></svg>'
