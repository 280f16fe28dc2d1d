"""Whose program asks: on loopback every account of a device reaches the page, and only the owner's may.

Linux says in /proc/net/tcp to whom each end of a connection belongs (proc(5)). Where that file is not there,
nothing is known, and the passphrase alone keeps others out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path

from tutela.prevent.guard.page.origins import LOOPBACK

#: Connections over IPv4, and those of programs that speak IPv4 through an IPv6 socket.
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def is_own_account(
    peer_port: int, port: int, *, tables: Iterable[Path] = TABLES, account: int | None = None
) -> bool:
    """Whether the program at ``peer_port`` of loopback, connected to our ``port``, runs as this account."""
    texts = [text for text in map(_text, tables) if text is not None]
    wanted = os.geteuid() if account is None else account
    return not texts or wanted in {uid for text in texts for uid in _owners(text, peer_port, port)}


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return None


def _owners(table: str, peer_port: int, port: int) -> Iterable[int]:
    """Accounts of the sockets whose own end is the peer's and whose far end is ours."""
    own, far = _end(peer_port), _end(port)
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 7 and fields[1].endswith(own) and fields[2].endswith(far):
            yield int(fields[7])


def _end(port: int) -> str:
    """A port of loopback as the tables end it; the address is in the order of this machine's bytes."""
    return f"{int.from_bytes(IPv4Address(LOOPBACK).packed, sys.byteorder):08X}:{port:04X}"
