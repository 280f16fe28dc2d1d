"""A proposal, and the same content made again by those who approve it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.detect.matching.bundles.making import (
    CREATED,
    MD5,
    PDQ,
    SHA256,
    draft,
    entries,
    header,
    terms,
)
from tests.detect.matching.making import entry, value
from tutela.detect.matching.bundles.drafting import (
    Proposal,
    Terms,
    parse_proposal,
    propose,
    redraft,
    render_proposal,
)
from tutela.detect.matching.shapes import Thresholds
from tutela.kernel.errors import Invalid, Refused


def proposal(wanted: Terms | None = None) -> Proposal:
    return propose(header(), entries(), wanted or terms())[0]


def test_whoever_has_the_list_makes_the_same_content() -> None:
    for wanted in (terms(), terms(kinds=("sha256",), perceptual=False), terms(legal_class="csam")):
        made = proposal(wanted)
        again = redraft(header(), entries()[::-1], parse_proposal(render_proposal(made)))
        assert again.content == made.content
        assert again.content.digest == made.content.digest


def test_a_proposal_says_what_is_left_out() -> None:
    _, left_out = propose(header(), entries(), terms(kinds=("sha256",)))
    assert sum(left_out.values()) == 8


def test_each_proposal_has_a_salt_of_its_own() -> None:
    first, second = proposal(), proposal()
    assert first.content.salt != second.content.salt
    assert first.blind != second.blind
    assert first.content.exact[0].sha256 != second.content.exact[0].sha256


def test_no_value_stands_in_a_proposal() -> None:
    text = render_proposal(proposal())
    assert not any(raw.hex()[:8].encode() in text for raw in (*SHA256, *MD5, *PDQ))


@pytest.mark.parametrize(
    ("listed", "fields", "word"),
    [
        (entries()[1:], {}, "exact"),
        ([*entries(), entry("new", "md5", value(1, 16))], {}, "exact"),
        ([*entries(), entry("new", "pdq", value(1))], {}, "perceptual"),
        (entries()[:-1], {}, "perceptual"),
        (entries(), {"law": "Another Act"}, "laws"),
        (entries(), {"thresholds": Thresholds(distance_bits=30)}, "perceptual"),
    ],
)
def test_another_list_than_the_proposed_one_is_seen(
    listed: list[Any], fields: dict[str, Any], word: str
) -> None:
    with pytest.raises(Refused, match=f"not the one that is proposed: {word}"):
        redraft(header(**fields), listed, proposal())


def test_another_blinding_is_seen() -> None:
    with pytest.raises(Refused, match="perceptual"):
        redraft(header(), entries(), replace(proposal(), blind=bytes(32)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires": CREATED},
        {"name": ""},
        {"kinds": ("url",)},
        {"legal_class": "csam", "kinds": ("photodna",)},
    ],
)
def test_terms_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=r"name of a list|expires|device list holds"):
        proposal(terms(**wrong))


def test_a_draft_holds_what_its_content_says() -> None:
    made = draft()
    assert [len(section) for section in made.exact] == [one.shape.size_bytes for one in made.content.exact]
    assert made.content.prints is not None
    assert len(made.clear_prints) == 32 + 33 * made.content.prints.entries
    assert draft(perceptual=False).clear_prints == b""


@pytest.mark.parametrize(
    "change", [lambda raw: raw[:-1], lambda raw: b"x\n", lambda raw: raw.replace(b'"blind"', b'"bland"')]
)
def test_what_is_no_proposal_is_refused(change: Any) -> None:
    with pytest.raises(Invalid, match=r"\w"):
        parse_proposal(change(render_proposal(proposal())))
    assert "blind" not in repr(proposal())
