from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.device_calls import PDQ, ROWS, SHA256, Sealers
from tests.commands.list_calls import MD5, Caller


@pytest.fixture
def sealers(call: Caller, tmp_path: Path) -> Sealers:
    return Sealers(call, tmp_path)


def test_a_proposal_says_everything_but_values(sealers: Sealers) -> None:
    assert sealers.propose("--perceptual", "--with", "md5", "--days", "10") == 0
    assert "sha256 3, md5 1, pdq 1" in sealers.call.out
    content = json.loads(sealers.proposal.read_text())["content"]
    assert (content["legal_class"], content["laws"], content["number"]) == ("csam", ["Example Act"], 1)
    assert content["publisher"]["organisation"] == "Lists"
    for text in (sealers.call.out, sealers.proposal.read_text()):
        assert not any(one in text for one in (*SHA256, MD5[0], PDQ))


def test_sha256_alone_unless_more_is_asked_for(sealers: Sealers) -> None:
    assert sealers.propose() == 0
    assert "left out: 1 PDQ values, which were not asked for" in sealers.call.out
    assert "left out: 1 md5 values" in sealers.call.out
    told = sealers.call.json(
        "propose", sealers.list, "-o", sealers.proposal, "--number", "2", *sealers.speaks("lists")
    )
    assert (told["entries"], told["number"], sum(told["left_out"].values())) == ({"sha256": 3}, 2, 2)


def test_one_class_of_a_list(sealers: Sealers) -> None:
    mixed = sealers.listed(*ROWS, f"sha256,{'ab' * 32},e9,exploitative", name="mixed")
    assert sealers.propose(source=mixed) == 2
    assert "csam, exploitative" in sealers.call.err
    assert sealers.propose("--class", "csam", source=mixed) == 0


@pytest.mark.parametrize(
    ("rows", "law", "words", "reason"),
    [
        (ROWS, "", (), "say no law"),
        ((f"sha256,{SHA256[0]},e,",), "Example Act", (), "say no legal class"),
        ((f"sha256,{SHA256[0]},e,csam", f"sha256,{SHA256[0]},f,adult_ncii"), "Example Act", (), "disputed"),
        (ROWS, "Example Act", ("--days", "93"), "--days"),
        (ROWS, "Example Act", ("--class", "exploitative"), "nothing of known"),
    ],
)
def test_what_may_not_be_on_devices_is_not_proposed(
    sealers: Sealers, rows: tuple[str, ...], law: str, words: tuple[str, ...], reason: str
) -> None:
    assert sealers.propose(*words, source=sealers.listed(*rows, name="other", law=law)) == 2
    assert reason in sealers.call.err
    assert not sealers.proposal.exists()


def test_pdq_values_need_the_owner_of_the_list(sealers: Sealers, call: Caller, tmp_path: Path) -> None:
    closed = tmp_path / "closed.tlist"
    call("import", tmp_path / "list.csv", "-o", closed, "--law", "L", "--approved")
    assert sealers.propose("--perceptual", source=closed) == 2
    assert "does not allow" in call.err
    assert sealers.propose(source=closed) == 0
