from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.hotline.takedown.making import a_clock, a_notice
from tutela.config import Config
from tutela.detect.matching.shapes import ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.detect.scan.lists import LIST_ENDING
from tutela.hotline import database_clock
from tutela.hotline.alerts.settings import AlertSettings
from tutela.hotline.mailbox.settings import ReplySettings, ReportMailSettings
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.actions import claim_sending
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.sender_lock import sender_lock
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.processes.sending import list_ends, run_sender
from tutela.processes.working import Lists

pytestmark = pytest.mark.django_db


class OneRound(threading.Event):
    """Is set once somebody has waited on it: a process that has done what there was to do ends."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


def started(home: Path, settings: Config | None = None) -> list[str]:
    said: list[str] = []
    run_sender("one", settings or Config(), home, OneRound(), say=said.append)
    return said


def test_a_sender_puts_in_doubt_what_its_earlier_life_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    a_notice(a_clock())
    claim_sending("one", lease_seconds=1e9, clock=a_clock())
    assert "127.0.0.1, port 25" in started(tmp_path)[0]
    assert Notice.objects.get().state == "in_doubt"


def test_without_an_opener_nothing_is_sent_and_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    rehearse(tmp_path)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    a_notice(clock, urgent=True)  # type: ignore[arg-type]  # any clock will do
    started(tmp_path)
    stored = Notice.objects.get()
    assert (stored.state, stored.stage, stored.attempts) == ("queued", "preparing", 1)


def test_while_the_clocks_differ_nothing_is_sent_and_nothing_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    a_notice(a_clock())
    claim_sending("one", lease_seconds=1.0, clock=a_clock())
    monkeypatch.setattr(database_clock, "skew_seconds", lambda _clock: -660.0)
    started(tmp_path)
    assert Notice.objects.get().state == "sending"


def test_a_second_sender_of_one_name_does_not_start(tmp_path: Path) -> None:
    rehearse(tmp_path)
    with sender_lock("one", tmp_path), pytest.raises(Conflict, match="--name"):
        started(tmp_path)


def test_settings_that_do_not_fit_together_are_said_before_anything_is_claimed(tmp_path: Path) -> None:
    rehearse(tmp_path)
    wrong = Config(notices=NoticeSettings(server="mail.host.example"))
    with pytest.raises(Invalid):
        started(tmp_path, wrong)


def test_a_sender_does_not_start_under_a_configuration_that_nobody_signed(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nobody is named who may sign here"):
        started(tmp_path)
    rehearse(tmp_path)
    assert started(tmp_path)


def test_answers_and_alerts_are_seen_to_beside_the_notices(tmp_path: Path) -> None:
    rehearse(tmp_path)
    replies = ReplySettings.model_validate({"server": "127.0.0.1", "port": 1, "encryption": "none"})
    alerts = AlertSettings.model_validate({"to": ["duty@hotline.test"]})
    reports = ReportMailSettings.model_validate(
        {"server": "127.0.0.1", "port": 2, "encryption": "none", "authserv_id": "mx.hotline.test"}
    )
    said = started(tmp_path, Config(replies=replies, alerts=alerts, reports_by_mail=reports))
    assert said[1:] == [
        "== answers are read from 127.0.0.1, port 1",
        "== reports are read from 127.0.0.1, port 2",
    ]


def test_reports_that_nobody_could_prove_are_not_begun_with(tmp_path: Path) -> None:
    rehearse(tmp_path)
    with pytest.raises(Invalid, match="Authentication-Results"):
        started(tmp_path, Config(reports_by_mail=ReportMailSettings(server="127.0.0.1")))


def test_a_web_hook_without_its_secret_is_said_at_the_start(tmp_path: Path) -> None:
    rehearse(tmp_path)
    with pytest.raises(Invalid, match="whsec_"):
        started(tmp_path, Config(alerts=AlertSettings(hook="https://hooks.hotline.test/in")))


def test_a_list_ends_when_it_says(tmp_path: Path) -> None:
    assert list_ends(Lists(tmp_path)) == []
    end = datetime(2027, 1, 1, tzinfo=UTC)
    header = ListHeader(name="a", version="1", created=datetime(2026, 1, 1, tzinfo=UTC), valid_to=end)
    write_list(tmp_path / f"a{LIST_ENDING}", header, [])
    assert list_ends(Lists(tmp_path)) == [end]
