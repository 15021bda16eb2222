"""Whether the typesetter can draw a shop's logo."""

from pathlib import Path

import typst

from orders.order.errors import Misconfigured
from orders.shop.shop import Shop

_PAGE = b"#set page(width: auto, height: auto)\n#image(sys.inputs.logo)"


def check(shop: Shop, source: Path) -> None:
    """Draw the logo of the shop that is described in `source`, if it has one.

    Raises:
        Misconfigured: the logo can't be drawn.
    """
    if shop.logo and (reason := _why_not_drawn(shop.logo)):
        raise Misconfigured(f"{source}: logo: {shop.logo} can't be drawn: {reason}")


def _why_not_drawn(file: Path) -> str | None:
    no_fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])
    page = typst.Compiler(_PAGE, root=file.anchor, font_paths=no_fonts, sys_inputs={"logo": file.as_posix()})
    try:
        page.compile(format="png", ppi=1)
    except typst.TypstError as error:
        return error.message
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return "the typesetter gave up on it"
    return None
