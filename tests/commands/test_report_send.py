from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.report_calls import Clerk
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.queries import standing_of
from tutela.kernel.custody.sealed_texts import open_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path) -> Clerk:
    return Clerk(capsys, settings, tmp_path)


def test_what_was_told_by_telephone_is_a_report_like_any_other(clerk: Clerk) -> None:
    assert clerk("send", "https://there.test/x", "--text", "told", "--referrer", "a.test", "--urgent") == 0
    report = Report.objects.get()
    assert (report.channel, report.urgent, report.items.count()) == ("command", True, 1)
    assert standing_of(clerk.out.strip()) is not None
    assert open_text(bytes(report.text_sealed), clerk.vault) == "told\n-- details --\nreferrer: a.test"


def test_what_is_no_report_is_refused(clerk: Clerk) -> None:
    assert clerk("send") == 2 and clerk("send", "nowhere") == 2
    assert "addresses" in clerk.err and not Report.objects.exists()


def test_the_group_shows_what_there_is(clerk: Clerk) -> None:
    assert clerk("--help") == 0 and "import" in clerk.out and clerk("nothing") == 2
