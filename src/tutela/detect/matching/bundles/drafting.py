"""A list becomes a content to approve. Whoever has the same list makes the same content from a proposal.

A proposal is the content, and the random bytes that hide its PDQ values: what an approving organisation needs
to make the content itself from its own copy of the list, and to see that nothing else is in it. It holds no
digest and no PDQ value; the random bytes are not for devices.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela.detect.matching.bundles import prints
from tutela.detect.matching.bundles.buckets import DIGEST_BYTES, fill_buckets
from tutela.detect.matching.bundles.content import (
    SALT_BYTES,
    Content,
    ExactSection,
    parse_content,
    render_content,
)
from tutela.detect.matching.bundles.fields import canonical, parse_canonical
from tutela.detect.matching.bundles.parties import Party
from tutela.detect.matching.bundles.prints import BLIND_BYTES, PrintShape
from tutela.detect.matching.bundles.sealing import Draft
from tutela.detect.matching.bundles.selecting import Selection, Wanted, select
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.errors import Invalid, Refused

#: Largest proposal in bytes (our own: it has some 2,000).
PROPOSAL_BYTES_MAX = 64 << 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the publisher decides about a device list. ``perceptual``: with PDQ values."""

    name: str
    number: int
    publisher: Party
    created: datetime
    expires: datetime
    legal_class: str = ""
    kinds: tuple[str, ...] = ("sha256",)
    perceptual: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Proposal:
    """A content, and the 32 random bytes that hide its PDQ values."""

    content: Content
    blind: bytes


def render_proposal(proposal: Proposal) -> bytes:
    """The file that goes to those who approve."""
    value = {"content": render_content(proposal.content), "blind": proposal.blind.hex()}
    return canonical(value) + b"\n"


def parse_proposal(untrusted: bytes) -> Proposal:
    """The proposal of a file. Raises Invalid."""
    try:
        if not untrusted.endswith(b"\n"):
            raise ValueError("the proposal is cut off")
        fields = parse_canonical(untrusted[:-1])
        proposal = Proposal(
            content=parse_content(fields.take("content")), blind=fields.raw("blind", BLIND_BYTES)
        )
        fields.finish()
    except ValueError as error:
        raise Invalid(str(error), field="proposal") from error
    return proposal


def propose(header: ListHeader, entries: Iterable[ListEntry], terms: Terms) -> tuple[Proposal, Counter[str]]:
    """A proposal under a new salt, and how many values are left out for which reason.

    Raises Refused where the list may not be on devices, Invalid where the terms cannot be.
    """
    salt, blind = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(BLIND_BYTES)
    draft, left_out = _draft(header, entries, terms, salt, blind)
    return Proposal(content=draft.content, blind=blind), left_out


def redraft(header: ListHeader, entries: Iterable[ListEntry], proposal: Proposal) -> Draft:
    """The content of the proposal, made again from this list. Raises Refused where it is another one."""
    theirs = proposal.content
    terms = Terms(
        name=theirs.name,
        number=theirs.number,
        publisher=theirs.publisher,
        created=theirs.created,
        expires=theirs.expires,
        legal_class=theirs.legal_class,
        kinds=tuple(one.shape.kind for one in theirs.exact),
        perceptual=theirs.device_perceptual,
    )
    draft, _ = _draft(header, entries, terms, theirs.salt, proposal.blind)
    mine, other = render_content(draft.content), render_content(theirs)
    differing = [name for name in other if mine[name] != other[name]]
    if differing:
        raise Refused(f"this list is not the one that is proposed: {', '.join(differing)} would be another")
    return draft


def _draft(
    header: ListHeader, entries: Iterable[ListEntry], terms: Terms, salt: bytes, blind: bytes
) -> tuple[Draft, Counter[str]]:
    try:
        wanted = Wanted(
            legal_class=terms.legal_class,
            since=terms.created,
            until=terms.expires,
            kinds=terms.kinds,
            prints=terms.perceptual,
        )
        selection = select(header, entries, wanted)
        return _fill(header, selection, terms, salt, blind), selection.left_out
    except ValueError as error:
        raise Invalid(str(error), field="device list") from error


def _fill(header: ListHeader, selection: Selection, terms: Terms, salt: bytes, blind: bytes) -> Draft:
    kinds = [kind for kind in DIGEST_BYTES if selection.digests.get(kind)]
    filled = [fill_buckets(kind, selection.digests[kind], salt) for kind in kinds]
    clear = prints.gather_prints(selection.prints, blind) if selection.prints else b""
    content = Content(
        name=terms.name,
        number=terms.number,
        legal_class=selection.legal_class,
        laws=selection.laws,
        created=terms.created,
        expires=terms.expires,
        device_perceptual=terms.perceptual,
        publisher=terms.publisher,
        salt=salt,
        exact=tuple(
            ExactSection(shape=shape, sha256=hashlib.sha256(section).digest()) for shape, section in filled
        ),
        prints=_print_shape(header, clear) if clear else None,
    )
    return Draft(content=content, exact=tuple(section for _, section in filled), clear_prints=clear)


def _print_shape(header: ListHeader, clear: bytes) -> PrintShape:
    return PrintShape(
        entries=(len(clear) - BLIND_BYTES) // prints.ENTRY_BYTES,
        distance_bits=header.thresholds.distance_bits,
        quality_min=header.thresholds.quality_min,
        commitment=prints.commitment(clear),
    )
