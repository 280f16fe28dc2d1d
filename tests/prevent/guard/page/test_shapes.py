from __future__ import annotations

from typing import get_args

import pytest

from tutela.prevent.guard.page.fakes import FakeRunning
from tutela.prevent.guard.page.open_pages import SENTENCES
from tutela.prevent.guard.page.shapes import Running, State, Trouble
from tutela.prevent.guard.person.words import LANGUAGES, words_for


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_every_trouble_is_said_in_one_sentence(language: str) -> None:
    words = words_for(language)
    for sentence in (*SENTENCES.values(), *(f"told.{one}" for one in get_args(Trouble))):
        assert words.say(sentence, name="Quiet Pages", minutes=3)
    assert set(SENTENCES) == set(get_args(State))


def test_the_fake_is_one() -> None:
    running: Running = FakeRunning()
    assert running.state() == "on"
