"""The opener over a socket is the opener."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.channels.answering import answering
from tests.kernel.opener.opening import GREY, PICTURE, URL, world
from tutela.kernel.channels.memory import contents_of, memory
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.opener.asking import SOCKET, OpenerProcess


def test_texts_and_objects_come_over_a_socket(tmp_path: Path) -> None:
    made = world()
    with answering(tmp_path / SOCKET, made.service.answer) as path, memory() as descriptor:
        opener = OpenerProcess(path)
        assert opener.text(made.text_order("sender")) == URL
        assert opener.fill(made.object_order(), descriptor) == len(PICTURE)
        assert contents_of(descriptor) == PICTURE
        with pytest.raises(Refused):
            opener.fill(made.object_order(), descriptor)
        assert opener.tiles(made.tile_order()) == (GREY,)
    assert len(made.down) == 3


def test_an_opener_that_is_away_or_answers_strangely_is_unavailable(tmp_path: Path) -> None:
    made = world()
    with pytest.raises(Unavailable):
        OpenerProcess(tmp_path / SOCKET).text(made.text_order())
    with answering(tmp_path / SOCKET, lambda *_: {}) as path, memory() as descriptor:
        with pytest.raises(Unavailable):
            OpenerProcess(path).text(made.text_order())
        with pytest.raises(Unavailable):
            OpenerProcess(path).fill(made.object_order(), descriptor)
        with pytest.raises(Unavailable):
            OpenerProcess(path).tiles(made.tile_order())
