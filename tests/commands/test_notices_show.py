from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.notices_calls import Officer, a_doubt
from tests.hotline.takedown.making import a_clock
from tutela.hotline.people.configuration import rehearse

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Officer:
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return Officer(capsys)


def test_a_notice_is_shown_with_what_can_be_done_and_without_its_address(officer: Officer) -> None:
    notice = a_doubt()
    assert officer("show", notice.public_id) == 0
    assert notice.message_id in officer.out and "may double it" in officer.out and "canary" not in officer.out
    assert officer("show", notice.public_id, "--json") == 0
    assert json.loads(officer.out)["notice"] == notice.public_id


def test_a_notice_that_is_not_there_is_refused(officer: Officer) -> None:
    assert officer("show", "ntc_nothing") == 2
    assert "no notice of this id" in officer.err
