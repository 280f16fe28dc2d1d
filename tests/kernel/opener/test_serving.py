"""Written down first, then released; and nothing where it cannot be written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.opener.opening import GREY, PERSON, PICTURE, URL, world
from tutela.kernel.channels.memory import contents_of, memory
from tutela.kernel.custody.age import Damaged
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.opener.orders import OpenOrder, render_order
from tutela.kernel.opener.serving import OpeningService
from tutela.kernel.opener.tiles import parse_tiles


def test_a_text_is_released_once_it_is_written_down() -> None:
    made = world()
    assert made.service.answer(render_order(made.text_order()), []) == {"text": URL}
    assert made.down == [(made.text_order(), None)]


def test_an_object_is_released_once_it_is_written_down() -> None:
    made = world()
    with memory() as descriptor:
        answer = made.service.answer(render_order(made.object_order()), [descriptor])
        assert answer == {"size_bytes": len(PICTURE)}
        assert contents_of(descriptor) == PICTURE
    ((order, contents),) = made.down
    assert order == made.object_order()
    assert contents is not None


def test_of_a_look_nothing_but_tiles_leaves_and_it_is_written_down_first() -> None:
    made = world()
    answer = made.service.answer(render_order(made.tile_order()), [])
    assert parse_tiles(answer) == (GREY,)
    assert (set(answer), made.reduced) == ({"tiles"}, [PICTURE])
    assert [order for order, _ in made.down] == [made.tile_order()]
    with memory() as descriptor, pytest.raises(Refused, match="nothing but tiles"):
        made.service.answer(render_order(made.tile_order()), [descriptor])


def test_who_may_not_look_has_nothing_reduced() -> None:
    made = world()
    with pytest.raises(Refused, match="person"):
        made.service.answer(render_order(made.tile_order("sender")), [])
    made.log_is_away = True
    with pytest.raises(Unavailable, match="log"):
        made.service.answer(render_order(made.tile_order()), [])
    assert not made.reduced


def test_an_opener_without_media_workers_shows_nothing() -> None:
    made = world()
    made.service = OpeningService(made.service._opener, made.service._keys, made.record, bytes_max=1 << 20)
    with pytest.raises(Unavailable, match="media workers"):
        made.service.answer(render_order(made.tile_order()), [])
    assert not made.down


def test_where_the_log_is_away_nothing_is_released() -> None:
    made = world()
    made.log_is_away = True
    with pytest.raises(Unavailable):
        made.service.open_text(made.text_order())
    with memory() as descriptor:
        with pytest.raises(Unavailable):
            made.service.open_object(made.object_order(), descriptor)
        assert contents_of(descriptor) == b""


def test_what_is_too_large_altered_or_asked_by_a_process_stays_closed() -> None:
    made = world(bytes_max=10)
    with memory() as descriptor:
        with pytest.raises(Refused, match="larger"):
            made.service.open_object(made.object_order(), descriptor)
        with pytest.raises(Refused, match="person"):
            made.service.open_object(made.object_order("sender"), descriptor)
        assert contents_of(descriptor) == b""
    altered = OpenOrder(
        purpose="look", kind="person", who=PERSON, case=made.text_order().case, sealed=b"x\ny"
    )
    with pytest.raises(Damaged):
        made.service.open_text(altered)
    assert not made.down


def test_bytes_go_into_memory_only(tmp_path: Path) -> None:
    made = world()
    with (tmp_path / "file").open("wb") as file, pytest.raises(Refused):
        made.service.answer(render_order(made.object_order()), [file.fileno()])
    with pytest.raises(Refused):
        made.service.answer(render_order(made.object_order()), [])
    with memory() as descriptor, pytest.raises(Refused):
        made.service.answer(render_order(made.text_order()), [descriptor])
    assert not made.down
