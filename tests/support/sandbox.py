"""Runs a program as deploy/orders.service does: a file system to read only, and the unit's filters of system calls.

    python sandbox.py UNIT PROGRAM ARGUMENT...

The filters are loaded with libseccomp, as systemd does. Everything is taken from the unit.
"""

import ctypes
import errno
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

BWRAP, ANALYZE = shutil.which("bwrap"), shutil.which("systemd-analyze")
needs_bwrap = pytest.mark.skipif(BWRAP is None, reason="bwrap is not installed (Debian: apt-get install bubblewrap)")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed (Debian: systemd)")
USER = 10_001

_ALLOW, _REFUSE = 0x7FFF_0000, 0x0005_0000
_EQUAL, _MASKED_EQUAL = 4, 7
_NEW_NAMESPACES = 0x7E02_0080
_PR_SET_MDWE, _MDWE_REFUSE_EXEC_GAIN = 65, 1


def in_read_only_root(data: Path, *program: str) -> list[str]:
    """The command that runs a program as another user, who can write to `data` and nowhere else, not even to /tmp."""
    assert BWRAP
    return [
        BWRAP, "--unshare-user", "--uid", str(USER), "--gid", str(USER), "--unshare-pid", "--unshare-ipc",
        "--die-with-parent", "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        "--bind", str(data), str(data), *program,
    ]  # fmt: skip


def in_sandbox(unit: Path, data: Path, *program: str) -> list[str]:
    """The same, and with the filters of system calls of a unit."""
    return in_read_only_root(data, sys.executable, __file__, str(unit), *program)


class _Comparison(ctypes.Structure):
    """libseccomp's `scmp_arg_cmp`."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


class _Filter:
    """A filter that refuses every system call but those that are allowed."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(_REFUSE | errno.EPERM))

    def rule(self, action: int, name: str, *comparisons: _Comparison) -> None:
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        array = (_Comparison * len(comparisons))(*comparisons)
        if number >= 0:  # this machine has it
            code = self._library.seccomp_rule_add_array(self._context, action, number, len(comparisons), array)
            assert code == 0, (name, code)

    def load(self) -> None:
        assert self._library.seccomp_load(self._context) == 0


def settings(unit: Path, name: str) -> list[str]:
    """The values of a setting in a unit file, in their order."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.M)


@cache
def members(group: str) -> frozenset[str]:
    """The system calls in one of systemd's groups, and in the groups that it contains."""
    if not group.startswith("@"):
        return frozenset({group})
    shown = subprocess.run([ANALYZE or "", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    names = [line.strip() for line in shown.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return frozenset().union(*(members(name) for name in names))


def allowed_calls(unit: Path) -> set[str]:
    allowed: set[str] = set()
    for value in settings(unit, "SystemCallFilter"):
        named = frozenset().union(*map(members, value.removeprefix("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    return allowed


def confine(unit: Path) -> None:
    """Load the unit's filters for this process and all that it starts."""
    (families,) = settings(unit, "RestrictAddressFamilies")
    assert settings(unit, "RestrictNamespaces") == settings(unit, "MemoryDenyWriteExecute") == ["yes"]
    calls = _Filter()
    for name in allowed_calls(unit) - {"socket", "clone", "clone3"}:
        calls.rule(_ALLOW, name)
    for family in families.split():
        calls.rule(_ALLOW, "socket", _Comparison(0, _EQUAL, NUMBERS[family], 0))
    calls.rule(_ALLOW, "clone", _Comparison(0, _MASKED_EQUAL, _NEW_NAMESPACES, 0))
    calls.rule(_REFUSE | errno.ENOSYS, "clone3")
    if ctypes.CDLL(None).prctl(_PR_SET_MDWE, _MDWE_REFUSE_EXEC_GAIN, 0, 0, 0):
        sys.exit("This kernel is older than 6.3 and can't deny memory that is writable and executable.")
    calls.load()


NUMBERS = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}

if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
