from __future__ import annotations

from pathlib import Path

import pytest

from tutela.hotline.takedown.models import SENDER_LENGTH
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


def test_two_machines_with_senders_of_one_name_are_two_senders(tmp_path: Path) -> None:
    """What the other one is sending may neither be put in doubt nor be looked for in the log here."""
    machine = tmp_path / "machine-id"
    machine.write_text("one")
    with sender_lock("sender", tmp_path / "a") as here, sender_lock("sender", tmp_path / "b") as there:
        assert here != there and here.startswith("sender.") and len(here) <= SENDER_LENGTH
    with sender_lock("sender", tmp_path / "a") as again:
        assert again == here
    with sender_lock("sender", tmp_path / "a", machine=machine) as copied:
        assert copied != here


@pytest.mark.parametrize("name", ["", "../up", "One", "a b", "x" * 33])
def test_a_name_is_a_short_word(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid), sender_lock(name, tmp_path):
        pass
    assert not list(tmp_path.iterdir())
