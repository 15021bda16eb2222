"""The two forms of the message: `receipt.html` and `receipt.txt`, ours, or of the folder that ORDERS_MAIL names."""

import logging
import os
import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError, select_autoescape

from orders.mail import filters
from orders.order.errors import Misconfigured, TemplateFault

log = logging.getLogger(__name__)

OURS = Path(__file__).parent


def render(template: str, content: dict[str, Any]) -> str:
    """The content in the form that `receipt.html` or `receipt.txt` gives it.

    Raises:
        TemplateFault: the template can't be read, or has a fault; names its file and line. The log has no more of it.
        Misconfigured: ORDERS_MAIL names no folder.
    """
    folders = _folders()
    try:
        return _environment(folders).get_template(template).render(content)
    except Exception as error:  # whatever a shop's own code can end in
        place = f"{_place(error) or _file(template, folders)}: {type(error).__name__}"
        log.error("%s", place)
        raise TemplateFault(f"{place}: {error}") from None


def check() -> None:
    """Read the shop's own templates, if ORDERS_MAIL names a folder with them.

    Raises:
        TemplateFault: a template can't be read; names its file and line.
        Misconfigured: ORDERS_MAIL names no folder.
    """
    folders = _folders()
    for template in ("receipt.html", "receipt.txt"):
        try:
            _environment(folders).get_template(template)
        except (TemplateError, OSError, UnicodeDecodeError) as error:
            raise TemplateFault(f"{_place(error) or _file(template, folders)}: {error}") from None


@lru_cache(maxsize=4)
def _environment(folders: tuple[Path, ...]) -> Environment:
    """Templates that change are read anew."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"apart": filters.apart, "filled": filters.filled}
    return environment


def _folders() -> tuple[Path, ...]:
    """Where a template is looked for, the first place first."""
    named = os.environ.get("ORDERS_MAIL")
    if not named:
        return (OURS,)
    own = Path(named).absolute()
    if not own.is_dir():
        raise Misconfigured(f"ORDERS_MAIL names {own}, which is not a folder: make it, or name another")
    return (own, OURS)


def _place(error: BaseException) -> str | None:
    """The file and the line of the fault, if it is in a template's code."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}, line {frame.lineno}" for frame in frames if not frame.filename.endswith((".py", ">"))]
    return lines[-1] if lines else None


def _file(template: str, folders: tuple[Path, ...]) -> str:
    return str(next(folder / template for folder in folders if (folder / template).exists()))
