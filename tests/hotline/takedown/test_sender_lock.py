from __future__ import annotations

from pathlib import Path

import pytest

from tutela.hotline.takedown.sender_lock import sender_lock
from tutela.kernel.errors import Conflict, Invalid


def test_a_name_is_one_senders_and_free_again_when_it_ends(tmp_path: Path) -> None:
    with sender_lock("one", tmp_path):
        with sender_lock("two", tmp_path):
            pass
        with pytest.raises(Conflict), sender_lock("one", tmp_path):
            pass
    with sender_lock("one", tmp_path):
        pass


@pytest.mark.parametrize("name", ["", "../up", "One", "a b", "x" * 33])
def test_a_name_is_a_short_word(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid), sender_lock(name, tmp_path):
        pass
    assert not list(tmp_path.iterdir())
