"""The two stacks that are compared, and how each of their functions is started."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import environment
import interpreter
import packages
from endpoint import Certificate, Endpoint
from lambda_function import Program

FUNCTIONS = {
    "receive_order": "ReceiveOrderFunction",
    "process_order": "ProcessOrderFunction",
    "get_receipt": "GetReceiptFunction",
}
"""The logical id of each, by the name of its module in both stacks."""

PRIMED = Path(__file__).with_name("primed")


@dataclass(frozen=True, slots=True)
class Variant:
    """`table`: the form in which the stub answers items.

    Ours has all settings of template.yaml, the conventional one its table, queue and bucket.
    """

    name: str
    table: str
    modules: str
    packages: Mapping[str, Path]
    all_settings: bool


@dataclass(frozen=True, slots=True)
class Starter:
    """The interpreter, the folder of this run and the stub of AWS."""

    python: Path
    folder: Path
    certificate: Certificate
    aws: Endpoint

    def program(self, variant: Variant, function: str) -> Program:
        package, handler = variant.packages[function], f"{variant.modules}{function}.handler"
        variables = (
            environment.of_lambda(interpreter.version(self.python), self.folder)
            | environment.of_network(package, self.certificate, self.aws.url)
            | self._settings(variant, function)
        )
        return Program(self.python, package, handler, variables, self.folder / "functions.log")

    def _settings(self, variant: Variant, function: str) -> dict[str, str]:
        settings = environment.of_template(FUNCTIONS[function], variant.table, self.aws.url)
        if variant.all_settings:
            return settings
        return {name: value for name, value in settings.items() if name.startswith("ORDERS_")}


def snapshot(program: Program) -> Program:
    """The same function, initialised for a snapshot."""
    return replace(program, environment={**program.environment, "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"})


def primed(program: Program, event: bytes) -> Program:
    """The same function, called once before the snapshot."""
    initialised = snapshot(program)
    primer = {"PYTHONPATH": str(PRIMED), "PRIMED_HANDLER": program.handler, "PRIMED_EVENT": event.decode()}
    return replace(initialised, handler="primed.handler", environment={**initialised.environment, **primer})


def build(python: Path, folder: Path) -> list[Variant]:
    """Our function and the conventional one, packaged below this folder."""
    version = interpreter.version(python)
    ours = {name: packages.ours(logical_id, version, python, folder / name) for name, logical_id in FUNCTIONS.items()}
    conventional = dict.fromkeys(FUNCTIONS, packages.conventional(python, folder / "conventional"))
    return [
        Variant("orders", "orders", "orders.functions.", ours, all_settings=True),
        Variant("conventional", "conventional", "", conventional, all_settings=False),
    ]
