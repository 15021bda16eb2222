"""From a download link that has expired back to a fresh one, in the browser that opened the permanent link.

The permanent link has a token. Somebody who has only the download link must not get it, so it is in no page and in no
address, but in a cookie (RFC 6265) that goes to this one download link only.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from orders.order.ids import is_row_id

COOKIE = "receipt"
_SECONDS = 60 * 60
_TOKEN = re.compile("[A-Za-z0-9_-]{1,100}")


def remembered(download: str, row_id: str, receipt_token: str) -> Mapping[str, str]:
    """The header with which a browser remembers the permanent link for an hour. `download` is an absolute URL."""
    scheme, _, path, _, _ = urlsplit(download)
    attributes = f"Path={path}; Max-Age={_SECONDS}; HttpOnly; SameSite=Lax{'; Secure' if scheme == 'https' else ''}"
    return {"Set-Cookie": f"{COOKIE}={row_id}/{receipt_token}; {attributes}"}


def permanent(cookie: str | None, row_id: str) -> str | None:
    """The path of the permanent link, from the API's address on; `None` if the cookie is not one of this row."""
    own, _, receipt_token = (cookie or "").rpartition("/")
    is_one = own == row_id and is_row_id(own) and _TOKEN.fullmatch(receipt_token)
    return f"receipt/{own}/{receipt_token}" if is_one else None
