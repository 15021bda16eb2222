"""The mail server that ORDERS_SMTP names."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

from orders.order.errors import Misconfigured

_PORTS = {"smtp": 587, "smtps": 465}
_ADVICE = "ORDERS_SMTP is like smtp://user:password@mail.example.com:587, or smtps://...:465, in ASCII"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`encrypted` from the first byte on, or by STARTTLS: that may be missing only on this machine."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def named(cls, url: str) -> Self:
        """The server that a URL names; letters with a meaning in URLs are percent-encoded in user and password.

        Raises:
            Misconfigured: it names none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
            (parts.hostname or "").encode("idna")
            f"{unquote(parts.username or '')}{unquote(parts.password or '')}".encode("ascii")
        except ValueError:  # which may have a piece of the password in it
            raise Misconfigured(_ADVICE) from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise Misconfigured(_ADVICE)
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password or "")
        return cls(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)
