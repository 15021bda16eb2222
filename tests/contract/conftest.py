"""Where the contract's tests find AWS: on the emulator, on moto's server, on dynalite."""

from collections.abc import Iterator

import pytest
from tests.contract.disagreements import DISAGREEMENTS
from tests.support import second_opinions

ELSEWHERE = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in which a program is known to differ from AWS is expected to fail. If it passes, it is reported.

    One that fails only sometimes is not run.
    """
    for item in items:
        for disagreement in DISAGREEMENTS:
            if disagreement.is_shown_by(item.name):
                reason = disagreement.what_it_does
                item.add_marker(
                    pytest.mark.xfail(strict=True, reason=reason) if disagreement.always else pytest.mark.skip(reason)
                )


@pytest.fixture(scope="session")
def moto_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with second_opinions.moto(tmp_path_factory.mktemp("moto")) as url:
        yield url


@pytest.fixture(scope="session")
def dynalite_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with second_opinions.dynalite(tmp_path_factory.mktemp("dynalite")) as url:
        yield url


@pytest.fixture
def moto(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """AWS is moto's server, at this address, until the test ends."""
    _call(moto_url, monkeypatch)
    return moto_url


@pytest.fixture
def dynalite(dynalite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """DynamoDB is dynalite, at this address, until the test ends."""
    _call(dynalite_url, monkeypatch)
    return dynalite_url


def _call(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (ELSEWHERE | {"AWS_ENDPOINT_URL": url}).items():
        monkeypatch.setenv(name, value)
