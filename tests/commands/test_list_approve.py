from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.device_calls import ROWS, Sealers
from tests.commands.list_calls import Caller


@pytest.fixture
def sealers(call: Caller, tmp_path: Path) -> Sealers:
    made = Sealers(call, tmp_path)
    assert made.propose("--perceptual") == 0
    return made


def test_an_approval_is_a_text_that_a_person_reads(sealers: Sealers) -> None:
    path = sealers.approve("north")
    assert "approved by North Hotline (DE)" in sealers.call.out
    text = path.read_text()
    assert text.startswith("tutela device list approval 1\nlist: known, number 1\n")
    assert "organisation: North Hotline\njurisdiction: DE\n" in text
    sealers.approve("south", "--json")
    assert '"organisation": "South Hotline"' in sealers.call.out


def test_another_list_is_not_approved(sealers: Sealers, tmp_path: Path) -> None:
    other = sealers.listed(*ROWS[1:], name="other")
    output = tmp_path / "x.approval"
    assert sealers.call("approve", other, sealers.proposal, "-o", output, *sealers.speaks("north")) == 2
    assert "not the one that is proposed" in sealers.call.err
    assert not output.exists()


def test_the_publisher_does_not_approve(sealers: Sealers, tmp_path: Path) -> None:
    words = ("approve", sealers.list, sealers.proposal, "-o", tmp_path / "x.approval")
    names = ("--organisation", "Other name", "--jurisdiction", "FR")
    assert sealers.call(*words, *sealers.speaks("lists")) == 2
    assert "publisher" in sealers.call.err
    assert sealers.call(*words, *sealers.signs("lists"), *names) == 2
    assert (
        sealers.call(*words, *sealers.signs("north"), "--organisation", "LISTS", "--jurisdiction", "DE") == 2
    )


def test_what_is_no_proposal_is_not_approved(sealers: Sealers, tmp_path: Path) -> None:
    sealers.proposal.write_text("{}\n")
    words = ("approve", sealers.list, sealers.proposal, "-o", tmp_path / "x.approval")
    assert sealers.call(*words, *sealers.speaks("north")) == 2
    assert "proposal" in sealers.call.err
