"""Runs a command with what a systemd unit forbids, as ``python -m tests.security.under_unit UNIT COMMAND``.

What systemd does with seccomp is done here with the same words of the unit: its list of system calls, memory
that is writable or executable but never both, families of addresses, namespaces, set-user-id bits. Mounts
and capabilities are left to systemd itself.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

#: linux/prctl.h, linux/mman.h, bits/shm.h, linux/sched.h (the eight namespaces).
PR_SET_NO_NEW_PRIVS = 38
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
NAMESPACES = (0x80, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x00020000)
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
FAMILIES_MAX = 46
MODE_BITS = (0o4000, 0o2000)


def read_unit(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Each name of the unit's lines with all its values, in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith(("#", ";")):
            found[name] = (*found.get(name, ()), value)
    return found


def members(group: str) -> Iterator[str]:
    """The system calls of a group (``@file-system``), or the one of that name."""
    if not group.startswith("@"):
        yield group
        return
    told = subprocess.run(
        ["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True
    )
    for line in map(str.strip, told.stdout.splitlines()[1:]):
        if line and not line.startswith("#"):
            yield from members(line)


def allowed(filters: Sequence[str]) -> set[str]:
    """What ``SystemCallFilter=`` lines allow: the first lists, those with a tilde take away."""
    found = set(members("@default"))
    for line in filters:
        names = {call for word in line.lstrip("~").split() for call in members(word)}
        found = found - names if line.startswith("~") else found | names
    return found


def forbid(unit: Mapping[str, tuple[str, ...]]) -> None:
    """Puts in force in this process, and all that come from it, what the unit forbids by seccomp."""
    import pyseccomp

    only = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
    for name in allowed(unit["SystemCallFilter"]):
        _add(only, pyseccomp.ALLOW, name)
    less = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    for rule in RULES:
        rule(pyseccomp, less, unit)
    less.load()
    only.load()  # last: it may leave no way to load another one


def _memory(seccomp: Any, less: Any, unit: Mapping[str, tuple[str, ...]]) -> None:
    """Memory is never both writable and executable."""
    if unit["MemoryDenyWriteExecute"] != ("yes",):
        return
    no, both = seccomp.ERRNO(errno.EPERM), PROT_WRITE | PROT_EXEC
    _add(less, no, "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, both, both))
    for name in ("mprotect", "pkey_mprotect"):
        _add(less, no, name, seccomp.Arg(2, seccomp.MASKED_EQ, PROT_EXEC, PROT_EXEC))
    _add(less, no, "shmat", seccomp.Arg(2, seccomp.MASKED_EQ, SHM_EXEC, SHM_EXEC))


def _families(seccomp: Any, less: Any, unit: Mapping[str, tuple[str, ...]]) -> None:
    """Sockets of these families only."""
    kept = {FAMILIES[word] for line in unit["RestrictAddressFamilies"] for word in line.split()}
    for family in set(range(FAMILIES_MAX)) - kept:
        _add(less, seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, family))


def _namespaces(seccomp: Any, less: Any, unit: Mapping[str, tuple[str, ...]]) -> None:
    """No new namespaces."""
    if unit["RestrictNamespaces"] != ("yes",):
        return
    no = seccomp.ERRNO(errno.EPERM)
    for bit in NAMESPACES:
        for name in ("clone", "unshare"):
            _add(less, no, name, seccomp.Arg(0, seccomp.MASKED_EQ, bit, bit))
    _add(less, seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags stand in memory, out of a filter's sight
    _add(less, no, "setns")


def _modes(seccomp: Any, less: Any, unit: Mapping[str, tuple[str, ...]]) -> None:
    """No file that gives its owner's rights to whoever runs it."""
    if unit["RestrictSUIDSGID"] != ("yes",):
        return
    for bit in MODE_BITS:
        for name, place in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2)):
            no = seccomp.ERRNO(errno.EPERM)
            _add(less, no, name, seccomp.Arg(place, seccomp.MASKED_EQ, bit, bit))


RULES = (_memory, _families, _namespaces, _modes)


def _add(rules: Any, action: int, name: str, *arguments: Any) -> None:
    """A call that this machine does not have needs no rule."""
    try:
        rules.add_rule(action, name, *arguments)
    except (OSError, ValueError):
        return


def main(unit_path: str, *command: str) -> None:
    """Becomes ``command``, with less rights than this process."""
    unit = read_unit(Path(unit_path))
    os.umask(int(unit["UMask"][0], 8))
    files, core = int(unit["LimitNOFILE"][0]), int(unit["LimitCORE"][0])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), min(files, hard)))
    resource.setrlimit(resource.RLIMIT_CORE, (core, core))
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    forbid(unit)
    os.execv(command[0], list(command))


if __name__ == "__main__":
    main(*sys.argv[1:])
