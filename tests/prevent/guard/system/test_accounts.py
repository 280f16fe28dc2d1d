"""Only programs of the owner's account are answered."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tutela.prevent.guard.system.accounts import (
    NOBODY,
    TABLES,
    End,
    account_in,
    asked,
    is_own_account,
    is_own_listener,
)
from tutela.prevent.guard.system.ports import LOOPBACK

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
HERE = "0100007F" if sys.byteorder == "little" else "7F000001"
PEER, OURS = End(LOOPBACK, 0x9C40), End(LOOPBACK, 0x2201)


def row(own: str, far: str, uid: int, inode: int = 123) -> str:
    return f"   1: {own} {far} 01 00000000:00000000 00:00000000 00000000 {uid:5d}  0 {inode} 1 0 20 4 30\n"


def table(tmp_path: Path, *rows: str, name: str = "tcp") -> Path:
    path = tmp_path / name
    path.write_text(HEAD + "".join(rows), encoding="ascii")
    return path


def is_own(peer: End, ours: End, account: int, *tables: Path) -> bool:
    """What the tables say alone, of a connection that the kernel says nothing of."""
    return is_own_account(peer, ours, account=account, ask=lambda *_: None, tables=tables)


@contextmanager
def connected(peer: socket.socket, host: str = LOOPBACK) -> Iterator[tuple[End, End]]:
    """The ends of a connection of this program: the peer's, and that of the one that listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with peer, socket.create_server((host, 0), family=family) as server:
        peer.connect((host, server.getsockname()[1]))
        other, from_where = server.accept()
        with closing(other):
            yield End(*from_where[:2]), End(*other.getsockname()[:2])


def test_the_account_is_that_of_the_other_end(tmp_path: Path) -> None:
    ours = row(f"{HERE}:2201", f"{HERE}:9C40", 0)
    theirs = row(f"{HERE}:9C40", f"{HERE}:2201", 1001)
    found = table(tmp_path, ours, theirs)
    assert is_own(PEER, OURS, 1001, found)
    assert not is_own(PEER, OURS, 0, found)
    assert not is_own(End(LOOPBACK, 0x9C41), OURS, 1001, found)
    assert not is_own(PEER, End(LOOPBACK, 0x2202), 1001, found)
    assert not is_own(End("127.0.0.2", 0x9C40), OURS, 1001, found)


def test_a_program_that_speaks_through_an_ipv6_socket_is_found(tmp_path: Path) -> None:
    mapped = "0000000000000000FFFF0000" + HERE
    other = table(tmp_path, row(f"{mapped}:9C40", f"{mapped}:2201", 7), name="tcp6")
    assert is_own(PEER, OURS, 7, table(tmp_path), other)


def test_where_no_table_is_nothing_is_known(tmp_path: Path) -> None:
    assert is_own(PEER, OURS, 3, tmp_path / "none")
    assert not is_own(PEER, OURS, 3, tmp_path / "none", table(tmp_path))


def test_what_the_kernel_answers_is_enough(tmp_path: Path) -> None:
    theirs = table(tmp_path, row(f"{HERE}:9C40", f"{HERE}:2201", 1001))
    for account in (7, 1001):
        said = is_own_account(PEER, OURS, account=account, ask=lambda *_: 7, tables=[theirs])
        assert said is (account == 7)


@pytest.mark.parametrize(
    ("asking", "served"),
    [(1003, True), (1002, False), (1000, False), (999, True), (0, True), (65_534, False)],
)
def test_accounts_of_the_system_are_no_other_person(tmp_path: Path, asking: int, served: bool) -> None:
    serves = partial(is_own_account, PEER, OURS, account=1003, system_too=True)
    assert serves(ask=lambda *_: asking) is served
    told = table(tmp_path, row(f"{HERE}:9C40", f"{HERE}:2201", asking))
    assert serves(ask=lambda *_: None, tables=[told]) is served


def test_who_is_gone_is_nobody_and_where_nothing_is_known_everybody_is_served(tmp_path: Path) -> None:
    def said(*tables: Path) -> bool:
        return is_own_account(PEER, OURS, account=1003, system_too=True, ask=lambda *_: None, tables=tables)

    assert not said(table(tmp_path)) and said(tmp_path / "none")


def test_the_kernel_and_the_tables_of_this_device_know_this_program() -> None:
    with connected(socket.socket()) as (peer, ours):
        assert asked(peer, ours) in {os.geteuid(), None}
        assert is_own_account(peer, ours) and is_own(peer, ours, os.geteuid(), *TABLES)
        assert not is_own_account(peer, ours, account=54_321) or not any(one.exists() for one in TABLES)


def test_who_closed_their_end_at_once_is_not_taken_for_root(tmp_path: Path) -> None:
    closed = table(tmp_path, row(f"{HERE}:9C40", f"{HERE}:2201", 0, inode=0))
    assert not is_own(PEER, OURS, 0, closed)
    with connected(peer := socket.socket()) as (theirs, ours):
        peer.close()
        for account in (0, 1003):
            own = is_own_account(theirs, ours, account=account, system_too=True)
            assert not own or not any(one.exists() for one in TABLES)


@pytest.mark.parametrize(
    ("kind", "state", "said"), [(20, 1, 1001), (20, 6, 1001), (20, 10, None), (2, 1, None)]
)
def test_the_account_in_an_answer(kind: int, state: int, said: int | None) -> None:
    """A message of linux/inet_diag.h: its head, four bytes, both ends, three numbers, account and inode."""
    message = struct.pack("=BBBB48xIIIII", socket.AF_INET, state, 0, 0, 7, 8, 9, 1001, 11)
    answer = struct.pack("=IHHII", 16 + len(message), kind, 0, 1, 0) + message
    assert account_in(answer) == said
    assert account_in(answer, listens=True) == (1001 if state == 10 else None)
    assert account_in(answer[:60]) is None
    assert account_in(answer[:-4] + bytes(4)) is None, "an end that was closed is no file"


@pytest.mark.skipif(sys.platform != "linux", reason="sock_diag(7)")
def test_a_socket_that_is_not_connected_is_nobodys() -> None:
    with socket.create_server((LOOPBACK, 0)) as listens, socket.create_server((LOOPBACK, 0)) as server:
        peer, ours = (End(*one.getsockname()) for one in (listens, server))
        assert asked(peer, ours) is None and asked(End(LOOPBACK, 1), ours) is None


def test_a_program_of_ours_that_listens_is_known_by_its_port(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        assert is_own_listener(port) and is_own(End(LOOPBACK, port), NOBODY, os.geteuid(), *TABLES)
    assert not is_own_listener(port) or not any(one.exists() for one in TABLES)
    theirs = table(tmp_path, row(f"{HERE}:2201", "00000000:0000", 1001))
    assert is_own(OURS, NOBODY, 1001, theirs) and not is_own(OURS, NOBODY, 7, theirs)


def test_both_ways_know_a_program_on_ipv6() -> None:
    try:
        probe = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    probe.close()
    with connected(socket.socket(socket.AF_INET6), "::1") as (peer, ours):
        assert asked(peer, ours) in {os.geteuid(), None}
        assert is_own(peer, ours, os.geteuid(), *TABLES)
