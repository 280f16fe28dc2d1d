"""Approvals: who signed what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.detect.matching.bundles.making import NORTH, SOUTH, House, draft
from tutela.detect.matching.bundles.approvals import (
    approval_text,
    check_approvals,
    is_right,
    parse_approval,
)
from tutela.detect.matching.bundles.content import Content
from tutela.kernel.custody.notes import Note, sign
from tutela.kernel.errors import Refused

CONTENT = draft().content
OTHER = replace(CONTENT, number=9)


def note_of(house: House, content: Content = CONTENT) -> Note:
    return sign(approval_text(content, house.party), "anna", house.private)


def test_an_approval_goes_through_a_note() -> None:
    approval = parse_approval(note_of(NORTH), CONTENT)
    assert approval == NORTH.approves(CONTENT)
    assert is_right(approval, CONTENT)
    assert not is_right(approval, OTHER)
    assert not is_right(replace(approval, party=replace(NORTH.party, jurisdiction="FR")), CONTENT)


def test_a_person_reads_what_they_sign() -> None:
    text = approval_text(CONTENT, NORTH.party)
    assert "list: sample for devices, number 3\n" in text
    assert "organisation: North Hotline\njurisdiction: DE\n" in text
    assert CONTENT.digest.hex() in text


def test_a_second_signature_does_no_harm() -> None:
    both = note_of(NORTH)
    both = Note(
        text=both.text, signatures=(*sign(both.text, "ben", SOUTH.private).signatures, *both.signatures)
    )
    assert parse_approval(both, CONTENT).party == NORTH.party


def test_another_content_or_signature_is_refused() -> None:
    with pytest.raises(ValueError, match="another content"):
        parse_approval(note_of(NORTH, OTHER), CONTENT)
    text = approval_text(CONTENT, NORTH.party)
    with pytest.raises(ValueError, match="not signed with its key"):
        parse_approval(sign(text, "anna", SOUTH.private), CONTENT)
    with pytest.raises(ValueError, match="no approval"):
        parse_approval(sign(text + "more\n", "anna", NORTH.private), CONTENT)


def test_every_approval_has_to_be_right() -> None:
    check_approvals([NORTH.approves(CONTENT), SOUTH.approves(CONTENT)], CONTENT)
    with pytest.raises(Refused, match="South Hotline"):
        check_approvals([NORTH.approves(CONTENT), SOUTH.approves(OTHER)], CONTENT)
