"""What a media worker gives up before it sees an untrusted byte, and which layers work here.

Layers (threat model ST-03): no new privileges, not dumpable, resource limits, Landlock that
handles every right the kernel knows and allows none, and a seccomp allow-list whose default is
to kill the process. ``prepare`` runs before the fork and does all that needs files; ``seal``
runs in the worker, cannot be undone and is inherited.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

#: Bits of ``Sealed.layers`` and of the worker's greeting.
RLIMITS, LANDLOCK, SECCOMP = 1, 2, 4
LAYERS_ALL: Final = RLIMITS | LANDLOCK | SECCOMP
LAYER_NAMES: Final = {RLIMITS: "resource limits", LANDLOCK: "Landlock", SECCOMP: "seccomp"}

#: prctl options (linux/prctl.h).
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER: Final = 2
#: System calls of Landlock, the same on every architecture (Linux 5.13).
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_VERSION_FLAG: Final = 1
#: Number of file rights by Landlock ABI (linux/landlock.h): +REFER 2, +TRUNCATE 3, +IOCTL_DEV 5.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
_FILE_RIGHTS_NEWEST: Final = 16
#: ABI 4: TCP bind and connect. ABI 6: abstract Unix sockets and signals.
_NET_RIGHTS: Final = 0b11
_SCOPES: Final = 0b11

#: Descriptors of a sealed worker: three /dev/null, the control socket, the file, one spare.
NOFILE_MAX: Final = 16
#: File-backed and shared pages of a warm worker that the data limit does not count (measured:
#: 38 MiB for pictures, 62 MiB for film).
MAPPED_RESERVE_BYTES: Final = 64 << 20

#: Memory, clocks, the control socket and reads of descriptors that were handed in.
_ALLOWED: Final = """
    read readv pread64 preadv preadv2 write writev lseek close recvmsg mmap munmap mremap mprotect
    brk madvise rt_sigreturn rt_sigaction rt_sigprocmask sigaltstack exit exit_group futex getrandom
    clock_gettime clock_getres gettimeofday time getpid gettid getrusage getitimer setitimer
    sched_yield sched_getaffinity restart_syscall rseq set_robust_list sysinfo getcpu
"""
#: Asked by Python's import machinery and by C libraries in passing; a soft no is enough.
_REFUSED: Final = """
    open openat access faccessat faccessat2 stat lstat fstat newfstatat statx readlink readlinkat
    getcwd getdents getdents64 ioctl fcntl prctl sched_setaffinity uname getuid geteuid getgid
    getegid getppid
"""
_PROT_EXEC: Final = 4
_CLONE_THREAD: Final = 0x10000
#: Names of the libraries that pyseccomp loads, on every glibc system.
_SONAMES: Final = {"c": "libc.so.6", "seccomp": "libseccomp.so.2"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """Which layers this system offers; ``missing`` is empty where the sandbox is complete."""

    landlock_abi: int
    seccomp: bool
    rlimits: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the layers that do not work here, for the visible warning."""
        there = {RLIMITS: self.rlimits, LANDLOCK: self.landlock_abi > 0, SECCOMP: self.seccomp}
        return tuple(LAYER_NAMES[layer] for layer, works in there.items() if not works)


def support() -> Support:
    """Which layers work on this system. Loads libseccomp, touches nothing else."""
    return Support(
        landlock_abi=_landlock_abi(), seccomp=_pyseccomp() is not None, rlimits=hasattr(resource, "RLIMIT_AS")
    )


def missing_layers(layers: int) -> tuple[str, ...]:
    """Names of the layers whose bit is not set in a worker's greeting."""
    return tuple(name for layer, name in LAYER_NAMES.items() if not layers & layer)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """All that ``seal`` needs and could not load afterwards."""

    libc: Any
    #: Assembled instructions of the filter, or None where seccomp does not work.
    filter: bytes | None
    landlock_abi: int
    threads: bool
    files_max: int


def prepare(*, files_max: int = NOFILE_MAX, threads: bool = False) -> Prepared:
    """The filter and handles for ``seal``, built in a process that may still open files.

    ``files_max`` descriptors may be handed to the worker; ``threads`` allows new threads (never
    processes), for decoders that cannot do without.
    """
    return Prepared(
        libc=_libc(),
        filter=_filter(threads=threads),
        landlock_abi=_landlock_abi(),
        threads=threads,
        files_max=files_max,
    )


def seal(prepared: Prepared, *, bytes_max: int, parent_pid: int) -> int:
    """The bits of the layers that are now in force in this process; irrevocable.

    ``bytes_max`` bounds the resident memory (bytes). The worker dies with ``parent_pid``.
    On Linux a layer that cannot be set is left out of the answer, never silently assumed.
    """
    if sys.platform == "linux":
        _die_with(prepared.libc, parent_pid)
        prepared.libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        prepared.libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    layers = _limit_resources(bytes_max, prepared)
    if prepared.landlock_abi and _deny_files_and_net(prepared):
        layers |= LANDLOCK
    if prepared.filter is not None and _load_filter(prepared.libc, prepared.filter):
        layers |= SECCOMP
    return layers


def deny_sockets() -> bool:
    """Whether no thread of this process can open a socket from now on, or ever again; False where that fails.

    For a process that has to load a library which starts threads of its own before ``seal`` can be called:
    threads that are there already keep what they have, so call it first. Sockets that are open stay.
    """
    seccomp = _pyseccomp()
    if seccomp is None:
        return False
    rules = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    for name in ("socket", "socketpair", "io_uring_setup"):
        _add_rule(rules, seccomp.ERRNO(errno.EACCES), name)
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return _load_filter(libc, _assembled(rules))


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _landlock_abi() -> int:
    """The Landlock ABI of the running kernel, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_libc().syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION_FLAG)))


def _pyseccomp() -> Any:
    """The module ``pyseccomp``, or None without it or without libseccomp."""
    if sys.platform != "linux":
        return None
    for find in (_SONAMES.get, ctypes.util.find_library):
        try:
            with _libraries_found_by(find):
                import pyseccomp  # Linux only, and RuntimeError without libseccomp
        except (ImportError, RuntimeError, OSError):
            continue
        return pyseccomp
    return None


@contextmanager
def _libraries_found_by(find: Callable[[str], str | None]) -> Iterator[None]:
    """Lets an import look for libraries by ``find``: the usual way starts other programs."""
    usual = ctypes.util.find_library
    vars(ctypes.util)["find_library"] = find
    try:
        yield
    finally:
        ctypes.util.find_library = usual


class _Program(ctypes.Structure):
    """struct sock_fprog (linux/filter.h): number of 8-byte instructions and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _load_filter(libc: Any, instructions: bytes) -> bool:
    """Puts the assembled filter in force; the assembling itself would take a millisecond."""
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = _Program(len(instructions) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _filter(*, threads: bool) -> bytes | None:
    """The allow-list as instructions, or None where seccomp does not work."""
    seccomp = _pyseccomp()
    if seccomp is None:
        return None
    rules = seccomp.SyscallFilter(defaction=seccomp.KILL_PROCESS)
    # New executable memory is never needed once everything is loaded.
    no_exec = seccomp.Arg(2, seccomp.MASKED_EQ, _PROT_EXEC, 0)
    for name in _ALLOWED.split():
        arguments = (no_exec,) if name in ("mmap", "mprotect") else ()
        _add_rule(rules, seccomp.ALLOW, name, *arguments)
    for name in _REFUSED.split():
        _add_rule(rules, seccomp.ERRNO(errno.EACCES), name)
    if threads:
        _add_rule(rules, seccomp.ERRNO(errno.ENOSYS), "clone3")  # the C library then uses clone
        _add_rule(
            rules, seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
        )
    return _assembled(rules)


def _assembled(rules: Any) -> bytes:
    fd = os.memfd_create("filter")
    with os.fdopen(fd, "w+b") as target:
        rules.export_bpf(target)
        return os.pread(fd, 1 << 20, 0)


def _add_rule(rules: Any, action: int, name: str, *arguments: Any) -> None:
    """Adds a rule; a call that this architecture does not have stays forbidden by default."""
    try:
        rules.add_rule(action, name, *arguments)
    except (OSError, ValueError):
        return


def _die_with(libc: Any, parent_pid: int) -> None:
    """Ends this process now or later when its parent is gone."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(0)


def _limit_resources(bytes_max: int, prepared: Prepared) -> int:
    """``RLIMITS``; memory so that resident pages stay within ``bytes_max``.

    The data limit counts every private writable page; read-only file pages come on top and
    are covered by ``MAPPED_RESERVE_BYTES``. The address space gets room for mapped libraries.
    """
    data = max(bytes_max - MAPPED_RESERVE_BYTES, MAPPED_RESERVE_BYTES)
    limits = {
        "RLIMIT_DATA": data,
        "RLIMIT_AS": data + (2 << 30),
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": prepared.files_max,
        **({} if prepared.threads else {"RLIMIT_NPROC": 0}),
        "RLIMIT_MEMLOCK": 0,
    }
    for name, value in limits.items():
        which = getattr(resource, name, None)
        if which is not None:
            resource.setrlimit(which, (value, value))
    return RLIMITS


def _deny_files_and_net(prepared: Prepared) -> bool:
    """Landlock with all rights handled and none granted: no file, TCP port, outside signal."""
    abi, libc = prepared.landlock_abi, prepared.libc
    files = (1 << _FILE_RIGHTS.get(abi, _FILE_RIGHTS_NEWEST)) - 1
    net, scopes = (_NET_RIGHTS if abi >= 4 else 0), (_SCOPES if abi >= 6 else 0)
    attributes = struct.pack("=QQQ", files, net, scopes)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    sealed = libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(sealed)
