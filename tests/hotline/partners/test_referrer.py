from __future__ import annotations

import io
import json
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection

from tests.hotline.partners.making import (
    PUBLIC_KEY,
    URL,
    KeyOpener,
    a_clock,
    a_partner,
    a_referral,
    a_referrer,
    acts,
    dropped,
    opened,
)
from tutela.hotline.cases.models import Sighting
from tutela.hotline.database_clock import ClocksDiffer
from tutela.hotline.partners import referrer as room
from tutela.hotline.partners.access import token_digest
from tutela.hotline.partners.actions import record_failed
from tutela.hotline.partners.models import Partner, Referral
from tutela.kernel.clock import Clock
from tutela.kernel.custody import age, durable
from tutela.kernel.custody.age import Damaged
from tutela.kernel.errors import Refused, TutelaError, Unavailable

pytestmark = pytest.mark.django_db


def test_a_referral_lies_sealed_in_its_partner_s_folder(tmp_path: Path) -> None:
    clock, opener = a_clock(), KeyOpener()
    referral = a_referral(clock)
    assert a_referrer(tmp_path, clock, opener).step() and not a_referrer(tmp_path, clock, opener).step()
    path = tmp_path / referral.partner.public_id / f"{referral.public_id}.zip.age"
    assert dropped(tmp_path) == [path] and URL.encode() not in path.read_bytes()
    files = opened(path.read_bytes())
    assert sorted(files) == ["referral.html", "referral.json", "referral.pdf", "referral.txt"]
    data = json.loads(files["referral.json"])
    assert data["referral"] == referral.public_id and data["items"][0]["sightings"][0]["address"] == URL
    kept = Referral.objects.get()
    assert kept.state == "handed" and kept.answer_digest == token_digest(data["answer"].rpartition("/")[2])
    assert acts(referral.public_id) == ["referral_queued", "referral_sealed", "referral_handed"]
    sighting = Sighting.objects.get().public_id
    assert [(one.purpose, one.who, one.case) for one in opener.asked] == [
        ("hand_over", "sender", sighting)
    ] * 2


def test_each_of_a_partner_s_keys_opens_it(tmp_path: Path) -> None:
    clock = a_clock()
    secret, public = age.new_key()
    a_referral(clock, partner=a_partner(clock, keys=(PUBLIC_KEY, public)))
    a_referrer(tmp_path, clock).step()
    sealed = dropped(tmp_path)[0].read_bytes()
    assert opened(sealed) == opened(sealed, secret)
    with pytest.raises(Damaged):
        opened(sealed, age.new_key()[0])


STEPS = ["render_sealed", "record_sealed", "drop_document", "record_handed"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_whoever_is_killed_at_any_step_leaves_one_document(
    step: str, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    referral, before = a_referral(clock), getattr(room, step)

    def killed(*arguments: object, **named: object) -> None:
        if after:
            before(*arguments, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(room, step, killed)
    with pytest.raises(KeyboardInterrupt):
        a_referrer(tmp_path, clock).step()
    seen = {path.name: path.read_bytes() for path in dropped(tmp_path)}
    monkeypatch.setattr(room, step, before)
    a_referrer(tmp_path, clock).step()
    found = {path.name: path.read_bytes() for path in dropped(tmp_path)}
    assert list(found) == [f"{referral.public_id}.zip.age"] and seen.items() <= found.items()
    assert bytes(Referral.objects.get().document_sealed) == found[f"{referral.public_id}.zip.age"]
    assert Referral.objects.get().state == "handed" and acts(referral.public_id).count("referral_handed") == 1


def test_what_was_taken_away_before_it_was_written_down_comes_again_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    a_referral(clock)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(room, "record_handed", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        a_referrer(tmp_path, clock).step()
    taken = dropped(tmp_path)[0].read_bytes()
    dropped(tmp_path)[0].unlink()
    a_referrer(tmp_path, clock).step()
    assert dropped(tmp_path)[0].read_bytes() == taken


class Saying(KeyOpener):
    """An opener that answers with an error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    def text(self, order: object) -> str:
        if self.error:
            raise self.error
        return super().text(order)  # type: ignore[arg-type]  # as the caller gave it


@pytest.mark.parametrize(
    ("error", "state", "trouble"),
    [
        (Unavailable("away"), "queued", "opener_away"),
        (Damaged("altered"), "failed", "not_opened"),
        (Refused("no"), "failed", "not_opened"),
        (RuntimeError("a fault"), "queued", "fault"),
    ],
    ids=["away", "damaged", "refused", "fault"],
)
def test_what_the_opener_says_is_a_state_that_somebody_sees(
    error: TutelaError, state: str, trouble: str, tmp_path: Path
) -> None:
    clock, opener = a_clock(), Saying(error)
    a_referral(clock)
    assert a_referrer(tmp_path, clock, opener).step()
    kept = Referral.objects.get()
    assert (kept.state, kept.trouble, dropped(tmp_path)) == (state, trouble, [])
    opener.error = None
    assert not a_referrer(tmp_path, clock, opener).step(), "not before its time"
    clock.advance(60)
    assert a_referrer(tmp_path, clock, opener).step() == (state == "queued")


def test_a_full_disk_heals_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock()
    a_referral(clock)
    with monkeypatch.context() as patch:
        patch.setattr(durable, "write_file", lambda *_: (_ for _ in ()).throw(Unavailable("full")))
        a_referrer(tmp_path, clock).step()
    assert Referral.objects.get().trouble == "disk" and not dropped(tmp_path)
    clock.advance(60)
    a_referrer(tmp_path, clock).step()
    assert Referral.objects.get().state == "handed"


def test_a_file_of_this_name_that_is_another_s_is_not_overwritten(tmp_path: Path) -> None:
    clock = a_clock()
    referral = a_referral(clock)
    path = tmp_path / referral.partner.public_id / f"{referral.public_id}.zip.age"
    path.parent.mkdir()
    path.write_bytes(b"somebody's")
    a_referrer(tmp_path, clock).step()
    assert path.read_bytes() == b"somebody's" and Referral.objects.get().trouble == "disk"


def test_a_key_that_is_none_waits_for_a_person(tmp_path: Path) -> None:
    clock = a_clock()
    a_referral(clock)
    Partner.objects.update(keys={"v": 1, "age": ["age1broken"]})
    a_referrer(tmp_path, clock).step()
    assert (Referral.objects.get().state, Referral.objects.get().trouble) == ("failed", "keys")


def test_without_a_mandate_it_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock()
    a_referral(clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "nowhere"))
    a_referrer(tmp_path, clock).step()
    assert Referral.objects.get().trouble == "no_mandate"


def test_what_is_too_large_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ARCHIVE_BYTES_MAX", 10)
    clock = a_clock()
    a_referral(clock)
    a_referrer(tmp_path, clock).step()
    assert Referral.objects.get().trouble == "too_large" and not dropped(tmp_path)


def test_who_was_overtaken_leaves_what_the_other_did(tmp_path: Path) -> None:
    clock = a_clock()
    referral = a_referral(clock)

    class Slow(KeyOpener):
        def text(self, order: object) -> str:
            if Referral.objects.get().state == "queued":
                record_failed(referral.public_id, "keys", clock=clock)
            return super().text(order)  # type: ignore[arg-type]  # as the caller gave it

    assert a_referrer(tmp_path, clock, Slow()).step()
    assert Referral.objects.get().state == "failed" and not dropped(tmp_path)


def test_what_somebody_else_settled_is_not_said_to_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, said = a_clock(), list[str]()
    referral = a_referral(clock)
    monkeypatch.setattr(room, "_log", SimpleNamespace(warning=lambda event, **_: said.append(event)))

    class Broken(KeyOpener):
        def text(self, order: object) -> str:
            if Referral.objects.get().state == "queued":
                record_failed(referral.public_id, "keys", clock=clock)
            raise Unavailable("away")

    a_referrer(tmp_path, clock, Broken()).step()
    assert said == ["referral_overtaken"] and Referral.objects.get().trouble == "keys"


def test_a_clock_that_was_set_back_holds_nothing_up(tmp_path: Path) -> None:
    clock = a_clock()
    a_referral(clock)
    Referral.objects.update(due=clock.now() + timedelta(days=2))
    assert a_referrer(tmp_path, clock).step()


class OneRound(threading.Event):
    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


@pytest.mark.parametrize("error", [None, ClocksDiffer("differ"), OperationalError("away")])
def test_it_works_until_it_is_told_to_stop(
    error: Exception | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction goes on
    clock: Clock = a_clock()
    a_referral(clock)

    def guard() -> None:
        if error:
            raise error

    made = a_referrer(tmp_path, clock)
    made._guard = guard
    made.run(OneRound())
    assert len(dropped(tmp_path)) == (error is None)


def test_the_files_are_no_stranger_s_to_read(tmp_path: Path) -> None:
    clock = a_clock()
    a_referral(clock)
    a_referrer(tmp_path, clock).step()
    assert dropped(tmp_path)[0].stat().st_mode & 0o077 == 0
    assert io.BytesIO(dropped(tmp_path)[0].read_bytes()).read(21) == b"age-encryption.org/v1"
