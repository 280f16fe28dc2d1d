from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.takedown.making import a_clock
from tutela.detect.service.hook_signing import new_secret
from tutela.hotline.alerts.alarm import Alarm
from tutela.hotline.alerts.alarms import build_alarm, check_hook
from tutela.hotline.alerts.looking import Places
from tutela.hotline.alerts.settings import AlertSettings
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.posting import Answer
from tutela.kernel.egress.smtp import MemoryMailer
from tutela.kernel.errors import Invalid

pytestmark = pytest.mark.django_db
SENDER = parse_mail_address("notices@hotline.test")
HOOK = "https://hooks.test/in"


def built(settings: AlertSettings, tmp_path: Path, mailer: MemoryMailer) -> Alarm | None:
    (tmp_path / "spare").mkdir()
    (tmp_path / "spare" / "rep_one.report").write_bytes(b"")
    return build_alarm(
        settings,
        Places(tmp_path, tmp_path / "spare"),
        mailer=lambda: mailer,
        sender=SENDER,
        guard=lambda: None,
        post=lambda *_: Answer(status=204, untrusted_headers={}, untrusted_body=b""),
        clock=a_clock(),
    )


def test_without_anybody_to_tell_there_is_no_alarm(tmp_path: Path) -> None:
    assert built(AlertSettings(), tmp_path, MemoryMailer()) is None


def test_mail_and_web_hook_are_told(tmp_path: Path) -> None:
    mailer = MemoryMailer()
    named = {"to": ["duty@hotline.test"], "hook": HOOK, "hook_secret": new_secret()}
    alarm = built(AlertSettings.model_validate(named), tmp_path, mailer)
    assert alarm is not None
    assert alarm.round() >= 1
    assert any(b"report aside began" in one.content for one in mailer.accepted)


@pytest.mark.parametrize(
    ("hook", "secret", "field"),
    [(HOOK, "", "alerts.hook_secret"), ("ftp://hooks.test", new_secret(), "alerts.hook")],
    ids=["no secret", "no address"],
)
def test_a_web_hook_without_its_secret_is_refused(hook: str, secret: str, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_hook(AlertSettings.model_validate({"hook": hook, "hook_secret": secret}))
    assert raised.value.field == field
