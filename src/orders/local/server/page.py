"""The operators' page: the files that `make run` has built from `dashboard/`, beside the API that they call."""

import json
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

_Endpoint = Callable[[Request], Response]

FOLDER = Path(__file__).with_name("page")
INDEX = "index.html"
_SAFE = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing from elsewhere, nothing inline, framed by nobody. template.yaml has the same for AWS."""
_KINDS = mimetypes.MimeTypes()
"""Python's own list: what a machine knows may be wrong, and no browser runs a script that is called text."""
_KEPT_FOR_EVER, _ASKED_FOR_ANEW = "public, max-age=31536000, immutable", "no-cache"


def is_built() -> bool:
    return (FOLDER / INDEX).is_file()


def routes(*, asks_for_keys: bool) -> Iterator[Route]:
    """The page's files, and what it has to know; only the way to the API's description where it was not built.

    All addresses in them are relative: a proxy may serve this server below a path of its own.
    """
    if not is_built():
        yield Route("/", lambda _request: RedirectResponse("docs", 303))
        return
    for path in FOLDER.rglob("*"):
        if path.is_file():
            yield _route(path)
    yield Route("/", _file(FOLDER / INDEX))
    yield Route("/config.json", _config(asks_for_keys))


def _route(path: Path) -> Route:
    return Route(f"/{path.relative_to(FOLDER).as_posix()}", _file(path))


def _file(path: Path) -> _Endpoint:
    """Names below `assets` change with what is in them."""
    caching = _KEPT_FOR_EVER if path.parent.name == "assets" else _ASKED_FOR_ANEW
    kind = _KINDS.guess_type(path.name)[0] or "application/octet-stream"
    return lambda _request: FileResponse(path, 200, _SAFE | {"Cache-Control": caching}, kind)


def _config(asks_for_keys: bool) -> _Endpoint:
    text = json.dumps({"api": ".", "login": "key" if asks_for_keys else "none"})
    return lambda _request: Response(text, 200, _SAFE | {"Cache-Control": "no-store"}, "application/json")
