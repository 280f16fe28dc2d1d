"""What ``tutela doctor`` says of a hotline: each of many planted mistakes is named, a whole house is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.hotline.backups.lived_in import NOTICES, PUBLIC, TAKE_IN, lines
from tests.hotline.house.mistakes import FAILS, WARNS, sql, told
from tests.processes.founded import found_house, tutela
from tutela.hotline.house import examination
from tutela.hotline.house.examination import Examined
from tutela.hotline.mailbox.models import ReportMail
from tutela.hotline.mailbox.settings import ReplySettings, ReportMailSettings
from tutela.hotline.settings import HotlineSettings, SenderSettings
from tutela.kernel.clock import SystemClock

pytestmark = pytest.mark.slow

#: What a house that was only just founded for a rehearsal is told.
FRESH = {
    "public_address",
    "mail",
    "signatures",
    "shares",
    "rehearsal",
    "administrators",
    "backup",
    "separation",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_house(tmp_path_factory.mktemp("examined") / "home")


@pytest.fixture(scope="module")
def before(template: Path) -> tuple[int, dict[str, str]]:
    """What the untouched house is told."""
    return told(template)


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "home"))


def test_a_fresh_house_may_run_and_hears_what_is_left_to_do(before: tuple[int, dict[str, str]]) -> None:
    code, found = before
    assert code == 0
    assert set(found) >= FRESH and set(found.values()) == {"warn"}


@pytest.mark.parametrize("mistake", FAILS)
def test_a_planted_mistake_is_named(house: Path, before: tuple[int, dict[str, str]], mistake: str) -> None:
    change, more, finding = FAILS[mistake]
    assert before[1].get(finding) != "fail"
    change(house)
    code, found = told(house, **more)
    assert code == 1 and found.get(finding) == "fail", found


@pytest.mark.parametrize("mistake", WARNS)
def test_what_should_be_looked_at_is_named(
    house: Path, before: tuple[int, dict[str, str]], mistake: str
) -> None:
    change, finding = WARNS[mistake]
    assert finding not in before[1]
    change(house)
    code, found = told(house)
    assert code == 0 and found.get(finding) == "warn", found


def test_doubts_are_named_and_a_backup_ends_the_warning(house: Path, tmp_path: Path) -> None:
    lines(house, NOTICES)
    sql("UPDATE takedown_notice SET state = 'in_doubt' WHERE state = 'sending'")(house)
    assert tutela(house, "backup", str(tmp_path / "backup"), "--to", PUBLIC).returncode == 0
    found = told(house)[1]
    assert found.get("doubts") == "warn" and "backup" not in found


def test_letters_and_alerts_that_do_not_get_out_are_failures(house: Path) -> None:
    lines(house, NOTICES)
    assert "letters" not in told(house)[1]
    sql("UPDATE takedown_notice SET queued_at = '2026-01-01 00:00:00' WHERE state = 'queued'")(house)
    sql("INSERT INTO alerts_alarmlook (id, looked_at) VALUES (1, '2026-01-01 00:00:00')")(house)
    code, found = told(house, TUTELA_ALERTS__TO='["duty@hotline.test"]')
    assert code == 1 and (found.get("letters"), found.get("alerts")) == ("fail", "fail")


def test_work_that_nobody_does_is_named(house: Path, before: tuple[int, dict[str, str]]) -> None:
    lines(house, TAKE_IN, "1")
    assert "work" not in before[1]
    sql("UPDATE work_job SET due = '2026-01-01 00:00:00'")(house)
    assert told(house)[1].get("work") == "fail"


def test_a_match_service_alone_hears_nothing_of_a_hotline(tmp_path: Path) -> None:
    done = tutela(tmp_path / "home", "doctor", "--json")
    assert "hotline" not in {json.loads(line)["check"] for line in done.stdout.splitlines()}


@pytest.mark.django_db
def test_reports_by_mail_are_warned_of_until_partners_may_send_and_all_is_read() -> None:
    named = ReportMailSettings(server="127.0.0.1", encryption="none", authserv_id="mx.hotline.test")
    partner = SenderSettings(name="aa", mailboxes=("a@partner.test",))

    def found(settings: ReportMailSettings, *senders: SenderSettings) -> str:
        hotline = HotlineSettings(senders=senders)
        place = SimpleNamespace(
            reports_by_mail=settings,
            replies=ReplySettings(),
            hotline=hotline,
            house=SimpleNamespace(clock=SystemClock()),
        )
        return examination._reports_by_mail(cast(Examined, place)).state

    assert (found(ReportMailSettings()), found(named, partner)) == ("ok", "ok")
    assert (found(named), found(named.model_copy(update={"user": "us"}), partner)) == ("warn", "warn")
    assert found(named.model_copy(update={"encryption": "none", "server": "mx.test"}), partner) == "fail"
    now = SystemClock().now()
    ReportMail.objects.create(digest="a" * 64, result="stranger", read_at=now)
    assert found(named, partner) == "ok"
    ReportMail.objects.create(digest="b" * 64, result="html", sender="aa", read_at=now)
    assert found(named, partner) == "warn"
