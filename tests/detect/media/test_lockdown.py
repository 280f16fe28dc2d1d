"""Which layers work here, and that they are all asked for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tutela.detect.media import lockdown
from tutela.detect.media.lockdown import LANDLOCK, LAYERS_ALL, RLIMITS, SECCOMP, Support, missing_layers


@pytest.mark.needs("linux")
def test_this_linux_offers_every_layer() -> None:
    found = lockdown.support()
    assert found.missing == ()
    assert found.landlock_abi >= 1


def test_missing_layers_are_named_for_the_warning() -> None:
    bare = Support(landlock_abi=0, seccomp=False, rlimits=True)
    assert bare.missing == ("Landlock", "seccomp")
    assert missing_layers(RLIMITS) == ("Landlock", "seccomp")
    assert missing_layers(LAYERS_ALL) == ()
    assert RLIMITS | LANDLOCK | SECCOMP == LAYERS_ALL


@pytest.mark.needs("linux")
def test_a_filter_is_assembled_in_whole_instructions() -> None:
    plain, threads = lockdown.prepare(), lockdown.prepare(threads=True)
    assert plain.filter is not None
    assert threads.filter is not None
    assert len(plain.filter) % 8 == 0
    assert plain.filter != threads.filter


@pytest.mark.needs("linux")
def test_no_thread_can_open_a_socket_after_they_are_denied() -> None:
    program = (
        "import socket, threading, os\n"
        "from tutela.detect.media.lockdown import deny_sockets\n"
        "ours, theirs = socket.socketpair()\n"
        "assert deny_sockets()\n"
        "def refused(make):\n"
        "    try: make()\n"
        "    except PermissionError: return True\n"
        "    return False\n"
        "found = []\n"
        "for make in (socket.socket, socket.socketpair):\n"
        "    thread = threading.Thread(target=lambda: found.append(refused(make)))\n"
        "    thread.start(); thread.join()\n"
        "    found.append(refused(make))\n"
        "ours.sendall(b'x')\n"
        "assert theirs.recv(1) == b'x' and open(os.devnull).read() == ''\n"
        "raise SystemExit(0 if found == [True] * 4 else 1)\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], env=environment, timeout=60).returncode == 0


def test_sockets_are_not_denied_where_there_is_no_seccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not lockdown.deny_sockets()


def test_elsewhere_there_is_neither_landlock_nor_seccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert lockdown.support().missing == ("Landlock", "seccomp")


@pytest.mark.needs("linux")
def test_without_libseccomp_the_layer_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    assert "seccomp" in lockdown.support().missing
    assert lockdown.prepare().filter is None
