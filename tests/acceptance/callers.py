"""Everybody who may come to the API's door, and with what in hand."""

import base64
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from tests.support.api import Api
from tests.support.deployment import Deployment


@dataclass(frozen=True)
class Caller:
    """What is sent as the shop's key, as an operator's login, and as the customer's token in the path."""

    key: str | None = None
    login: str | None = None
    token: str = "no-such-token-as-this-1"

    def sends(self, api: Api) -> Api:
        return replace(api, key=self.key, login=self.login)


@dataclass(frozen=True)
class Credentials:
    """Those that open something in one edition, and one that did once."""

    api: Api
    shop: str
    operator: str
    expired: str


def callers(credentials: Credentials, token: str, token_of_another: str) -> dict[str, Caller]:
    """By name; whoever has no key or login sends what he has in its place."""
    return {
        "nobody": Caller(),
        "a wrong key": Caller("wrong", "wrong"),
        "the shop": Caller(credentials.shop, credentials.shop),
        "its customer": Caller(token, token, token),
        "another customer": Caller(token_of_another, token_of_another, token_of_another),
        "an operator": Caller(credentials.operator, credentials.operator),
        "an expired login": Caller(credentials.expired, credentials.expired),
        "an altered login": Caller(altered(credentials.operator), altered(credentials.operator)),
    }


def altered(login: str) -> str:
    """With another signature, where it has one."""
    signed, point, signature = login.rpartition(".")
    return signed + point + signature[::-1]


def expired(deployment: Deployment) -> str:
    """The operator's token, had it been given out yesterday: signed by the pool's own key."""
    header, claims, _ = deployment.operator_token.split(".")
    yesterday = int(time.time()) - 86_400
    text = (
        f"{header}.{_encoded(_decoded(claims) | {'iat': yesterday, 'auth_time': yesterday, 'exp': yesterday + 3600})}"
    )
    key = _signing_key(deployment.emulator.state / "cognito-pool-keys", deployment.outputs["OperatorPoolId"])
    return f"{text}.{_base64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _signing_key(folder: Path, pool: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key((folder / f"{pool}-id.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _decoded(part: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return document


def _encoded(document: dict[str, Any]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
