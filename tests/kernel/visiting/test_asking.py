from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.visiting.visiting import service
from tutela.kernel.channels.listening import Handle, Listener
from tutela.kernel.errors import Conflict, Unavailable
from tutela.kernel.visiting.asking import SOCKET, VisitorProcess


@contextmanager
def answering(path: Path, handle: Handle) -> Iterator[VisitorProcess]:
    stop = threading.Event()
    with Listener(path, handle) as listener:
        running = threading.Thread(target=listener.run, args=(stop,))
        running.start()
        try:
            yield VisitorProcess(path, seconds=10)
        finally:
            stop.set()
            running.join(5)


def test_a_visit_over_a_socket(tmp_path: Path) -> None:
    made = service()
    with answering(tmp_path / SOCKET, made.service.answer) as visitor:
        assert visitor.show(made.order("open")).step == 1
        assert visitor.show(made.order("look")).taken is None
        assert len(visitor.name(made.order("name", step=1, keys=(2,)))) == 1
        visitor.end(made.order("end"))
        with pytest.raises(Conflict, match="no such visit"):
            visitor.show(made.order("look"))


@pytest.mark.parametrize("said", [{}, {"v": 1}, {"v": 1, "named": 7}, {"v": 9, "step": 1}])
def test_another_answer_is_none(tmp_path: Path, said: dict[str, Any]) -> None:
    made = service()
    with answering(tmp_path / SOCKET, lambda _message, _descriptors: said) as visitor:
        with pytest.raises(Unavailable, match="something else"):
            visitor.show(made.order("look"))
        with pytest.raises(Unavailable, match="something else"):
            visitor.name(made.order("name", keys=(1,)))


def test_where_no_visitor_runs_it_says_which_setting_starts_one(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"visits\.enabled"):
        VisitorProcess(tmp_path / SOCKET).show(service().order("look"))
