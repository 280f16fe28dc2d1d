"""Only programs of the owner's account are answered."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from tutela.prevent.guard.page.accounts import TABLES, is_own_account

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
LOOPBACK = "0100007F" if sys.byteorder == "little" else "7F000001"


def row(own: str, far: str, uid: int) -> str:
    return f"   1: {own} {far} 01 00000000:00000000 00:00000000 00000000 {uid:5d}  0 123 1 0 20 4 30\n"


def table(tmp_path: Path, *rows: str, name: str = "tcp") -> Path:
    path = tmp_path / name
    path.write_text(HEAD + "".join(rows), encoding="ascii")
    return path


def test_the_account_is_that_of_the_other_end(tmp_path: Path) -> None:
    ours = row(f"{LOOPBACK}:2201", f"{LOOPBACK}:9C40", 0)
    theirs = row(f"{LOOPBACK}:9C40", f"{LOOPBACK}:2201", 1001)
    found = table(tmp_path, ours, theirs)
    assert is_own_account(0x9C40, 0x2201, tables=[found], account=1001)
    assert not is_own_account(0x9C40, 0x2201, tables=[found], account=0)
    assert not is_own_account(0x9C41, 0x2201, tables=[found], account=1001)
    assert not is_own_account(0x9C40, 0x2202, tables=[found], account=1001)


def test_a_program_that_speaks_through_an_ipv6_socket_is_found(tmp_path: Path) -> None:
    mapped = "0000000000000000FFFF0000" + LOOPBACK
    other = table(tmp_path, row(f"{mapped}:9C40", f"{mapped}:2201", 7), name="tcp6")
    assert is_own_account(0x9C40, 0x2201, tables=[table(tmp_path), other], account=7)


def test_where_no_table_is_nothing_is_known(tmp_path: Path) -> None:
    assert is_own_account(1, 2, tables=[tmp_path / "none"], account=3)
    assert not is_own_account(1, 2, tables=[tmp_path / "none", table(tmp_path)], account=3)


def test_the_tables_of_this_device_know_this_program() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as peer:
            own = peer.getsockname()[1]
            assert is_own_account(own, port)
            if any(path.exists() for path in TABLES):
                assert not is_own_account(own, port, account=54_321)
