"""The options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_URL = "http://127.0.0.1:8000"
DEFAULT_DATA = Path("data")

Url = Annotated[str, typer.Option("--url", envvar="ORDERS_URL", metavar="URL", help="The server's address.")]
AsJson = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON, for programs.")]
OrderId = Annotated[str, typer.Argument(metavar="ID", help="The order's id.", show_default=False)]
DocumentId = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="The order's id, or that of a document, as in 12345/refunds/r-1.", show_default=False
    ),
]
Data = Annotated[
    Path,
    typer.Option("--data", envvar="ORDERS_DATA", metavar="FOLDER", help="The data folder.", readable=False),
]
"""Whether it can be read is left to the data folder, which says whose it is."""
