from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody import records
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.custody.sealing import Sealed, Sealer
from tutela.kernel.custody.transparency import MemoryLogStore, TransparencyLog
from tutela.kernel.ids import new_id

NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


@pytest.fixture(scope="module")
def sealed() -> Sealed:
    keys = MemoryKeyStore(FixedClock(NOW))
    keys.rotate()
    return Sealer(MemoryBlobStore(), keys).put(BytesIO(b"benign"))


@pytest.fixture
def step(sealed: Sealed) -> CustodyStep:
    return CustodyStep(
        act="sealed",
        blob=sealed.blob,
        epoch=sealed.epoch,
        commitment=sealed.contents.commitment(),
        at=NOW,
        monotonic_seconds=12.5,
        process="fetcher",
        who=new_id("prc_"),
        source=new_id("sgt_"),
        reason="reported",
        tool="tutela",
        version="0.1.0",
        configuration="0" * 64,
    )


def test_a_step_comes_back_from_its_leaf(step: CustodyStep) -> None:
    assert records.parse(step.leaf()) == step
    handed = replace(step, act="transferred", recipient=new_id("prt_"))
    assert records.parse(handed.leaf()) == handed


def test_a_leaf_is_written_in_one_way(step: CustodyStep) -> None:
    here = replace(step, at=NOW.astimezone(timezone(timedelta(hours=2))))
    assert here.leaf() == step.leaf() == step.leaf().replace(b" ", b"", 0)
    assert list(json.loads(step.leaf())) == sorted(json.loads(step.leaf()))


def test_a_leaf_holds_no_digest_and_is_known_by_who_holds_the_salt(step: CustodyStep, sealed: Sealed) -> None:
    contents = sealed.contents
    assert not any(
        word.encode() in step.leaf() for word in (contents.sha256, contents.sha3_256, contents.salt.hex())
    )
    assert step.is_of(contents)
    assert not step.is_of(replace(contents, sha256="0" * 64))
    assert not step.is_of(replace(contents, salt=bytes(32)))
    assert not step.is_of(replace(contents, blob=new_id("blb_")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "looked"},
        {"at": datetime(2026, 1, 1)},
        {"blob": "https://host.example/a"},
        {"who": "Jane"},
        {"recipient": "police"},
        {"reason": "a sentence about it"},
        {"process": ""},
        {"commitment": "0" * 63},
        {"configuration": "x" * 64},
    ],
)
def test_what_is_no_id_word_or_digest_gets_into_no_leaf(step: CustodyStep, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(step, **wrong)


@pytest.mark.parametrize("leaf", [b"", b"\xff", b"[]", b"1", b'{"kind":"login"}', b"{}"])
def test_a_leaf_of_another_kind_is_left_aside(leaf: bytes) -> None:
    assert records.parse(leaf) is None


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"act": "looked"},
        {"at": 7},
        {"blob": 7},
        {"monotonic_seconds": float("nan")},
    ],
)
def test_a_wrong_step_is_refused(step: CustodyStep, change: dict[str, Any]) -> None:
    row = json.loads(step.leaf()) | change
    with pytest.raises(ValueError):
        records.parse(json.dumps(row, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(ValueError, match="one way"):
        records.parse(step.leaf() + b" ")


def test_the_record_of_an_object_is_its_steps_in_the_log(step: CustodyStep) -> None:
    log = TransparencyLog(
        store=MemoryLogStore(), origin="log.example/tutela", key=Ed25519PrivateKey.generate()
    )
    other = replace(step, blob=new_id("blb_"))
    opened = replace(step, act="opened", at=NOW + timedelta(hours=1))
    for leaf in (b'{"kind":"login"}', step.leaf(), other.leaf(), opened.leaf()):
        log.append(leaf)
    record = records.record_of(step.blob, log.store.leaves())
    assert record.steps == ((1, step), (3, opened)) and record.blob == step.blob
