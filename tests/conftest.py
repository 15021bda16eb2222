"""What tests of several rooms need."""

from collections.abc import Iterator

import pytest
from tests.deployment import Deployment, deploy
from tests.emulator import Emulator, emulated


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
