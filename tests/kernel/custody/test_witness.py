from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.checkpoints import Checkpoint, WitnessKey
from tutela.kernel.custody.transparency import MemoryLogStore, TransparencyLog
from tutela.kernel.custody.witness import MemoryWitnessStore, Witness
from tutela.kernel.errors import Conflict, Invalid, Refused

KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def a_log(origin: str = "log.example", key_byte: int = 0) -> TransparencyLog:
    key = Ed25519PrivateKey.from_private_bytes(bytes([key_byte]) * 32)
    return TransparencyLog(origin=origin, store=MemoryLogStore(), key=key)


def a_witness(log: TransparencyLog, store: MemoryWitnessStore | None = None) -> Witness:
    kept = store or MemoryWitnessStore()
    return Witness(name="w.example", key=KEY, logs=[log.public_key], store=kept, clock=FixedClock(NOW))


def test_each_checkpoint_that_continues_the_last_is_signed_with_the_time() -> None:
    log, public = a_log(), WitnessKey(name="w.example", public_key=KEY.public_key().public_bytes_raw())
    witness, old = a_witness(log), 0
    for leaves in (1, 2, 4):
        for _ in range(leaves):
            log.append(b"x")
        note, size = log.checkpoint(), log.store.size()
        signature = witness.cosign(str(note), old, log.consistency(old, size))
        assert public.seconds(note.with_signatures([signature])) == int(NOW.timestamp())
        old = size


def test_another_history_is_not_signed() -> None:
    log, other = a_log(), a_log()
    log.append(b"a")
    witness = a_witness(log)
    witness.cosign(str(log.checkpoint()), 0, [])
    other.append(b"b")
    other.append(b"c")
    with pytest.raises(Invalid, match="does not lead"):
        witness.cosign(str(other.checkpoint()), 1, other.consistency(1, 2))


def test_a_caller_who_is_behind_is_told_the_size() -> None:
    log = a_log()
    log.append(b"a")
    witness = a_witness(log)
    witness.cosign(str(log.checkpoint()), 0, [])
    with pytest.raises(Conflict, match="1 leaves"):
        witness.cosign(str(log.checkpoint()), 0, [])
    assert witness.cosign(str(log.checkpoint()), 1, []).name == "w.example"


def test_an_unknown_log_is_refused() -> None:
    witness = a_witness(a_log())
    for stranger in (a_log("other.example"), a_log(key_byte=5)):
        stranger.append(b"a")
        with pytest.raises(Refused, match="no log of that name"):
            witness.cosign(str(stranger.checkpoint()), 0, [])


def test_what_is_no_checkpoint_is_invalid() -> None:
    with pytest.raises(Invalid) as caught:
        a_witness(a_log()).cosign("text\n", 0, [])
    assert caught.value.field == "checkpoint"


class Overtaken(MemoryWitnessStore):
    """Somebody else signs between the question and the answer."""

    def replace(self, before: Checkpoint | None, after: Checkpoint, note: str) -> bool:
        assert super().replace(before, after, note)
        return super().replace(before, after, note)


def test_two_at_once_get_one_signature() -> None:
    log = a_log()
    log.append(b"a")
    with pytest.raises(Conflict, match="meanwhile"):
        a_witness(log, Overtaken()).cosign(str(log.checkpoint()), 0, [])
