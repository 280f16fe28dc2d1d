from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.transparency import MemoryLogStore, TransparencyLog
from tutela.kernel.custody.witness import Witness
from tutela.kernel.custody.witness_files import FileWitnessStore
from tutela.kernel.errors import Conflict, Refused, Unavailable

LOG, WITNESS = SigningKey.new("log.test"), SigningKey.new("witness.test")
CLOCK = FixedClock(datetime(2026, 5, 1, tzinfo=UTC))


def a_log(leaves: int = 5) -> TransparencyLog:
    log = TransparencyLog(origin=LOG.name, store=MemoryLogStore(), key=LOG.private)
    for number in range(leaves):
        log.append(b"%d" % number)
    return log


def a_witness(folder: Path) -> Witness:
    store = FileWitnessStore(folder)
    store.add_log(LOG.note_key)
    return Witness(name=WITNESS.name, key=WITNESS.private, logs=store.logs(), store=store, clock=CLOCK)


def test_a_witness_remembers_in_another_process(tmp_path: Path) -> None:
    log = a_log()
    a_witness(tmp_path).cosign(str(log.checkpoint()), 0, [])
    log.append(b"more")
    note = log.checkpoint()
    with pytest.raises(Conflict, match="5 leaves"):
        a_witness(tmp_path).cosign(str(note), 0, [])
    signature = a_witness(tmp_path).cosign(str(note), 5, log.consistency(5, 6))
    assert WITNESS.witness_key.seconds(note.with_signatures([signature])) == CLOCK.now().timestamp()
    assert FileWitnessStore(tmp_path).last_note(LOG.name) == str(note)


def test_the_last_one_is_replaced_only_by_who_knew_it(tmp_path: Path) -> None:
    store, log = FileWitnessStore(tmp_path), a_log()
    note = str(log.checkpoint())
    assert store.last(LOG.name) is None
    first = log.store.size()
    a_witness(tmp_path).cosign(note, 0, [])
    kept = store.last(LOG.name)
    assert kept is not None and kept.size == first
    assert not store.replace(None, kept, note)
    assert store.replace(kept, kept, note)


def test_damage_is_no_empty_memory(tmp_path: Path) -> None:
    store = FileWitnessStore(tmp_path)
    a_witness(tmp_path).cosign(str(a_log().checkpoint()), 0, [])
    (path,) = tmp_path.glob("*.note")
    path.write_bytes(b"\xff")
    with pytest.raises(Unavailable, match="damaged"):
        store.last(LOG.name)
    path.write_text(str(TransparencyLog(origin="b", store=MemoryLogStore(), key=LOG.private).checkpoint()))
    with pytest.raises(Unavailable, match="damaged"):
        store.last(LOG.name)
    (key,) = tmp_path.glob("*.pub")
    key.write_text("log.test")
    with pytest.raises(Unavailable, match="damaged"):
        store.logs()


def test_a_log_of_the_same_name_with_another_key_is_refused(tmp_path: Path) -> None:
    store = FileWitnessStore(tmp_path)
    store.add_log(LOG.note_key)
    store.add_log(LOG.note_key)
    with pytest.raises(Conflict, match="another key"):
        store.add_log(SigningKey.new(LOG.name).note_key)
    assert store.logs() == (LOG.note_key,)


def test_a_witness_begins_anew_only_when_told_to(tmp_path: Path) -> None:
    store, note = FileWitnessStore(tmp_path), a_log().checkpoint()
    a_witness(tmp_path).cosign(str(note), 0, [])
    assert store.forget(LOG.name) == 5 and store.last(LOG.name) is None
    assert [path.read_text() for path in tmp_path.glob("*.forgotten-5")] == [str(note)]
    with pytest.raises(Refused, match="signed nothing"):
        store.forget(LOG.name)
    a_witness(tmp_path).cosign(str(a_log(3).checkpoint()), 0, [])
