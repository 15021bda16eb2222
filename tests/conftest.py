"""What tests of several rooms need."""

import tempfile
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from tests.support import groups
from tests.support.deployment import Deployment, deploy
from tests.support.emulator import Emulator, emulated


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """A function opens its data folder when a test imports it. It must not be the one of whoever runs the tests."""
    folder = tempfile.TemporaryDirectory(prefix="orders-", ignore_cleanup_errors=True)
    session.config.add_cleanup(folder.cleanup)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ORDERS_DATA", folder.name)
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    items.sort(key=groups.turn)
    groups.write_down(items, config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> groups.GroupByGroup:
    return groups.GroupByGroup(config, log)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """AWS on loopback, which this process may call."""
    with emulated(tmp_path_factory.mktemp("emulator")) as emulator, pytest.MonkeyPatch.context() as environment:
        for name, value in emulator.environment.items():
            environment.setenv(name, value)
        yield emulator


@pytest.fixture(scope="session")
def deployment(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The stack on the emulator, made by `make deploy`."""
    return deploy(emulator, tmp_path_factory.mktemp("deployment"))
