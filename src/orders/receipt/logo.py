"""A shop's logo: a picture that every receipt can carry."""

from pathlib import Path

import typst

KINDS = (".svg", ".png", ".jpg", ".jpeg")
MOST_BYTES = 1_000_000
"""Each receipt holds it."""

_PAGE = b"#set page(width: auto, height: auto)\n#image(sys.inputs.logo)"


def fault(file: Path) -> str | None:
    """Why a file can't be a logo, in words to follow its name; none if it can."""
    if not file.exists():
        return "is not there"
    if not file.is_file():
        return "is not a file, but a folder"
    if file.suffix.lower() not in KINDS:
        return f"is of another kind than those that can be drawn: {', '.join(KINDS)}"
    if (size := file.stat().st_size) > MOST_BYTES:
        return f"has {size:,} bytes, and each receipt would hold them; at most {MOST_BYTES:,} will do"
    return _why_not_drawn(file)


def _why_not_drawn(file: Path) -> str | None:
    no_fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])
    page = typst.Compiler(_PAGE, root=file.anchor, font_paths=no_fonts, sys_inputs={"logo": file.as_posix()})
    try:
        page.compile(format="png", ppi=1)
    except typst.TypstError as error:
        return f"can't be drawn: {error.message}"
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return "can't be drawn: the typesetter gave up on it"
    return None
