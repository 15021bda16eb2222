"""A process with no settings of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orders.receipt import drawing
from orders.shop import shop

SETTINGS = ("ORDERS_SENDER", "ORDERS_MAIL", "ORDERS_RECEIPT", "ORDERS_PUBLIC_URL", "ORDERS_SMTP")


@pytest.fixture(autouse=True)
def _plain_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    shop.configured.cache_clear()
    yield
    shop.configured.cache_clear()
    drawing.end_idle()  # it may know the shop of this test


@pytest.fixture
def shop_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Make this the shop's shop.toml."""

    def write(text: str) -> None:
        (tmp_path / "shop.toml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
        shop.configured.cache_clear()
        drawing.end_idle()

    return write
