from __future__ import annotations

import os
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.age import CHUNK_BYTES, Damaged
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.keys import MemoryKeyStore, PrivateKey
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealing import Sealed, Sealer
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.ids import new_id


class Vault:
    """A vault in memory with one epoch, and what was opened of it."""

    def __init__(self) -> None:
        self.blobs, self.keys = (
            MemoryBlobStore(),
            MemoryKeyStore(FixedClock(datetime(2026, 1, 1, tzinfo=UTC))),
        )
        self.keys.rotate()
        self.opener = Opener(self.blobs, self.keys)
        self.recorded: list[Contents] = []

    def seal(self, data: bytes) -> Sealed:
        return Sealer(self.blobs, self.keys).put(BytesIO(data))

    def open(self, blob: str) -> bytes:
        target = BytesIO()
        self.opener.open(blob, target, record=self.recorded.append)
        return target.getvalue()

    def refused(self, blob: str, error: type[Exception]) -> None:
        """Nothing passes and nothing is recorded."""
        target = BytesIO()
        with pytest.raises(error):
            self.opener.open(blob, target, record=self.recorded.append)
        assert target.getvalue() == b"" and self.recorded == []


@pytest.fixture
def vault() -> Vault:
    return Vault()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2), st.integers(-1, 1))
def test_what_was_sealed_is_opened(chunks: int, more: int) -> None:
    vault, data = Vault(), os.urandom(max(0, chunks * CHUNK_BYTES + more))
    sealed = vault.seal(data)
    assert vault.open(sealed.blob) == data and vault.recorded == [sealed.contents]
    assert vault.opener.check(sealed.blob) == sealed.contents


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_nothing_passes_of_an_object_that_was_altered_or_cut_off(data: st.DataObject) -> None:
    vault = Vault()
    blob = vault.seal(os.urandom(CHUNK_BYTES + 100)).blob
    where = data.draw(st.sampled_from(["body", "envelope"]))
    held = vault.blobs.bodies if where == "body" else vault.blobs.keys[blob]
    name = next(iter(held))
    good = held[name]
    place = data.draw(st.integers(0, 1 << 20)) % len(good)  # the library adds a random stanza: lengths vary
    if data.draw(st.booleans()):
        held[name] = good[:place]
    else:
        held[name] = good[:place] + bytes([good[place] ^ data.draw(st.integers(1, 255))]) + good[place + 1 :]
    vault.refused(blob, Damaged)


def test_objects_whose_bytes_or_envelopes_were_changed_round_are_refused(vault: Vault) -> None:
    one, two = vault.seal(b"one").blob, vault.seal(b"two").blob
    bodies, keys = vault.blobs.bodies, vault.blobs.keys
    bodies[one], bodies[two] = bodies[two], bodies[one]
    vault.refused(one, Damaged)
    keys[one], keys[two] = keys[two], keys[one]  # both changed: whole, and still another object's
    vault.refused(one, Damaged)


def test_bytes_sealed_to_the_objects_key_by_somebody_else_are_refused(vault: Vault) -> None:
    from tutela.kernel.custody import age, envelopes

    sealed = vault.seal(b"benign")
    (envelope,) = vault.blobs.envelopes(sealed.blob).values()
    _, key = envelopes.parse(envelope, sealed.blob, vault.keys.private(sealed.epoch).text())
    forged = BytesIO()
    age.seal(BytesIO(b"forged"), forged, age.public_of(key))
    vault.blobs.bodies[sealed.blob] = forged.getvalue()
    vault.refused(sealed.blob, Damaged)


def test_what_cannot_be_recorded_is_not_opened(vault: Vault) -> None:
    def full(_: Contents) -> None:
        raise Unavailable("the log is full")

    target, blob = BytesIO(), vault.seal(b"benign").blob
    with pytest.raises(Unavailable, match="log is full"):
        vault.opener.open(blob, target, record=full)
    assert target.getvalue() == b""


def test_what_changes_between_the_two_readings_is_noticed_and_nothing_wrong_passes(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(3 * CHUNK_BYTES)
    blob, target = vault.seal(data).blob, BytesIO()
    body = BytesIO(vault.blobs.bodies[blob])
    monkeypatch.setattr(vault.blobs, "sealed", lambda _: body)  # the file that is cut off meanwhile

    def cut(_: Contents) -> None:
        body.truncate(len(vault.blobs.bodies[blob]) - CHUNK_BYTES)

    with pytest.raises(Damaged):
        vault.opener.open(blob, target, record=cut)
    assert data.startswith(target.getvalue()) and len(target.getvalue()) < len(data)


def test_without_the_private_key_nothing_opens_and_with_it_everything(vault: Vault) -> None:
    sealed = vault.seal(b"benign")
    key = vault.keys.privates.pop(sealed.epoch)
    vault.refused(sealed.blob, Unavailable)
    vault.keys.privates[sealed.epoch] = PrivateKey.new()
    vault.refused(sealed.blob, Damaged)
    vault.keys.restore(key)
    assert vault.open(sealed.blob) == b"benign"


def test_a_destroyed_object_and_one_that_never_was_look_the_same(vault: Vault) -> None:
    sealed = vault.seal(b"benign")
    vault.blobs.destroy(sealed.blob)
    vault.refused(sealed.blob, Refused)
    vault.refused(new_id("blb_"), Refused)


def test_an_epoch_is_moved_and_then_its_key_may_go(vault: Vault) -> None:
    sealed = [vault.seal(bytes([number])) for number in range(5)]
    old = vault.keys.current().id
    with pytest.raises(Conflict):
        vault.opener.move_epoch(old)
    copies = {one.blob: vault.blobs.envelopes(one.blob)[old] for one in sealed}
    bodies = dict(vault.blobs.bodies)
    vault.keys.rotate()
    assert vault.opener.move_epoch(old) == 5 and vault.opener.move_epoch(old) == 0
    vault.keys.retire(old)
    assert [vault.open(one.blob) for one in sealed] == [bytes([number]) for number in range(5)]
    assert vault.blobs.bodies == bodies
    for blob, copy in copies.items():  # an envelope that got into a backup against the rule
        vault.blobs.keys[blob] = {old: copy}
        with pytest.raises(Refused, match="destroyed on purpose"):
            vault.opener.check(blob)


def test_an_envelope_that_cannot_be_moved_stops_the_move(vault: Vault) -> None:
    sealed = vault.seal(b"benign")
    vault.blobs.keys[sealed.blob][sealed.epoch] = b"damaged"
    vault.keys.rotate()
    with pytest.raises(Damaged):
        vault.opener.move_epoch(sealed.epoch)
    assert list(vault.blobs.blobs(sealed.epoch)) == [sealed.blob]


def test_the_envelope_that_opens_is_taken_where_a_crash_left_two(vault: Vault) -> None:
    sealed = vault.seal(b"benign")
    vault.blobs.keys[sealed.blob] = {vault.keys.rotate().id: b"half", **vault.blobs.keys[sealed.blob]}
    assert vault.open(sealed.blob) == b"benign"


def test_an_empty_epoch_needs_no_key_to_be_moved(vault: Vault) -> None:
    old = vault.keys.current().id
    vault.keys.privates.clear()
    vault.keys.rotate()
    assert vault.opener.move_epoch(old) == 0


@pytest.mark.parametrize("when", ["envelopes", "move"])
def test_an_object_that_is_destroyed_while_its_epoch_moves_on_is_passed_over(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    one, two = vault.seal(b"one"), vault.seal(b"two")
    call = getattr(vault.blobs, when)

    def late(blob: str, *more: object) -> object:
        if blob == one.blob:
            vault.blobs.destroy(blob)
        return call(blob, *more)

    monkeypatch.setattr(vault.blobs, when, late)
    vault.keys.rotate()
    assert vault.opener.move_epoch(one.epoch) == 1
    assert vault.open(two.blob) == b"two" and list(vault.blobs.blobs()) == [two.blob]


def test_an_envelope_that_somebody_else_moved_is_passed_over(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = vault.seal(b"benign")
    vault.keys.rotate()
    monkeypatch.setattr(vault.blobs, "envelopes", lambda _: {})
    assert vault.opener.move_epoch(sealed.epoch) == 0
