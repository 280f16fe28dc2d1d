from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands.device_calls import HOUSES, PDQ, SHA256, Sealers
from tests.commands.list_calls import MD5, Caller
from tutela.detect.matching.bundles.layout import take_apart
from tutela.detect.matching.bundles.opening import open_bundle
from tutela.detect.matching.bundles.trust import Trust
from tutela.kernel.clock import SystemClock


@pytest.fixture
def sealers(call: Caller, tmp_path: Path) -> Sealers:
    made = Sealers(call, tmp_path)
    assert made.propose("--perceptual", "--with", "md5") == 0
    return made


def test_a_device_opens_what_was_sealed(sealers: Sealers, tmp_path: Path) -> None:
    key = tmp_path / "prints.key"
    approvals = sealers.approve("north"), sealers.approve("south")
    assert sealers.call(*sealers.sealing(*approvals), "--prints-key", key) == 0
    assert "approved by North Hotline (DE), South Hotline (PT)" in sealers.call.out
    bundle = (tmp_path / "known.tdevice").read_bytes()
    header = take_apart(bundle).header
    trust = Trust(
        publishers=(header.content.publisher,), approvers=tuple(one.party for one in header.approvals)
    )
    opened = open_bundle(bundle, trust, SystemClock(), prints_key=bytes.fromhex(key.read_text()))
    none = np.empty((0, 32), np.uint8)
    assert all(opened.ask({"sha256": bytes.fromhex(one)}, none) == "exact" for one in SHA256)
    assert opened.ask({}, np.frombuffer(bytes.fromhex(PDQ), np.uint8)[None]) == "near"
    for one in (*SHA256, MD5[0], PDQ):
        assert bytes.fromhex(one)[-8:] not in bundle and one[:16].encode() not in bundle
    assert {party.organisation for party in trust.approvers} == {HOUSES["north"][0], HOUSES["south"][0]}


def test_the_key_of_the_pdq_values_is_made_once(sealers: Sealers, tmp_path: Path) -> None:
    key = tmp_path / "prints.key"
    sealing = sealers.sealing(sealers.approve("north"), sealers.approve("south"))
    assert sealers.call(*sealing) == 2
    assert "--prints-key" in sealers.call.err
    assert sealers.call(*sealing, "--prints-key", key) == 0
    first = key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    told = sealers.call.json(*sealing, "--prints-key", key)
    assert (told["for"], told["entries"]) == ("device", {"sha256": 3, "md5": 1, "pdq": 1})
    assert key.read_text() == first and first.strip() not in json.dumps(told)
    for wrong in ("00\n", "no key", "é"):
        key.write_text(wrong, encoding="utf-8")
        assert sealers.call(*sealing, "--prints-key", key) == 2
        assert "no key of PDQ values" in sealers.call.err
    key.write_text(first)
    key.chmod(0o644)
    assert sealers.call(*sealing, "--prints-key", key) == 2
    assert "open to other users" in sealers.call.err


def test_without_pdq_values_no_key_is_made(sealers: Sealers, tmp_path: Path) -> None:
    assert sealers.propose() == 0
    sealing = sealers.sealing(sealers.approve("north"), sealers.approve("south"))
    assert sealers.call(*sealing, "--prints-key", tmp_path / "prints.key") == 0
    assert not (tmp_path / "prints.key").exists()


def test_one_approval_is_not_enough(sealers: Sealers, tmp_path: Path) -> None:
    north = sealers.approve("north")
    for approvals in ((), (north,), (north, north)):
        assert sealers.call(*sealers.sealing(*approvals), "--prints-key", tmp_path / "k") == 2
        assert "approv" in sealers.call.err
    words = ("--organisation", "Third Hotline", "--jurisdiction", "DE")
    third = tmp_path / "third.approval"
    signs = sealers.signs("south")
    assert sealers.call("approve", sealers.list, sealers.proposal, "-o", third, *signs, *words) == 0
    assert sealers.call(*sealers.sealing(north, third), "--prints-key", tmp_path / "k") == 2
    assert "2 jurisdictions" in sealers.call.err
    assert not (tmp_path / "known.tdevice").exists()


def test_an_approval_of_another_proposal_does_not_count(sealers: Sealers, tmp_path: Path) -> None:
    north, south = sealers.approve("north"), sealers.approve("south")
    assert sealers.propose("--perceptual", "--with", "md5") == 0
    assert sealers.call(*sealers.sealing(north, south), "--prints-key", tmp_path / "k") == 2
    assert "north.approval" in sealers.call.err and "another content" in sealers.call.err


def test_only_the_publisher_seals(sealers: Sealers, tmp_path: Path) -> None:
    approvals = sealers.approve("north"), sealers.approve("south")
    words = [*sealers.sealing(*approvals), "--prints-key", tmp_path / "k"]
    words[words.index("lists")] = "north"
    assert sealers.call(*words) == 2
    assert "publisher" in sealers.call.err
