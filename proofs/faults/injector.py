"""One system call of a command fails, is cut short, or kills its process: the n-th of those that are named.

``python -m proofs.faults.injector --when 3 --fault kill --calls fsync,write -- COMMAND`` leaves with the
command's exit code (137 where it was killed), and ``--report FILE`` says what was counted and what was hit.

Why not ``strace --seccomp-bpf -e inject=X:signal=SIGKILL``: with that option strace 6.1 stops the process at
a ptrace event, at which the kernel delivers no signal. Nothing is killed, and the sweep passes (a test shows
it). Without the option it works and takes twice as long. This asks the kernel for the same thing by seccomp's
user notification: the call waits until the supervisor has decided.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import fcntl
import json
import mmap
import os
import select
import signal
import struct
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyseccomp

from proofs.faults.calls import CALLS, Call

#: ioctl numbers and shapes of seccomp's user notification (linux/seccomp.h).
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTICE, _ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
_CONTINUE = 1
#: System call number of pidfd_getfd, the same on every architecture (syscalls(2)).
_PIDFD_GETFD = 438
#: prctl(2): the child ends with its supervisor.
_PR_SET_PDEATHSIG = 1
#: Exit code of a command that was killed, as a shell would say it.
KILLED = 128 + signal.SIGKILL
FAULTS = ("kill", "abort", "short", "EIO", "ENOSPC", "EAGAIN", "none")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What happens to the ``when``-th call (counted over all ``calls`` together) on a path below ``path``.

    Calls of ``beside`` are listed in the report, and neither counted nor hit.
    """

    kind: str
    when: int
    calls: tuple[str, ...] = CALLS
    path: str = ""
    onward: bool = False
    beside: tuple[str, ...] = ()

    def hits(self, number: int) -> bool:
        """Whether the call of this number is the one."""
        return self.kind != "none" and (number >= self.when if self.onward else number == self.when)

    def words(self) -> list[str]:
        """The same as arguments of the command."""
        some = ["--fault", self.kind, "--when", str(self.when)]
        some += ["--calls", ",".join(self.calls)] * (self.calls != CALLS)
        some += ["--beside", ",".join(self.beside)] * bool(self.beside)
        return some + ["--path", self.path] * bool(self.path) + ["--onward"] * self.onward


@dataclass(kw_only=True)
class Supervisor:
    """Decides on each call of the processes below one command, and remembers what it saw."""

    fault: Fault
    names: Mapping[int, str]
    #: Name, target and first argument of each call that was counted or listed.
    order: list[tuple[str, str, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    hit: list[dict[str, Any]] = field(default_factory=list)

    def decide(self, listener: int) -> None:
        """Answers one waiting call; one whose process is gone meanwhile is none."""
        notice = bytearray(_NOTICE.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, notice)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.EINTR}:
                return
            raise
        identity, process, _, number, _, _, *arguments = _NOTICE.unpack(notice)
        call = Call(name=self.names[number], process=process, arguments=tuple(arguments))
        answer = self._answer(call)
        if answer is None:
            return  # an answer could let the call happen before the signal arrives
        value, error_number, flags = answer
        try:
            fcntl.ioctl(listener, _SEND, bytearray(_ANSWER.pack(identity, value, -error_number, flags)))
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise

    def _answer(self, call: Call) -> tuple[int, int, int] | None:
        """Value, error and flags; None to a process that was killed instead."""
        target = call.target()
        counted = call.name in self.fault.calls and target.startswith(self.fault.path)
        if not counted and call.name not in self.fault.beside:
            return 0, 0, _CONTINUE
        self.order.append((call.name, target, call.arguments[0]))
        self.counts[call.name] += counted
        number = self.counts.total()
        if not counted or not self.fault.hits(number):
            return 0, 0, _CONTINUE
        self.hit.append({"call": call.name, "number": number, "target": target, "place": len(self.order) - 1})
        if self.fault.kind in {"kill", "abort"}:
            os.kill(call.process, signal.SIGKILL if self.fault.kind == "kill" else signal.SIGABRT)
            return None
        if self.fault.kind == "short":
            return _half_written(call), 0, 0
        return 0, getattr(errno, self.fault.kind), 0

    def report(self, code: int) -> dict[str, Any]:
        """What was counted, what was hit, and how the command ended."""
        return {"counts": +self.counts, "order": self.order, "hit": self.hit, "exit": code}


def _half_written(call: Call) -> int:
    """The number of bytes written of a write or pwrite64: the first half, by the supervisor."""
    descriptor, address, length, offset = call.arguments[:4]
    data = call.memory(address, max(1, length // 2))
    process = os.pidfd_open(call.process)
    try:
        other = _borrowed(process, descriptor)
        try:
            return os.pwrite(other, data, offset) if call.name == "pwrite64" else os.write(other, data)
        finally:
            os.close(other)
    finally:
        os.close(process)


def _borrowed(process: int, descriptor: int) -> int:
    """A copy of another process's descriptor."""
    found = int(ctypes.CDLL(None, use_errno=True).syscall(_PIDFD_GETFD, process, descriptor, 0))
    if found < 0:
        raise OSError(ctypes.get_errno(), "the descriptor cannot be borrowed")
    return found


def _listener_of(child: int) -> int:
    """The number of the descriptor at which the child's calls are announced."""
    folder = Path(f"/proc/{child}/fd")
    return next(int(one.name) for one in folder.iterdir() if "seccomp" in os.readlink(one))


def _numbers(calls: Sequence[str]) -> dict[int, str]:
    """Number by name on this machine; calls that it does not have are left out."""
    arch = pyseccomp.system_arch()
    found = {pyseccomp.resolve_syscall(arch, name): name for name in calls}
    return {number: name for number, name in found.items() if number >= 0}


def _become(command: Sequence[str], numbers: Mapping[int, str], shared: mmap.mmap) -> None:
    """The child: under the filter, and when the supervisor holds its end, the command. Never returns."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for number in numbers:
        rules.add_rule(pyseccomp.NOTIFY, number)
    rules.load()
    shared[0] = 1  # memory, not a call: a call could wait for a supervisor that has no descriptor yet
    while shared[0] != 2:
        time.sleep(0.001)
    os.execvp(command[0], list(command))


def run(command: Sequence[str], fault: Fault) -> dict[str, Any]:
    """The report of one run of ``command`` under ``fault``; everything that it started is ended with it.

    Forks: the calling process must have one thread.
    """
    numbers, shared = _numbers((*fault.calls, *fault.beside)), mmap.mmap(-1, 1)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            _become(command, numbers, shared)
        finally:
            os._exit(127)
    process = os.pidfd_open(child)
    while shared[0] != 1:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            raise OSError("this kernel lets no process watch another's calls (seccomp user notification)")
        time.sleep(0.001)
    listener = _borrowed(process, _listener_of(child))
    supervisor = Supervisor(fault=fault, names=numbers)
    shared[0] = 2
    watched = select.poll()
    for descriptor in (listener, process):
        watched.register(descriptor, select.POLLIN)
    while process not in (ready := dict(watched.poll())):
        if ready.get(listener, 0) & select.POLLIN:
            supervisor.decide(listener)
    _, status = os.waitpid(child, 0)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    code = os.waitstatus_to_exitcode(status)
    return supervisor.report(code if code >= 0 else 128 - code)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(description="Let one system call of a command fail or kill it")
    parser.add_argument("--fault", choices=FAULTS, default="kill")
    parser.add_argument("--when", type=int, default=1, help="which of the calls, counted from 1")
    parser.add_argument("--onward", action="store_true", help="that one and all after it")
    parser.add_argument("--calls", default=",".join(CALLS))
    parser.add_argument("--beside", default="", help="calls that the report lists without counting them")
    parser.add_argument("--path", default="", help="count only calls on files whose path begins so")
    parser.add_argument("--report", type=Path)
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args(arguments)
    fault = Fault(
        kind=asked.fault,
        when=asked.when,
        calls=tuple(asked.calls.split(",")),
        path=asked.path,
        onward=asked.onward,
        beside=tuple(filter(None, asked.beside.split(","))),
    )
    told = run(asked.command, fault)
    if asked.report:
        asked.report.write_text(json.dumps(told), encoding="utf-8")
    return int(told["exit"])


if __name__ == "__main__":
    sys.exit(main())
