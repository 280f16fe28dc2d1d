"""Approvals: an organisation signs the digest of a content, on its own machine, with its own key.

What is signed is a text of a few lines that a person reads; as a file it is a C2SP signed note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.parties import SIGNATURE_BYTES, Approval, Party
from tutela.kernel.custody.notes import Note, verified
from tutela.kernel.errors import Refused

_TEXT = re.compile(
    "tutela device list approval 1\n"
    "list: [^\n]{1,200}, number [0-9]{1,10}\n"
    "content: [0-9a-f]{64}\n"
    "organisation: (?P<organisation>[^\n]{1,200})\n"
    "jurisdiction: (?P<jurisdiction>[A-Z]{2})\n"
    "key: (?P<key>[0-9a-f]{64})\n"
)


def approval_text(content: Content, party: Party) -> str:
    """What ``party`` signs to approve ``content``."""
    return (
        "tutela device list approval 1\n"
        f"list: {content.name}, number {content.number}\n"
        f"content: {content.digest.hex()}\n"
        f"organisation: {party.organisation}\n"
        f"jurisdiction: {party.jurisdiction}\n"
        f"key: {party.key.hex()}\n"
    )


def parse_approval(untrusted_note: Note, content: Content) -> Approval:
    """The approval of this content in a note. Raises ValueError for another text or a wrong signature."""
    found = _TEXT.fullmatch(untrusted_note.text)
    if found is None:
        raise ValueError("this is no approval of a device list")
    party = Party(
        organisation=found["organisation"],
        jurisdiction=found["jurisdiction"],
        key=bytes.fromhex(found["key"]),
    )
    if untrusted_note.text != approval_text(content, party):
        raise ValueError(f"what {party.organisation} approved is another content than this one")
    for one in untrusted_note.signatures:
        approval = Approval(party=party, signature=one.value)
        if len(one.value) == SIGNATURE_BYTES and is_right(approval, content):
            return approval
    raise ValueError(f"the approval of {party.organisation} is not signed with its key")


def is_right(approval: Approval, content: Content) -> bool:
    """Whether the signature is that of its party on this content."""
    text = approval_text(content, approval.party)
    return verified(approval.party.key, text.encode(), approval.signature)


def check_approvals(approvals: Sequence[Approval], content: Content) -> None:
    """Return where every signature is right. Raises Refused naming an organisation whose is not."""
    for one in approvals:
        if not is_right(one, content):
            raise Refused(f"the approval of {one.party.organisation} does not belong to this list")
