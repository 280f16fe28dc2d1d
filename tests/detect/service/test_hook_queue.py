"""The queue of web-hooks: durable, leased, bounded with a visible refusal, dead letters driven again."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tutela.detect.service.hook_queue import LEASE_SECONDS, HookQueue, Letter
from tutela.kernel.errors import Unavailable


def letter(message: str, endpoint: str = "desk", *, made_seconds: float = 100.0) -> Letter:
    return Letter(message=message, endpoint=endpoint, body=b'{"a":1}', made_seconds=made_seconds)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[HookQueue]:
    with HookQueue(tmp_path / "hooks.sqlite", waiting_max=3, dead_max=2) as queue:
        yield queue


def test_what_was_taken_is_there_after_opening_anew(tmp_path: Path) -> None:
    path = tmp_path / "hooks.sqlite"
    with HookQueue(path) as queue:
        assert queue.append([letter("msg_1"), letter("msg_1", "other")]) == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with HookQueue(path) as queue:
        (claimed,) = queue.claim("desk", 100)
        assert (claimed.letter, claimed.attempts) == (letter("msg_1"), 1)


def test_a_letter_is_claimed_by_one_and_gone_when_delivered(queue: HookQueue) -> None:
    queue.append([letter("msg_1")])
    (claimed,) = queue.claim("desk", 100)
    assert queue.claim("desk", 101) == []
    queue.delivered(claimed)
    (state,) = queue.states()
    assert (state.waiting, state.dead, state.delivered) == (0, 0, 1)


def test_the_same_message_is_kept_once_for_each_endpoint(queue: HookQueue) -> None:
    queue.append([letter("msg_1"), letter("msg_1")])
    assert queue.states()[0].waiting == 1


def test_the_oldest_due_letter_comes_first(queue: HookQueue) -> None:
    queue.append([letter("msg_late", made_seconds=200), letter("msg_early", made_seconds=100)])
    assert queue.claim("desk", 99) == []
    assert [queue.claim("desk", 300)[0].letter.message for _ in range(2)] == ["msg_early", "msg_late"]


def test_a_letter_whose_process_died_comes_back_under_its_id(queue: HookQueue) -> None:
    queue.append([letter("msg_1")])
    (first,) = queue.claim("desk", 100)
    assert queue.claim("desk", 100 + LEASE_SECONDS - 1) == []
    (second,) = queue.claim("desk", 100 + LEASE_SECONDS)
    assert (second.letter.message, second.attempts) == ("msg_1", 2)
    queue.delivered(first)
    queue.later(first, 0, "late")
    queue.bury(first, "late")
    (state,) = queue.states()
    assert (state.waiting, state.dead, state.delivered) == (1, 0, 0), "a late word changes nothing"


def test_a_full_queue_refuses_that_endpoint_and_counts_it(queue: HookQueue) -> None:
    queue.append([letter(f"msg_{number}") for number in range(3)])
    assert queue.append([letter("msg_4"), letter("msg_4", "other")]) == ("desk",)
    desk, other = queue.states()
    assert (desk.waiting, desk.refused) == (3, 1)
    assert (other.waiting, other.refused) == (1, 0)


def test_a_letter_put_back_waits_and_holds_its_endpoint(queue: HookQueue) -> None:
    queue.append([letter("msg_1"), letter("msg_2"), letter("msg_1", "other")])
    (claimed,) = queue.claim("desk", 100)
    queue.later(claimed, 105, "http_503", held_until_seconds=160)
    assert queue.claim("desk", 159) == []
    assert queue.claim("other", 159) != []
    assert queue.claim("desk", 160)[0].letter.message == "msg_2"
    assert queue.claim("desk", 160)[0].letter.message == "msg_1"


def test_a_hold_is_never_shortened(queue: HookQueue) -> None:
    queue.append([letter("msg_1"), letter("msg_2")])
    one, two = queue.claim("desk", 100)[0], queue.claim("desk", 100)[0]
    queue.later(one, 105, "http_503", held_until_seconds=200)
    queue.later(two, 105, "http_500")
    assert queue.states()[0].held_until_seconds == 200


def test_dead_letters_are_seen_and_driven_again(queue: HookQueue) -> None:
    queue.append([letter("msg_1"), letter("msg_2")])
    for _ in range(2):
        queue.bury(queue.claim("desk", 100)[0], "http_500")
    assert queue.claim("desk", 9_999) == []
    assert [(one.message, one.attempts, one.outcome) for one in queue.dead_letters("desk")] == [
        ("msg_1", 1, "http_500"),
        ("msg_2", 1, "http_500"),
    ]
    assert queue.redrive("desk", 500, messages=("msg_2", "msg_unknown")) == 1
    assert queue.claim("desk", 500)[0].attempts == 1
    assert queue.redrive("desk", 500) == 1
    assert queue.dead_letters("desk") == []


def test_dead_letters_are_bounded_and_what_was_dropped_is_counted(queue: HookQueue) -> None:
    for number in range(4):
        queue.append([letter(f"msg_{number}")])
        queue.bury(queue.claim("desk", 100)[0], "http_500")
    assert [one.message for one in queue.dead_letters("desk")] == ["msg_2", "msg_3"]
    assert queue.states()[0].dropped == 2


def test_a_disabled_endpoint_gets_nothing_until_it_is_enabled(queue: HookQueue) -> None:
    queue.append([letter("msg_1"), letter("msg_2")])
    queue.claim("desk", 100)
    queue.disable("desk", "http_410")
    assert queue.append([letter("msg_3")]) == ("desk",)
    assert queue.claim("desk", 9_999) == []
    (state,) = queue.states()
    assert (state.disabled, state.waiting, state.dead, state.refused) == (True, 0, 2, 1)
    queue.enable("desk")
    assert queue.redrive("desk", 200) == 2
    assert queue.claim("desk", 200) != []


def test_the_state_says_since_when_something_waits(queue: HookQueue) -> None:
    queue.append([letter("msg_1", made_seconds=150), letter("msg_2", made_seconds=120)])
    assert queue.states()[0].oldest_seconds == 120
    assert HookQueue(None).states() == []


def test_the_first_mark_stays_whoever_comes_later(tmp_path: Path) -> None:
    with HookQueue(tmp_path / "hooks.sqlite") as queue, HookQueue(tmp_path / "hooks.sqlite") as other:
        assert (queue.first_mark("told", 5), other.first_mark("told", 9)) == (5, 5)
        other.set_mark("told", 7)
        assert queue.first_mark("told", 1) == 7


def test_a_mark_is_kept_beside_the_letters(tmp_path: Path) -> None:
    with HookQueue(tmp_path / "hooks.sqlite") as queue:
        assert queue.mark("told") == -1
        queue.set_mark("told", 7)
        queue.set_mark("told", 9)
    with HookQueue(tmp_path / "hooks.sqlite") as queue:
        assert (queue.mark("told"), queue.mark("other")) == (9, -1)


def test_several_processes_claim_each_letter_once(tmp_path: Path) -> None:
    path = tmp_path / "hooks.sqlite"
    with HookQueue(path) as queue:
        queue.append([letter(f"msg_{number}") for number in range(40)])
    claimed: list[str] = []

    def work() -> None:
        with HookQueue(path) as own:
            while found := own.claim("desk", 100):
                claimed.append(found[0].letter.message)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(f"msg_{number}" for number in range(40))


def test_a_queue_that_cannot_be_written_is_unavailable_and_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hooks.sqlite"
    with HookQueue(path) as queue:
        other = sqlite3.connect(path)
        other.execute("CREATE TRIGGER full BEFORE INSERT ON letters WHEN NEW.endpoint = 'b'"
                      " BEGIN SELECT RAISE(ABORT, 'disk full'); END")  # fmt: skip
        other.commit()
        other.close()
        with pytest.raises(Unavailable) as caught:
            queue.append([letter("msg_1", "a"), letter("msg_1", "b")])
        assert caught.value.retry_after_seconds
        assert queue.states() == []


class Life(RuleBasedStateMachine):
    """Whatever happens, every letter that was taken is waiting, dead, dropped or delivered."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = HookQueue(None, waiting_max=4, dead_max=2)
        self.now, self.taken, self.claimed = 0.0, 0, []  # type: ignore[var-annotated]

    @rule()
    def append(self) -> None:
        refused = self.queue.append([letter(f"msg_{self.taken}_{self.now}", made_seconds=self.now)])
        self.taken += not refused
        self.now += 1

    @rule(seconds=st.sampled_from([0.0, 60.0, LEASE_SECONDS]))
    def claim(self, seconds: float) -> None:
        self.now += seconds
        self.claimed += self.queue.claim("desk", self.now)

    @rule(act=st.sampled_from(["delivered", "later", "bury"]))
    def settle(self, act: str) -> None:
        if self.claimed:
            one = self.claimed.pop()
            arguments = {"delivered": (), "later": (self.now + 5, "w"), "bury": ("w",)}[act]
            getattr(self.queue, act)(one, *arguments)

    @rule()
    def redrive(self) -> None:
        self.queue.redrive("desk", self.now)

    @rule(disable=st.booleans())
    def switch(self, disable: bool) -> None:
        if disable:
            self.queue.disable("desk", "http_410")
        else:
            self.queue.enable("desk")

    @invariant()
    def nothing_is_lost(self) -> None:
        for state in self.queue.states():
            assert state.waiting + state.dead + state.dropped + state.delivered == self.taken
            assert state.dead <= 2

    def teardown(self) -> None:
        self.queue.close()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
