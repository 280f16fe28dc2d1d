"""A listener: one question one answer, closed to others, alone at its place, deaf to nothing."""

from __future__ import annotations

import os
import socket
import stat
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.channels.answering import answering
from tutela.kernel.channels import listening
from tutela.kernel.channels.asking import ask
from tutela.kernel.channels.listening import Listener
from tutela.kernel.errors import Conflict, Refused, Unavailable


def echo(message: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
    for one in descriptors:
        os.write(one, b"hello")
    return {"said": message["say"]}


def test_a_question_is_answered_and_bytes_go_where_they_were_asked_to(tmp_path: Path) -> None:
    memory = os.memfd_create("bytes")
    with answering(tmp_path / "s" / "one.sock", echo) as path:
        assert ask(path, {"say": "x"}, [memory], seconds=5.0) == {"said": "x"}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.pread(memory, 9, 0) == b"hello"
    os.close(memory)
    assert not path.exists()


def test_a_refusal_a_misunderstanding_and_a_fault_are_answers(tmp_path: Path) -> None:
    def handle(message: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        if message["say"] == "fault":
            raise RuntimeError("secret")
        raise Refused("not you")

    with answering(tmp_path / "one.sock", handle) as path:
        with pytest.raises(Refused, match="not you"):
            ask(path, {"say": "x"}, seconds=5.0)
        with pytest.raises(Refused, match="not understood"):
            ask(path, {}, seconds=5.0)
        with pytest.raises(Unavailable) as told:
            ask(path, {"say": "fault"}, seconds=5.0)
    assert "secret" not in str(told.value)


def test_one_place_has_one_listener_and_a_dead_one_leaves_room(tmp_path: Path) -> None:
    path = tmp_path / "one.sock"
    with answering(path, echo), pytest.raises(Conflict):
        Listener(path, echo)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with answering(path, echo):
        assert ask(path, {"say": 1}, seconds=5.0) == {"said": 1}


def test_a_place_that_cannot_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable):
        Listener(tmp_path / "file" / "one.sock", echo)


def test_a_socket_that_cannot_be_closed_to_others_is_not_listened_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(Unavailable, match="not permitted"):
        Listener(tmp_path / "one.sock", echo)


def test_elsewhere_than_on_linux_the_mode_has_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(listening, "_CREDENTIALS", Elsewhere())
    with answering(tmp_path / "one.sock", echo) as path:
        assert ask(path, {"say": 1}, seconds=5.0) == {"said": 1}


def test_to_close_twice_harms_nothing(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "one.sock", echo)
    listener.close()
    listener.close()


def test_somebody_who_talks_nonsense_or_leaves_disturbs_nobody(tmp_path: Path) -> None:
    with answering(tmp_path / "one.sock", echo) as path:
        for said in (b"", b"\x00\x00\x00\x01x", b"\xff\xff\xff\xff"):
            with socket.socket(socket.AF_UNIX) as talking:
                talking.connect(str(path))
                talking.sendall(said)
        assert ask(path, {"say": 1}, seconds=5.0) == {"said": 1}


def test_beyond_what_it_takes_at_once_it_answers_nobody(tmp_path: Path) -> None:
    going, begun = threading.Event(), threading.Event()

    def wait(message: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        begun.set()
        going.wait(10)
        return {}

    with answering(tmp_path / "one.sock", wait, at_once=1) as path:
        first = threading.Thread(target=ask, args=(path, {}), kwargs={"seconds": 10.0})
        first.start()
        assert begun.wait(5)
        with pytest.raises(Unavailable):
            ask(path, {}, seconds=5.0)
        going.set()
        first.join()


def test_another_user_gets_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_242_424)
    asked = answering(tmp_path / "one.sock", echo)
    monkeypatch.setattr(listening, "_CREDENTIALS", Elsewhere())
    with asked as path, pytest.raises(Unavailable):
        ask(path, {"say": 1}, seconds=5.0)


class Elsewhere:
    """Says of everybody that it is user 7."""

    size = listening._CREDENTIALS.size

    def unpack(self, _given: bytes) -> tuple[int, int, int]:
        return 1, 7, 7
