from __future__ import annotations

import os
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest

from tutela.commands import serve_match
from tutela.detect.service.changes import MemoryChangeLog
from tutela.detect.service.doctor.processes import FOLLOWER_LOCK, SUPERVISOR_LOCK, Listener, Processes
from tutela.detect.service.follower import Follower

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_who_holds_the_lock_follows(tmp_path: Path) -> None:
    processes = Processes()
    assert processes.follower(tmp_path) is None
    with Follower(MemoryChangeLog(), tmp_path):
        assert (tmp_path / FOLLOWER_LOCK).exists()
        assert processes.follower(tmp_path) in (os.getpid(), None)  # None: a machine that hides locks
    assert processes.follower(tmp_path) is None


def test_a_lock_of_a_process_out_of_sight_names_nobody(tmp_path: Path) -> None:
    (tmp_path / FOLLOWER_LOCK).touch()
    facts = (tmp_path / FOLLOWER_LOCK).stat()
    device = f"{os.major(facts.st_dev):02x}:{os.minor(facts.st_dev):02x}"
    locks = tmp_path / "locks"
    for pid, found in ((0, None), (77, 77)):
        locks.write_text(
            f"1: POSIX  ADVISORY  WRITE 5 {device}:{facts.st_ino} 0 EOF\n"
            f"2: FLOCK  ADVISORY  WRITE {pid} {device}:{facts.st_ino} 0 EOF\n",
            encoding="ascii",
        )
        assert Processes(tmp_path).follower(tmp_path) == found


def test_who_runs_the_service_holds_its_lock(tmp_path: Path) -> None:
    assert SUPERVISOR_LOCK == serve_match.LOCK
    assert Processes().supervisor(tmp_path) is None
    with serve_match.only_one(tmp_path):
        assert Processes().supervisor(tmp_path) in (os.getpid(), None)


def test_limits_are_read(tmp_path: Path) -> None:
    (tmp_path / "9").mkdir()
    (tmp_path / "9" / "limits").write_text(
        "Limit                     Soft Limit           Hard Limit           Units\n"
        "Max core file size        unlimited            unlimited            bytes\n"
        "Max open files            1024                 524288               files\n",
        encoding="ascii",
    )
    processes = Processes(tmp_path)
    assert processes.limit(9, "Max open files") == 1024
    assert processes.limit(9, "Max core file size") == -1
    assert processes.limit(9, "Max nonsense") is None
    assert processes.limit(10, "Max open files") is None
    assert Processes().limit("self", "Max open files") is not None


@pytest.mark.parametrize(("address", "loopback"), [("127.0.0.1", True), ("0.0.0.0", False)])
def test_sockets_of_a_process_are_found(address: str, loopback: bool) -> None:
    with socket.socket() as server:
        server.bind((address, 0))
        server.listen()
        port = server.getsockname()[1]
        inode = os.fstat(server.fileno()).st_ino
        found = Processes().listeners(os.getpid(), 1)
        (ours,) = [one for one in found if one.inode == inode]
        assert (ours.port, str(ours.address), ours.is_loopback) == (port, address, loopback)
        assert inode in [one.inode for one in Processes().listeners(None, port)]


def test_addresses_of_version_six(tmp_path: Path) -> None:
    (tmp_path / "self" / "net").mkdir(parents=True)
    line = "0: {}:21FE 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 42"
    words = [
        "00000000000000000000000001000000" if sys.byteorder == "little" else "0" * 31 + "1",
        "0000000000000000FFFF00000100007F" if sys.byteorder == "little" else "0" * 20 + "FFFF7F000001",
        "0" * 32,
    ]
    (tmp_path / "self" / "net" / "tcp6").write_text(
        "\n".join(["head", *(line.format(word) for word in words)]) + "\n", encoding="ascii"
    )
    found = Processes(tmp_path).listeners(None, 0x21FE)
    assert [one.is_loopback for one in found] == [True, True, False]
    assert found[0] == Listener(address=ip_address("::1"), port=0x21FE, inode=42)
    assert Processes(tmp_path).listeners(None, 1) == []
