from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.hotline.cases.making import CLOCK, an_item, moved
from tests.hotline.takedown.making import OFFICER, START, a_clock, a_form, a_notice
from tutela.hotline.alerts.kinds import BY_WORD
from tutela.hotline.alerts.looking import Places, certificate_end, look
from tutela.hotline.alerts.settings import AlertSettings
from tutela.hotline.takedown.actions.taking_back import take_back_form
from tutela.hotline.takedown.models import Notice
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def disk(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    shown = SimpleNamespace(total=100, free=50)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shown)
    return shown


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path, tmp_path / "spare")


def found(places: Places, clock: FixedClock | None = None, **set_to: object) -> dict[str, int]:
    told = look(AlertSettings.model_validate(set_to), places, clock=clock or a_clock())
    told.pop("log_unsigned", None)  # nobody signs in these tests
    return told


def test_where_nothing_is_wrong_nothing_is_found(places: Places) -> None:
    assert found(places) == {}


@pytest.mark.parametrize(("state", "kind"), [("in_doubt", "notice_in_doubt"), ("failed", "notice_refused")])
def test_notices_that_wait_for_somebody(places: Places, state: str, kind: str) -> None:
    a_notice(a_clock())
    Notice.objects.update(state=state)
    assert found(places) == {kind: 1}


def test_a_notice_that_does_not_go_out(places: Places) -> None:
    clock = a_clock()
    a_notice(clock)
    clock.advance(3_660)
    assert found(places, clock)["notice_old"] == 61


def test_a_second_look_that_nobody_took(places: Places) -> None:
    a_notice(a_clock())
    Notice.objects.update(state="sent", second_look_due=START - timedelta(hours=1))
    assert found(places) == {"second_look_overdue": 1}


@pytest.mark.parametrize(
    ("urgent", "kind", "number"), [(False, "queue_old", 25), (True, "urgent_old", 1_500)]
)
def test_an_item_that_waits_for_people(places: Places, urgent: bool, kind: str, number: int) -> None:
    moved(an_item(urgent=urgent), "fetched", "fingerprinted", "unmatched")
    later = FixedClock(CLOCK.now() + timedelta(hours=25))
    assert found(places, later) == {kind: number}
    assert found(places, FixedClock(CLOCK.now())) == {}


def test_work_that_is_late_or_was_given_up(places: Places) -> None:
    made = START - timedelta(minutes=10)
    facts = {"kind": "x", "version": 1, "arguments": {}, "made": made, "due": made, "priority": 5}
    Job.objects.create(job_id="job_one", state="parked", **facts)
    Job.objects.create(job_id="job_two", state="waiting", **facts)
    assert found(places) == {"job_parked": 1, "work_late": 10}


def test_reports_that_wait_outside(places: Places) -> None:
    places.spare.mkdir()
    (places.spare / "rep_one.report").write_bytes(b"")
    assert found(places) == {"report_aside": 1}


def test_a_disk_that_is_nearly_full(places: Places, disk: SimpleNamespace) -> None:
    disk.free = 9
    assert found(places) == {"disk_full": 9}
    assert found(places, disk_free_percent=5) == {}


def test_a_list_that_ends_soon(tmp_path: Path) -> None:
    ends = [START + timedelta(days=40), START + timedelta(days=3, hours=5)]
    places = Places(tmp_path, tmp_path, lambda: ends)
    assert found(places) == {"list_ends": 3}
    assert found(places, ends_days=2) == {}


@pytest.mark.parametrize("error", [PermissionError, Invalid])
def test_lists_that_the_sender_may_not_see_hide_nothing_else(
    tmp_path: Path, disk: SimpleNamespace, error: type[Exception]
) -> None:
    def list_ends() -> list[datetime]:
        raise error("no")

    disk.free = 9
    assert found(Places(tmp_path, tmp_path / "spare", list_ends)) == {"disk_full": 9}


def a_certificate(path: Path, end: datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("days", "told"), [(3, {"certificate_ends": 3}), (-3, {"certificate_ends": 0}), (30, {})]
)
def test_a_certificate_that_ends_soon_or_has_ended(
    places: Places, tmp_path: Path, days: int, told: dict[str, int]
) -> None:
    path = a_certificate(tmp_path / "front.pem", START + timedelta(days=days, hours=1))
    assert found(places, certificates=[str(path)]) == told


def test_a_certificate_that_is_not_there_is_told_too(places: Places, tmp_path: Path) -> None:
    assert found(places, certificates=[str(tmp_path / "none.pem")]) == {"certificate_ends": 0}
    (tmp_path / "empty.pem").write_bytes(b"no certificate")
    assert certificate_end(tmp_path / "empty.pem") is None


def test_every_kind_that_is_found_has_a_sentence(places: Places, disk: SimpleNamespace) -> None:
    disk.free = 0
    assert set(look(AlertSettings(), places, clock=a_clock())) <= set(BY_WORD)


def test_a_certificate_of_a_partner_that_ends_soon_is_told_in_time(places: Places) -> None:
    from tests.hotline.partners.certificates import MAILBOX, a_pem, ending
    from tests.hotline.partners.making import a_partner
    from tutela.hotline.partners.models import Partner

    a_partner(a_clock(), how="mail", mailbox=MAILBOX, certificates=a_pem())
    assert found(places) == {}
    a_partner(a_clock(), how="mail", mailbox=MAILBOX, certificates=ending(3.5, START))
    assert found(places) == {"partner_certificate_ends": 3}
    Partner.objects.update(test=False)
    assert found(places) == {}, "nobody confirmed it: nothing goes there"


def test_a_referral_in_doubt_is_told(places: Places) -> None:
    from tests.hotline.partners.actions.test_mailing import answer, claimed
    from tutela.hotline.partners.actions import record_mailed

    clock = a_clock()
    record_mailed(claimed(clock), answer("unknown"), clock=clock)
    assert found(places)["referral_in_doubt"] == 1


def test_what_waits_to_be_taken_back_by_hand_for_a_day_is_told(places: Places) -> None:
    clock = a_clock()
    form = a_form(a_notice(clock).sighting, clock)
    take_back_form(form.public_id, actor=OFFICER, clock=clock)
    clock.advance(24 * 3_600 - 1)
    assert "take_back_old" not in found(places, clock)
    clock.advance(1)
    assert found(places, clock)["take_back_old"] == 24
