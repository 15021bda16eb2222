"""An operator who signs in by herself: her password, and an authenticator app (RFC 6238)."""

import base64
import hmac
import struct
import time
from dataclasses import dataclass, field

STEP = 30


def code_of(secret: str, at: float | None = None) -> str:
    """The six digits that an authenticator shows for this secret, in base 32, now or at this time."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // STEP))
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, counter, "sha1")
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@dataclass
class Operator:
    """`signing_in.Person` as a program. `secrets` are those that she was shown, the newest last."""

    secret_password: str
    chosen: str = ""
    secrets: list[str] = field(default_factory=list)

    def password(self) -> str:
        return self.secret_password

    def new_password(self) -> str:
        self.secret_password = self.chosen
        return self.chosen

    def keep(self, secret: str) -> None:
        self.secrets.append(secret)

    def code(self) -> str:
        return code_of(self.secrets[-1])
