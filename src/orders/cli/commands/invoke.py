"""`orders invoke`: calls one function in this process, as Lambda would."""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import write_json

if TYPE_CHECKING:
    from orders.local.lambda_.template import FunctionSpec


def invoke(
    function: Annotated[
        str, typer.Argument(metavar="FUNCTION", help="The function's name in template.yaml.", show_default=False)
    ],
    event: Annotated[
        str, typer.Option(metavar="FILE", help="The event as JSON. - is standard input.", show_default=False)
    ],
    data: Data = DEFAULT_DATA,
) -> None:
    """Call one function with an event, without a server.

    It works like `sam local invoke`, but needs no Docker.
    """
    from orders.local.folder.folder import DataFolder, FolderError
    from orders.local.lambda_ import template
    from orders.local.logs import show_logs
    from orders.local.stack import borrowed

    functions = template.load().functions
    if function not in functions:
        raise Stop(f"There is no function {function}. The functions are {', '.join(functions)}.", ExitCode.USAGE)
    document = _event(event)
    show_logs()
    os.environ["ORDERS_DATA"] = str(data)
    try:
        with borrowed(DataFolder.open(data)):
            write_json(_answer(functions[function], document))
    except FolderError as error:
        raise Stop(str(error), ExitCode.REFUSED) from None


def _event(name: str) -> Any:
    try:
        return json.loads(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
    except OSError as error:
        raise Stop(f"{name} can't be read ({error.strerror}). Name an event with --event.", ExitCode.USAGE) from None
    except (ValueError, RecursionError) as error:
        shown = "Standard input" if name == "-" else name
        raise Stop(f"{shown} is not JSON: {error}.", ExitCode.USAGE) from None


def _answer(spec: "FunctionSpec", event: object) -> Any:
    from orders.local.lambda_ import runtime

    try:
        return runtime.function(spec).invoke(event)
    except Exception as error:  # as Lambda does: whatever a function raises is its answer
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        raise Stop(f"{spec.name} raised {type(error).__name__} at {place}: {error}", ExitCode.REFUSED) from None
