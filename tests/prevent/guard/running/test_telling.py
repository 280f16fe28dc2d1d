from __future__ import annotations

import threading
from collections.abc import Sequence

from tutela.prevent.guard.person.discretion import offered
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.words import words_for
from tutela.prevent.guard.running.telling import OFFER_SECONDS, Teller
from tutela.prevent.guard.system.programs import Answer, FakePrograms

NAMES = offered()[0]
PAGE = "http://127.0.0.1:8705"


class Screen:
    """What was shown on it."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, ...]] = []
        self.now = 1000.0

    def notify(self, words: Sequence[str], given: bytes) -> Answer:
        self.shown.append(tuple(words))
        return Answer(code=0)

    def teller(self, language: str = "en") -> Teller:
        programs = FakePrograms(notify_send=self.notify)
        return Teller(programs, NAMES, words_for(language), lambda: self.now)

    def texts(self) -> list[str]:
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and thread.name.startswith("telling"):
                thread.join(10)
        return [words[-1] for words in self.shown]


def test_the_sign_is_shown_under_the_chosen_name_where_it_was_chosen() -> None:
    screen = Screen()
    screen.teller().runs(Policy(sign="page"), PAGE)
    assert screen.texts() == []
    screen.teller().runs(Policy(sign="message"), PAGE)
    assert screen.texts() == [f"{NAMES.name} is running. {PAGE}"]
    assert screen.shown[0][:3] == ("--app-name", NAMES.name, NAMES.name)


def test_a_certificate_that_ends_is_told_with_its_days() -> None:
    screen = Screen()
    screen.teller().certificate(12)
    assert screen.texts() == [words_for("en").say("told.certificate_due", name=NAMES.name, days=12)]
    assert "12 days" in screen.texts()[0]


def test_a_trouble_is_told_once_until_it_is_over_in_the_language_of_the_person() -> None:
    screen = Screen()
    teller = screen.teller("de")
    for there in (["list_unusable"], ["list_unusable"], [], ["list_unusable"]):
        teller.troubles(there)
    assert screen.texts() == [words_for("de").say("told.list_unusable")] * 2


def test_help_is_offered_after_a_block_only_by_choice_and_not_at_every_picture() -> None:
    screen = Screen()
    teller = screen.teller()
    teller.held(Policy(), "http://127.0.0.1:1/after")
    assert screen.texts() == []
    chosen = Policy(after_block="exercise")
    for _ in range(3):
        teller.held(chosen, "http://127.0.0.1:1/after")
    screen.now += OFFER_SECONDS
    teller.held(chosen, "http://127.0.0.1:1/after")
    texts = screen.texts()
    assert len(texts) == 2
    assert "http://127.0.0.1:1/after" in texts[0]


def test_a_device_without_messages_stops_nothing() -> None:
    Teller(FakePrograms(), NAMES, words_for("en")).runs(Policy(), PAGE)
