from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.notices_calls import Officer, a_doubt
from tests.hotline.takedown.making import a_clock, a_notice
from tutela.commands.notices_list import STATES
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.states import STATES as KNOWN
from tutela.kernel.clock import SystemClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house whose mandate grants notices."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.fixture
def officer(capsys: pytest.CaptureFixture[str]) -> Officer:
    return Officer(capsys)


def test_an_empty_outbox_says_so(officer: Officer) -> None:
    assert officer("list") == 0
    assert officer.out == "no such notice\n" and officer.rows("list") == []


def test_a_doubt_is_listed_and_heard_in_the_exit_code(officer: Officer) -> None:
    notice = a_doubt()
    assert officer("list", "--state", "in_doubt") == 1
    assert officer.out.startswith(f"{notice.public_id}  in_doubt ")
    (row,) = officer.rows("list")
    assert (row["state"], row["message_id"], row["attempts"]) == ("in_doubt", notice.message_id, 1)
    assert "canary" not in officer.out and "abuse@" not in officer.out


def test_only_notices_of_a_state_are_listed(officer: Officer) -> None:
    a_notice(a_clock())
    Notice.objects.update(queued_at=SystemClock().now())
    assert (
        len(officer.rows("list", "--state", "queued")) == 1 and officer.rows("list", "--state", "sent") == []
    )
    assert officer("list") == 0 and ", 0 tries" in officer.out


def test_the_states_are_those_of_the_app(officer: Officer) -> None:
    assert STATES == KNOWN
    assert officer("list", "--state", "asleep") == 2
