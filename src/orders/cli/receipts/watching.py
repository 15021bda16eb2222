"""Repeats an action whenever its files change."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from watchfiles import watch

from orders.cli.exits import Stop
from orders.cli.terminal import complain, console
from orders.order.errors import Misconfigured
from orders.receipt import renderer
from orders.shop import language, shop

_LONGEST_SILENCE = 1000
"""Milliseconds until the files are compared anyway: some network drives notify nobody of changes."""

_PROGRAMS = {".py", ".pyc"}

State = Mapping[Path, tuple[int, int] | None]
"""When each file was changed (nanoseconds) and its size in bytes, or None if there is no file."""


def repeat(act: Callable[[], None], state: Callable[[], State]) -> None:
    """Act now and after every change of state, also after a failure, until Ctrl-C."""
    with suppress(KeyboardInterrupt):
        while True:
            seen = state()  # before acting, so that a change meanwhile is noticed
            try:
                act()
            except Stop as stop:
                complain(str(stop))
            console().print("Waiting for changes. Press Ctrl-C to stop.")
            _wait(seen, state)


def _wait(seen: State, state: Callable[[], State]) -> None:
    folders = {folder for path in seen if (folder := path.parent).is_dir()}
    changes = watch(*folders, watch_filter=None, recursive=False, rust_timeout=_LONGEST_SILENCE, yield_on_timeout=True)
    while state() == seen:
        next(changes)
    changes.close()


def state_of_inputs(orders: Path) -> State:
    """The state of every file that receipts are drawn from."""
    return {path: _state(path) for path in (orders.absolute(), *_inputs())}


def _inputs() -> Iterator[Path]:
    yield shop.path()
    yield shop.path().with_name(renderer.PAGE.name)
    for folder in (renderer.PAGE.parent, *language.folders()):
        yield from (path for path in folder.iterdir() if path.is_file() and path.suffix not in _PROGRAMS)
    with suppress(Misconfigured):
        if logo := shop.read(shop.path()).logo:
            yield logo


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
