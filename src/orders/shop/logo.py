"""A shop's logo: a picture file that every receipt can carry."""

from pathlib import Path

KINDS = (".svg", ".png", ".jpg", ".jpeg")
MOST_BYTES = 1_000_000
"""Each receipt holds the logo."""


def fault(file: Path) -> str | None:
    """Why a file can't be a logo, in words to follow its name; none if it can, as far as its name and size tell."""
    if not file.exists():
        return "is not there"
    if not file.is_file():
        return "is not a file, but a folder"
    if file.suffix.lower() not in KINDS:
        return f"is of another kind than those that can be drawn: {', '.join(KINDS)}"
    if (size := file.stat().st_size) > MOST_BYTES:
        return f"has {size:,} bytes, and each receipt would hold them; at most {MOST_BYTES:,} will do"
    return None
