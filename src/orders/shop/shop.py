"""The shop on receipts, e-mails and pages: `shop.toml`, beside this file, or the file that ORDERS_RECEIPT names."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orders.order.errors import Misconfigured
from orders.shop import keys, toml
from orders.shop.keys import COLORS, TaxId

OWN_FILE = Path(__file__).with_name("shop.toml")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[!-~]*)?")
_URL = re.compile("https?://[!-~]+", re.IGNORECASE)


@dataclass(frozen=True)
class Shop:
    """`address` is one line each, `logo` a file, `colors` are `#rrggbb` by the names in `COLORS`.

    `country` is a code of ISO 3166-1, and `language` a tag (BCP 47) for orders without a locale. `paper` is one of
    `keys.PAPERS`. `title` is that of a document without payments, one of `keys.TITLES`. `reply_to` gets the replies to
    e-mails, and `copy_to` a copy of each receipt. `numbers` has the patterns of document numbers by the names in
    `patterns.PATTERNS`.
    """

    name: str | None = None
    address: tuple[str, ...] = ()
    country: str | None = None
    tax_ids: tuple[TaxId, ...] = ()
    phone: str | None = None
    web: str | None = None
    logo: Path | None = None
    language: str | None = None
    time_zone: str = "UTC"
    title: str = "receipt"
    paper: str = "auto"
    qr_code: bool = True
    thank_you: str | None = None
    footer: str | None = None
    reply_to: str | None = None
    copy_to: str | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    colors: Mapping[str, str] = field(default_factory=lambda: COLORS)

    @property
    def zone(self) -> ZoneInfo:
        """Looked up where it is used: functions that print no date have no data of time zones.

        Raises:
            Misconfigured: the IANA database has no such zone.
        """
        try:
            return ZoneInfo(self.time_zone)
        except (OSError, ValueError, KeyError):
            raise Misconfigured(f"{path()}: {keys.NO_ZONE}") from None

    @property
    def web_url(self) -> str | None:
        """`web` as a URL, or None if it is written in a way that only people understand."""
        url = f"https://{self.web}" if self.web and _HOST.fullmatch(self.web) else self.web
        return url if url and _URL.fullmatch(url) else None


@cache
def configured() -> Shop:
    """The shop of this process; its file is read once.

    Raises:
        Misconfigured: the file is not there, or says something that can't be used.
    """
    return read(path())


def path() -> Path:
    """The shop's file of this process."""
    return _in(os.getcwd(), os.environ.get("ORDERS_RECEIPT") or str(OWN_FILE))


@lru_cache(maxsize=16)  # every receipt asks for it several times
def _in(folder: str, path: str) -> Path:
    return Path(folder, path)


def read(path: Path) -> Shop:
    """The shop that a file describes.

    Raises:
        Misconfigured: as `configured`.
    """
    try:
        return of(toml.read(path), path.parent)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path}: {error}") from None


def of(document: Mapping[str, Any], folder: Path) -> Shop:
    """The shop that a document describes; its logo is in this folder.

    Raises:
        ValueError: it says something that can't be used.
    """
    if "tax_id" in document and "tax_ids" in document:
        raise ValueError("tax_id and tax_ids can't be used together: write all of them in tax_ids")
    read = {name: keys.read(name, value, folder) for name, value in document.items()}
    return Shop(**{keys.FIELDS.get(name, name): value for name, value in read.items()})
