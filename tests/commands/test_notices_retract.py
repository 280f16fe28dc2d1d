from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.notices_calls import Officer, a_doubt
from tests.hotline.takedown.making import a_clock, a_notice
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Officer:
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return Officer(capsys)


def test_what_has_not_gone_out_is_withdrawn_and_only_once(officer: Officer) -> None:
    notice = a_notice(a_clock())
    assert officer("retract", notice.public_id) == 0 and "withdrawn" in officer.out
    assert officer("retract", notice.public_id) == 2 and "already" in officer.err


def test_what_may_have_gone_out_is_taken_back_by_a_message(officer: Officer) -> None:
    notice = a_doubt()
    assert officer("retract", notice.public_id) == 0 and "in the outbox" in officer.out
    assert Notice.objects.get(retracts=notice).state == "queued"
    officer("show", notice.public_id)
    assert "It was taken back" in officer.out
