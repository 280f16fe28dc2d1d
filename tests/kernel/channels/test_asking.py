"""Asking a process that is not there, one that ends at once, and one that answers with a descriptor."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from tests.kernel.channels.answering import answering
from tutela.kernel.channels.asking import ask
from tutela.kernel.channels.frames import receive, send
from tutela.kernel.errors import Unavailable


def test_where_nobody_listens_it_says_when_to_come_back(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as told:
        ask(tmp_path / "none.sock", {}, seconds=1.0)
    assert told.value.retry_after_seconds


@pytest.mark.parametrize("answers", ["nothing", "descriptor"])
def test_a_strange_answer_is_no_answer(tmp_path: Path, answers: str) -> None:
    path = tmp_path / "one.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            taken, _ = listener.accept()
            with taken:
                receive(taken)
                if answers == "descriptor":
                    send(taken, {}, [0])

        serving = threading.Thread(target=serve)
        serving.start()
        with pytest.raises(Unavailable):
            ask(path, {}, seconds=5.0)
        serving.join()


def test_an_answer_is_the_message_of_whoever_listens(tmp_path: Path) -> None:
    with answering(tmp_path / "one.sock", lambda message, _: {"said": message["say"]}) as path:
        assert ask(path, {"say": 1}, seconds=5.0) == {"said": 1}
