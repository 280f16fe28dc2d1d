from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from proofs.figure import Figure
from proofs.i4_04 import take_over
from proofs.mail_day import judge_letters, judge_urgent, several_at_once
from proofs.mail_outage import Outage
from tests.hotline.conftest import django_db_modify_db_settings
from tests.hotline.takedown.making import a_clock
from tests.smtp_sink import Delivered, Sink
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.actions.looking import KIND
from tutela.hotline.takedown.models import Notice
from tutela.hotline.work.handlers import forget, handler_of, register

__all__ = ["django_db_modify_db_settings"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A house; the jobs of takedown are its own again afterwards."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    own = handler_of(KIND)
    yield
    forget(KIND)
    register(own)


def figure(folder: Path) -> Figure:
    return Figure(bar="i4-4", tier="ci", folder=folder)


def failed(told: Figure) -> set[str]:
    return {one["name"] for one in told.as_json()["figures"] if not one["passed"]}


def twice(sink: Sink) -> None:
    sink.delivered.append(replace(sink.delivered[0], message_id="<another@hotline.test>"))


def astray(sink: Sink) -> None:
    sink.delivered[0] = replace(sink.delivered[0], recipients=("abuse@elsewhere.test",))


def lost(sink: Sink) -> None:
    sink.delivered.pop()


def emptied(sink: Sink) -> None:
    sink.delivered[0] = replace(sink.delivered[0], content=b"Subject: none\n\nnothing\n")


def test_letters_of_several_meet_every_fault_and_each_wrong_delivery_is_found(tmp_path: Path) -> None:
    right, world = figure(tmp_path), Outage(0)
    sink = several_at_once(right, world)
    judge_letters(right, [sink])
    assert right.passed and len(sink.delivered) == 10
    assert right.n["notices in the largest letter"] == 5
    wrong: dict[Callable[[Sink], None], str] = {
        twice: "notices in more than one letter that arrived",
        astray: "letters to somebody else than their recipient",
        lost: "letters that hold other notices than the house says",
        emptied: "letters that hold other notices than the house says",
    }
    for change, name in wrong.items():
        told, kept = figure(tmp_path), list(sink.delivered)
        change(sink)
        judge_letters(told, [sink])
        sink.delivered[:] = kept
        assert name in failed(told), change.__name__


def test_an_urgent_letter_that_came_late_is_found(tmp_path: Path) -> None:
    world = Outage(0)
    notices = [world.queue_to("abuse@host.test", urgent=urgent) for urgent in (False, True)]
    Notice.objects.update(attempts=1)

    def taken(*places: int) -> Sink:
        sink = Sink()
        for at, place in enumerate(places):
            text = f"Subject: x\n\nNotice {notices[place].public_id}\n".encode()
            sink.delivered.append(
                Delivered(
                    message_id=f"<{place}@hotline.test>",
                    sender="",
                    recipients=(),
                    content=text,
                    encrypted=True,
                    at_seconds=float(at),
                )
            )
        return sink

    for places, found in (((1, 0), False), ((0, 1), True)):
        told = figure(tmp_path)
        judge_urgent(told, taken(*places))
        assert bool(failed(told)) is found


def test_what_failed_on_one_database_fails_the_bar(tmp_path: Path) -> None:
    one, whole = figure(tmp_path), figure(tmp_path)
    one.record("lost", 1, "notices", bar="== 0")
    one.count("notices", 7)
    take_over(whole, "postgres", one.as_json())
    assert failed(whole) == {"postgres: lost"} and whole.n == {"postgres: notices": 7}
    assert not whole.passed
