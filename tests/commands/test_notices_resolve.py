from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.notices_calls import Officer, a_doubt
from tests.hotline.takedown.making import a_clock, acts
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Officer:
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return Officer(capsys)


@pytest.mark.parametrize(("choice", "state"), [("--send-again", "queued"), ("--leave", "sent")])
def test_the_operator_settles_a_doubt_and_the_ledger_keeps_it(
    officer: Officer, choice: str, state: str
) -> None:
    notice = a_doubt()
    assert officer("resolve", notice.public_id, choice) == 0
    assert officer.out == f"{notice.public_id} is {state} now\n" and Notice.objects.get().state == state
    assert acts(notice.public_id)[-1] == "notice_resolved"
    assert LedgerEntry.objects.get(act="notice_resolved").actor == "operator"


def test_nothing_is_settled_without_a_choice(officer: Officer) -> None:
    notice = a_doubt()
    assert officer("resolve", notice.public_id) == 2
    assert "may lose it" in officer.err and Notice.objects.get().state == "in_doubt"


def test_what_is_settled_is_not_settled_again(officer: Officer) -> None:
    notice = a_doubt()
    officer("resolve", notice.public_id, "--leave")
    assert officer("resolve", notice.public_id, "--send-again") == 2
    assert "look again" in officer.err and Notice.objects.get().state == "sent"
