from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import OperationalError, transaction

from tests.hotline.conftest import django_db_modify_db_settings
from tests.hotline.ledger import steps
from tutela.hotline import database_clock
from tutela.hotline.ledger import signing
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.kept import last_kept
from tutela.hotline.ledger.log_keys import make_log_key
from tutela.hotline.ledger.models import LedgerCheckpoint
from tutela.kernel.custody.fsck import signed_size
from tutela.kernel.errors import Refused, Unavailable
from tutela.processes.notarising import SIGN_SECONDS, run_notary

__all__ = ["django_db_modify_db_settings", "steps"]

pytestmark = pytest.mark.django_db
#: Threat model ST-18.
LATEST_SECONDS = 600


def quiet(sentence: str) -> None:
    assert sentence.startswith("notary: ")


def entry() -> None:
    with transaction.atomic():
        record("tried_in_a_test", actor=process("worker"))


def test_the_time_between_is_far_below_the_promise() -> None:
    assert 2 * SIGN_SECONDS <= LATEST_SECONDS


def test_it_signs_until_told_to_stop_and_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_log_key(tmp_path, "hotline.test/log")
    stop = threading.Event()
    said: list[str] = []
    times: list[int] = []
    sign = signing.sign_and_keep

    def signed(*words: object) -> object:
        times.append(1)
        if len(times) == 1:
            raise OperationalError("database is locked: http://secret.test/")
        entry()
        if len(times) == 3:
            stop.set()
        return sign(*words)  # type: ignore[arg-type]  # what the notary gave

    monkeypatch.setattr(signing, "sign_and_keep", signed)
    run_notary(tmp_path, stop, seconds=0.01, say=said.append)
    assert said == ["notary: signs the log hotline.test/log every 0.01 seconds"]
    assert len(times) == 4 and LedgerCheckpoint.objects.count() == 3
    assert signed_size(last_kept(tmp_path) or "") == 3


def test_a_log_that_became_another_ends_it(tmp_path: Path) -> None:
    key = make_log_key(tmp_path, "hotline.test/log")
    entry()
    stop = threading.Event()
    stop.set()
    run_notary(tmp_path, stop, say=quiet)
    path = tmp_path / "checkpoints" / "last.note"
    path.write_text(path.read_text().replace("hotline.test/log\n1\n", "hotline.test/log\n2\n"))
    with pytest.raises(Refused):
        run_notary(tmp_path, stop, say=quiet)
    assert key.name == "hotline.test/log"


def test_while_the_clocks_differ_nothing_is_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_log_key(tmp_path, "hotline.test/log")
    entry()
    stop = threading.Event()
    stop.set()
    monkeypatch.setattr(database_clock, "skew_seconds", lambda _clock: 660.0)
    run_notary(tmp_path, stop, say=quiet)
    assert not LedgerCheckpoint.objects.exists()
    monkeypatch.setattr(database_clock, "skew_seconds", lambda _clock: 0.0)
    run_notary(tmp_path, stop, say=quiet)
    assert LedgerCheckpoint.objects.count() == 1


def test_without_the_key_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"log\.key"):
        run_notary(tmp_path, threading.Event(), say=quiet)
