from __future__ import annotations

from pathlib import Path

import pytest

from tutela.hotline.ledger.kept import keep_cosigned, keep_last, kept, last_kept, lost, put_aside
from tutela.kernel.custody.checkpoints import checked, cosign
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.custody.transparency import MemoryLogStore, TransparencyLog
from tutela.kernel.errors import Invalid

LOG, WITNESS, OTHER = (SigningKey.new(name) for name in ("log.test", "witness.test", "other.test"))


def checkpoints(number: int) -> list[Note]:
    log = TransparencyLog(origin=LOG.name, store=MemoryLogStore(), key=LOG.private)
    made = []
    for leaf in range(number):
        log.append(b"%d" % leaf)
        made.append(log.checkpoint())
    return made


def cosigned(note: Note, *witnesses: SigningKey) -> Note:
    return note.with_signatures(cosign(note.text, one.name, one.private, 7) for one in witnesses)


def test_the_last_one_stands_beside_the_database(tmp_path: Path) -> None:
    first, second = checkpoints(2)
    assert last_kept(tmp_path) is None and kept(tmp_path) == []
    keep_last(tmp_path, first)
    keep_last(tmp_path, second)
    assert last_kept(tmp_path) == str(second) and kept(tmp_path) == [str(second)]


def test_cosigned_ones_stay_in_their_order(tmp_path: Path) -> None:
    made = [cosigned(note, WITNESS) for note in checkpoints(12)]
    for note in (made[11], made[1], made[8]):
        assert keep_cosigned(tmp_path, LOG.note_key, [WITNESS.witness_key], str(note)) == note
    keep_last(tmp_path, made[11])
    assert kept(tmp_path) == [str(made[1]), str(made[8]), str(made[11]), str(made[11])]


def test_only_right_signatures_are_kept(tmp_path: Path) -> None:
    (note,) = checkpoints(1)
    here = keep_cosigned(tmp_path, LOG.note_key, [WITNESS.witness_key], str(cosigned(note, OTHER, WITNESS)))
    assert [one.name for one in here.signatures] == [LOG.name, WITNESS.name]


@pytest.mark.parametrize("text", ["", "log.test\n1\n"])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid):
        keep_cosigned(tmp_path, LOG.note_key, [WITNESS.witness_key], text)


def test_a_witness_that_did_not_sign_is_missed(tmp_path: Path) -> None:
    (note,) = checkpoints(1)
    forged = note.with_signatures([cosign("other\n", WITNESS.name, WITNESS.private, 7)])
    for one in (note, cosigned(note, OTHER), forged):
        with pytest.raises(Invalid, match="cosignature"):
            keep_cosigned(tmp_path, LOG.note_key, [WITNESS.witness_key], str(one))
    assert kept(tmp_path) == []


def test_what_was_lost_is_put_aside_and_not_thrown_away(tmp_path: Path) -> None:
    made = [cosigned(note, WITNESS) for note in checkpoints(9)]
    for note in (made[2], made[8]):
        keep_cosigned(tmp_path, LOG.note_key, [WITNESS.witness_key], str(note))
    plain = Note(text=made[8].text, signatures=made[8].signatures[:1])
    keep_last(tmp_path, plain)
    put_aside(tmp_path, checked(plain, LOG.note_key, LOG.name), str(plain))
    assert kept(tmp_path) == [str(made[2])] and last_kept(tmp_path) is None
    assert lost(tmp_path) == [str(plain)]
