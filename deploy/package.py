"""Makes the package of one function for `sam build`: its code and the libraries that it needs.

    python deploy/package.py ReceiveOrderFunction DESTINATION

uv installs wheels for Lambda's Python and processor, so neither Docker nor this version of Python is needed.
`TARGET_PYTHON` and `TARGET_PLATFORM` in the environment choose another target.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import authorities
import babel_data
import botocore_data

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src"
PYTHON = os.environ.get("TARGET_PYTHON", "3.13")
PLATFORM = os.environ.get("TARGET_PLATFORM", "aarch64-manylinux_2_34")
LOCKS = {
    "orders.mail": "mail.txt",
    "orders.receipt": "receipt.txt",
    "orders.api.export": "operations.txt",
    "orders.order.validation": "intake.txt",
}
"""The lock file for each of these modules. The first one that a function needs includes those after it."""
NOT_ON_LAMBDA = ("orders.local", "orders.cli")


def package(function: str, destination: Path) -> None:
    """Make the package of the function with this logical id.

    Raises:
        FileNotFoundError: there is no such function.
        subprocess.CalledProcessError: the libraries could not be installed.
    """
    modules = needed(f"orders.functions.{module_name(function)}")
    install(lock_of(modules), destination)
    if "orders.shop.language" in modules:
        babel_data.cut(destination)
    botocore_data.cut(destination / "botocore" / "data")
    authorities.cut(destination / "botocore" / "cacert.pem")
    for module in sorted(modules):
        copy(module, destination)
    compile_to_bytecode(destination)


def lock_of(modules: set[str]) -> str:
    """The lock file of the libraries that these modules need."""
    special = (lock for module, lock in LOCKS.items() if module in modules)
    return next(special, "function.txt")


def module_name(function: str) -> str:
    """`receive_order` for `ReceiveOrderFunction`."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", function.removesuffix("Function")).lower()


def needed(module: str) -> set[str]:
    """The modules of this project that a module imports or starts, directly or not, and itself."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found and not name.startswith(NOT_ON_LAMBDA):
            found.add(name)
            waiting += [*needed_by(name), *parents(name)]
    return found


def needed_by(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(file_of(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.List):
            yield from started_by(node)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "orders":
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names if is_module(f"{node.module}.{each.name}"))
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.split(".")[0] == "orders")


def started_by(command: ast.List) -> Iterator[str]:
    """The module that a command starts in another process, as in `[sys.executable, "-m", "orders.receipt"]`."""
    words = [word.value if isinstance(word, ast.Constant) else None for word in command.elts]
    for option, name in pairwise(words):
        if option == "-m" and isinstance(name, str) and is_module(name):
            yield f"{name}.__main__" if is_module(f"{name}.__main__") else name


def parents(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def file_of(module: str) -> Path:
    path = SOURCES.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def is_module(name: str) -> bool:
    return file_of(name).is_file()


def copy(module: str, destination: Path) -> None:
    """Copy a module. For a package, also copy its data files, such as templates and fonts."""
    source = file_of(module)
    files = [source]
    if source.name == "__init__.py":
        files += data_files(source.parent)
    for path in files:
        target = destination / path.relative_to(SOURCES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def data_files(package: Path) -> Iterator[Path]:
    for path in sorted(package.iterdir()):
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists():
            yield from (inner for inner in sorted(path.rglob("*")) if inner.is_file())
        elif path.is_file() and path.suffix not in {".py", ".pyc"}:
            yield path


def install(lock: str, destination: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [
            uv, "pip", "install", "--quiet", "--target", destination, "--requirement", ROOT / "requirements" / lock,
            "--python-version", PYTHON, "--python-platform", PLATFORM, "--python", sys.executable,
            "--require-hashes", "--only-binary", ":all:", "--no-deps", "--link-mode", "copy",
        ],
        check=True,
    )  # fmt: skip
    for unused in (destination / "bin", destination / "pydantic" / "v1", *destination.glob("*.dist-info/sboms")):
        shutil.rmtree(unused, ignore_errors=True)
    for archive in destination.glob("dateutil/zoneinfo/*.tar.gz"):
        archive.unlink()  # botocore uses no time zones
    (destination / ".lock").unlink(missing_ok=True)


def compile_to_bytecode(destination: Path) -> None:
    """Compile all code in the folder, if an interpreter of the target's version is installed.

    Python must not compare the byte code with its source: it compares times, and zip changes them.
    """
    interpreter = find_interpreter(PYTHON)
    if interpreter is None:
        return
    subprocess.run(
        [
            interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash",
            "-s", destination, "-p", "/var/task", destination,
        ],
        check=True,
    )  # fmt: skip


def find_interpreter(version: str) -> str | None:
    """An interpreter of this version on the PATH or in pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [f"python{version}", *sorted(map(str, pyenv.glob(f"{version}.*/bin/python{version}")))]
    return next((each for each in candidates if is_version(each, version)), None)


def is_version(interpreter: str, version: str) -> bool:
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([interpreter, "-c", program], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == version


if __name__ == "__main__":
    package(sys.argv[1], Path(sys.argv[2]))
