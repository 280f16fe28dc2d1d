"""Whose program asks: on loopback every account of a device reaches what listens, and only the owner's may.

Linux says to whom each end of a connection belongs: for one connection through sock_diag(7), in 10 us, and
for all of them in /proc/net/tcp (proc(5)), in 1 to 10 ms, since it walks the kernel's whole table. Where
neither is there nothing is known, and whoever asks counts as the owner. A program that has closed its end
already is nobody: what is left of it is no file (inode 0), and the kernel names account 0, root, for it.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from tutela.prevent.guard.system.ports import LOOPBACK

#: Connections over IPv4, and those of programs that speak IPv4 through an IPv6 socket.
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
#: The first account of a person; those below are the system's (UID_MIN of login.defs(5), systemd's "Users,
#: Groups, UIDs and GIDs").
PERSONS_FROM: Final = 1000
#: sock_diag(7) and linux/inet_diag.h: the protocol and the kind of message; how it begins; a connection that
#: is listened for only, which is what is found where there is no such connection.
_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY, _LISTENS = 4, 20, 10
_HEAD, _REQUEST, _ENDS = struct.Struct("=IHHII"), struct.Struct("=BBBBI"), struct.Struct("!HH16s16s")
_ANY_SOCKET = struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)
#: Where an answer has the state, and the account with the inode; bytes of the shortest one.
_STATE_AT, _ACCOUNT_AT, _ANSWER_BYTES = _HEAD.size + 1, _HEAD.size + 64, _HEAD.size + 72
_ANSWER_SECONDS_MAX = 1.0


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection: an address and a port."""

    address: str
    port: int


#: The other end of a socket that listens.
NOBODY: Final = End("0.0.0.0", 0)  # noqa: S104 - as the kernel names it


def is_own_account(
    peer: End,
    ours: End,
    *,
    account: int | None = None,
    system_too: bool = False,
    ask: Callable[[End, End], int | None] | None = None,
    tables: Iterable[Path] = TABLES,
) -> bool:
    """Whether the program at ``peer``, connected to ``ours``, runs as this account.

    ``system_too``: or as one of the system, which is no person's: root, a service that fetches updates.
    """
    found = _accounts(peer, ours, ask or asked, tables)
    own = os.geteuid() if account is None else account
    return found is None or any(one == own or (system_too and one < PERSONS_FROM) for one in found)


def is_own_listener(port: int) -> bool:
    """Whether a program of this account listens at this port of loopback."""
    return is_own_account(End(LOOPBACK, port), NOBODY)


def asked(peer: End, ours: End) -> int | None:
    """The account of the socket at ``peer``, as the kernel answers; None where it does not say."""
    if sys.platform != "linux":
        return None
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
            kernel.settimeout(_ANSWER_SECONDS_MAX)
            kernel.sendto(_question(peer, ours), (0, 0))
            return account_in(kernel.recv(4096), listens=ours == NOBODY)
    except OSError:
        return None


def _question(peer: End, ours: End) -> bytes:
    own, far = (ip_address(one.address).packed for one in (peer, ours))
    family = socket.AF_INET if len(own) == 4 else socket.AF_INET6
    ends = _ENDS.pack(peer.port, ours.port, own, far)
    request = _REQUEST.pack(family, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF) + ends + _ANY_SOCKET
    return _HEAD.pack(_HEAD.size + len(request), _SOCK_DIAG_BY_FAMILY, 1, 1, 0) + request


def account_in(answer: bytes, *, listens: bool = False) -> int | None:
    """The account in an answer; None for an error, for an end that was closed, and for a socket that listens
    where a connection was asked for, or the other way round.
    """
    if len(answer) < _ANSWER_BYTES or _HEAD.unpack_from(answer)[1] != _SOCK_DIAG_BY_FAMILY:
        return None
    if (answer[_STATE_AT] == _LISTENS) is not listens:
        return None
    account, inode = struct.unpack_from("=II", answer, _ACCOUNT_AT)
    return int(account) if inode else None


def _accounts(
    peer: End, ours: End, ask: Callable[[End, End], int | None], tables: Iterable[Path]
) -> set[int] | None:
    """Of the socket at ``peer``: none where it is gone, None where this device does not say."""
    found = ask(peer, ours)
    if found is not None:
        return {found}
    texts = [text for text in map(_text, tables) if text is not None]
    return {uid for text in texts for uid in _owners(text, peer, ours)} if texts else None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return None


def _owners(table: str, peer: End, ours: End) -> Iterable[int]:
    """Accounts of the sockets whose own end is the peer's and whose far end is ours."""
    own, far = _end(peer), _end(ours)
    for line in table.splitlines()[1:]:
        fields = line.split()
        is_open = len(fields) > 9 and fields[9] != "0"
        if is_open and fields[1].endswith(own) and fields[2].endswith(far):
            yield int(fields[7])


def _end(end: End) -> str:
    """An end as the tables have it, or end it; each word of the address is in the order of this machine."""
    packed = ip_address(end.address).packed
    words = [packed[at : at + 4] for at in range(0, len(packed), 4)]
    return "".join(f"{int.from_bytes(one, sys.byteorder):08X}" for one in words) + f":{end.port:04X}"
