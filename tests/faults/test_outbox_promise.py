"""The outbox's promise, whatever happens in whatever order: sent at most once, and never silently unsent.

Two senders, a mail server that takes a letter or not and answers or not, people who settle doubts and take
notices back. What the server took is known here and to nobody else.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_notice
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import process
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.actions import (
    claim_sending,
    find_in_doubt,
    record_answer,
    record_bounce,
    resolve_in_doubt,
    retract_notice,
    send_again,
)
from tutela.hotline.takedown.attempts import Attempt
from tutela.hotline.takedown.models import Notice
from tutela.kernel.egress.answers import Answer, Result
from tutela.kernel.errors import Conflict

Step = Literal[
    "queue", "claim", "answer", "crash", "give_up", "trace", "person", "bounce", "again", "retract",
    "hold", "wait",
]  # fmt: skip
#: What the server does with a letter: whether it takes it, and what the sender hears.
ANSWERS: tuple[tuple[bool, Result], ...] = (
    (True, "accepted"), (False, "temporary"), (False, "permanent"), (True, "unknown"), (False, "unknown"),
)  # fmt: skip
SENDERS = ("one", "two")
#: What happens, the usual more often than the rest.
OFTEN: tuple[Step, ...] = (*get_args(Step), "claim", "claim", "answer", "answer", "retract")


class House:
    """What happened, and what must be true of it."""

    def __init__(self) -> None:
        self.clock = a_clock()
        self.hands: dict[str, Attempt] = {}
        self.taken: Counter[str] = Counter()
        self.taken_letters: set[str] = set()
        self.chosen_again: Counter[str] = Counter()
        self.left: set[str] = set()
        self.contents: dict[str, set[str]] = {}

    def do(self, step: Step, one: int, two: int) -> None:
        getattr(self, step)(one, two)
        self.look()

    def queue(self, one: int, two: int) -> None:
        if Notice.objects.count() < 12:
            a_notice(self.clock, address=f"abuse@host{one % 2}.test", urgent=two == 5)

    def claim(self, one: int, two: int) -> None:
        sender = SENDERS[one % 2]
        if two % 2:
            self.wait(one, two)
        if sender not in self.hands:
            attempt = claim_sending(sender, lease_seconds=60, clock=self.clock)
            if attempt is not None:
                self.hands[sender] = attempt
                content = {carried.notice for carried in attempt.notices}
                assert self.contents.setdefault(attempt.message_id, content) == content

    def answer(self, one: int, two: int) -> None:
        attempt = self.hands.pop(SENDERS[one % 2], None)
        if attempt is not None:
            taken, result = ANSWERS[two % len(ANSWERS)]
            self._take(attempt, taken=taken)
            stage: Literal["end", "content"] = "content" if result == "temporary" else "end"
            with suppress(Conflict):
                record_answer(attempt, Answer(result=result, stage=stage), clock=self.clock)

    def crash(self, one: int, two: int) -> None:
        attempt = self.hands.pop(SENDERS[one % 2], None)
        if attempt is not None:
            self._take(attempt, taken=two % 2 == 0)
            find_in_doubt(SENDERS[one % 2], clock=self.clock)

    def give_up(self, one: int, two: int) -> None:
        """A sender is believed dead; it may answer after all."""
        self.clock.advance(61)
        find_in_doubt(clock=self.clock)

    def trace(self, one: int, two: int) -> None:
        notice = self._one("in_doubt", one)
        if notice is not None:
            was_taken = notice.message_id in self.taken_letters
            event: Literal["trace_accepted", "trace_absent"]
            event = "trace_accepted" if was_taken else "trace_absent"
            resolve_in_doubt(notice.public_id, event, actor=process("sender"), clock=self.clock)

    def person(self, one: int, two: int) -> None:
        """Somebody chooses, perhaps while the sender that was believed dead still holds it."""
        notice = self._one("in_doubt", one, held=True)
        if notice is not None:
            event: Literal["person_leaves", "person_sends_again"]
            event = "person_leaves" if two % 2 else "person_sends_again"
            together = Notice.objects.filter(letter=notice.letter, state="in_doubt")
            names = list(together.values_list("public_id", flat=True))
            self.left.update(names) if two % 2 else self.chosen_again.update(names)
            resolve_in_doubt(notice.public_id, event, actor=OFFICER, clock=self.clock)

    def bounce(self, one: int, two: int) -> None:
        notice = self._one("sent", one)
        if notice is not None:
            record_bounce(notice.public_id, actor=WORKER, clock=self.clock)

    def again(self, one: int, two: int) -> None:
        notice = self._one("failed", one)
        if notice is not None:
            together = Notice.objects.filter(letter=notice.letter, state="failed")
            self.chosen_again.update(together.values_list("public_id", flat=True))
            send_again(notice.public_id, actor=OFFICER, clock=self.clock)

    def retract(self, one: int, two: int) -> None:
        rows = list(Notice.objects.order_by("pk"))
        if rows:
            with suppress(Conflict):
                retract_notice(
                    rows[one % len(rows)].public_id, actor=OFFICER, reason="person", clock=self.clock
                )

    def hold(self, one: int, two: int) -> None:
        items = list(Item.objects.order_by("pk"))
        if items:
            held = {"state": "held", "held_from": "acted"} if two % 2 else {"state": "acted", "held_from": ""}
            Item.objects.filter(pk=items[one % len(items)].pk).update(**held)

    def wait(self, one: int, two: int) -> None:
        self.clock.advance(800)
        Notice.objects.update(seen_at=self.clock.now())

    def look(self) -> None:
        for notice in Notice.objects.select_related("letter"):
            name, taken = notice.public_id, self.taken[notice.public_id]
            assert taken <= 1 + self.chosen_again[name], f"{name} was sent {taken} times"
            if notice.state == "queued":
                assert taken <= self.chosen_again[name], "what was taken waits to be sent"
            if notice.state == "sent":
                assert taken or name in self.left, "what was never taken counts as sent"
        moving = Notice.objects.filter(state__in=("sending", "in_doubt")).values_list("letter", "token")
        assert len(set(moving)) == len({letter for letter, _ in moving}), "one letter, two tokens"
        held = {attempt.letter for attempt in self.hands.values()}
        sending = set(Notice.objects.filter(state="sending").values_list("letter__public_id", flat=True))
        assert sending <= held, "nobody sends what is being sent"

    def _take(self, attempt: Attempt, *, taken: bool) -> None:
        if taken:
            self.taken.update(carried.notice for carried in attempt.notices)
            self.taken_letters.add(attempt.message_id)

    def _one(self, state: str, number: int, *, held: bool = False) -> Notice | None:
        """One of this state; not of a letter in a sender's hands, whose time is not over, unless ``held``."""
        held_letters = [] if held else [attempt.letter for attempt in self.hands.values()]
        rows = list(
            Notice.objects.filter(state=state).exclude(letter__public_id__in=held_letters).order_by("pk")
        )
        return rows[number % len(rows)] if rows else None


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house whose signed mandate grants notices."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


steps = st.lists(
    st.tuples(st.sampled_from(OFTEN), st.integers(0, 5), st.integers(0, 5)), min_size=15, max_size=40
)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=steps)
def test_no_order_of_events_sends_a_notice_twice_or_leaves_one_silently_unsent(
    at_home: None, steps: list[tuple[Step, int, int]]
) -> None:
    with transaction.atomic():
        house = House()
        for _ in range(3):
            house.do("queue", 0, 0)
        for step, one, two in steps:
            house.do(step, one, two)
        transaction.set_rollback(True)
