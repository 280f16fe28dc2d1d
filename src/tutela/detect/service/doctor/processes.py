"""The running service as ``/proc`` shows it: who follows, who supervises, their limits and open ports."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Names of the files in the data folder whose locks follower and supervisor hold.
FOLLOWER_LOCK, SUPERVISOR_LOCK = "follower.lock", "service.lock"
#: State of a listening socket in ``/proc/net/tcp`` (linux/tcp_states.h, TCP_LISTEN).
_LISTEN = "0A"
_SOCKET = re.compile(r"socket:\[(\d+)\]")
#: Bytes of a word of an address in ``/proc/net/tcp6``, which stands in the order of the machine.
_WORD_BYTES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Listener:
    """A listening TCP socket."""

    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int
    inode: int

    @property
    def is_loopback(self) -> bool:
        """True when nobody outside of this machine can reach it."""
        mapped = getattr(self.address, "ipv4_mapped", None)
        return bool((mapped or self.address).is_loopback)


class Processes:
    """Reads ``/proc``; another root is for tests. What cannot be told is None or left out."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc

    def follower(self, folder: Path) -> int | None:
        """The process that works in what is new in this data folder."""
        return self._holder(folder / FOLLOWER_LOCK)

    def supervisor(self, folder: Path) -> int | None:
        """The process that runs the service of this data folder."""
        return self._holder(folder / SUPERVISOR_LOCK)

    def _holder(self, path: Path) -> int | None:
        """The process that locked a file."""
        try:
            facts = os.stat(path)
            lines = (self._proc / "locks").read_text(encoding="ascii").splitlines()
        except OSError:
            return None
        held = f"{os.major(facts.st_dev):02x}:{os.minor(facts.st_dev):02x}:{facts.st_ino}"
        for line in lines:
            words = line.split()
            if len(words) > 5 and words[1] == "FLOCK" and words[5] == held:
                return int(words[4]) if int(words[4]) > 0 else None
        return None

    def limit(self, pid: int | str, name: str) -> int | None:
        """The soft limit of a process (``self``: ours) by its name in ``/proc/PID/limits``; -1: none."""
        try:
            lines = (self._proc / str(pid) / "limits").read_text(encoding="ascii").splitlines()
        except OSError:
            return None
        for line in lines:
            if line.startswith(f"{name} "):
                soft = line[len(name) :].split()[0]
                return -1 if soft == "unlimited" else int(soft)
        return None

    def listeners(self, pid: int | None, port: int) -> list[Listener]:
        """The sockets on which ``pid`` listens; where its descriptors are hidden, all on ``port``."""
        there = list(self._listeners("tcp", pid)) + list(self._listeners("tcp6", pid))
        inodes = set() if pid is None else self._socket_inodes(pid)
        return [one for one in there if (one.inode in inodes if inodes else one.port == port)]

    def _socket_inodes(self, pid: int) -> set[int]:
        found = set()
        try:
            for descriptor in (self._proc / str(pid) / "fd").iterdir():
                told = _SOCKET.fullmatch(os.readlink(descriptor))
                found.update([int(told[1])] if told else [])
        except OSError:
            return found
        return found

    def _listeners(self, table: str, pid: int | None) -> Iterator[Listener]:
        try:
            path = self._proc / ("self" if pid is None else str(pid)) / "net" / table
            lines = path.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            return
        for words in map(str.split, lines):
            if words[3] == _LISTEN:
                address, _, port = words[1].partition(":")
                yield Listener(address=_address(address), port=int(port, 16), inode=int(words[9]))


def _address(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address of a line: words of four bytes in the order of the machine (``0100007F``: 127.0.0.1)."""
    raw = bytes.fromhex(written)
    words = [raw[at : at + _WORD_BYTES] for at in range(0, len(raw), _WORD_BYTES)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    return ipaddress.ip_address(b"".join(words))
