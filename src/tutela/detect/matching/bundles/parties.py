"""An organisation that publishes or approves device lists: name, jurisdiction, public key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.detect.matching.bundles.jurisdictions import check_jurisdiction
from tutela.kernel.errors import Refused
from tutela.kernel.signing.weak_keys import is_weak

#: Bytes of an Ed25519 public key and of a signature (RFC 8032 section 5.1).
KEY_BYTES = 32
SIGNATURE_BYTES = 64
#: Fewest organisations and fewest jurisdictions behind a device list (governance GOV-02).
ORGANISATIONS_MIN = 2
JURISDICTIONS_MIN = 2
#: Longest name of an organisation or a list, and of a law, in characters (our own).
TEXT_MAX = 200


def check_text(untrusted_text: str, what: str) -> str:
    """The text itself: one printable line without blanks around it. Raises ValueError naming ``what``."""
    fits = 0 < len(untrusted_text) <= TEXT_MAX and untrusted_text.isprintable()
    if not fits or untrusted_text != untrusted_text.strip():
        raise ValueError(f"{what} is one line of 1 to {TEXT_MAX} printable characters")
    return untrusted_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """An organisation of one jurisdiction (ISO 3166-1 code) and its public key (Ed25519, 32 bytes)."""

    organisation: str
    jurisdiction: str
    key: bytes

    def __post_init__(self) -> None:
        check_text(self.organisation, "the name of an organisation")
        check_jurisdiction(self.jurisdiction)
        if len(self.key) != KEY_BYTES or is_weak(self.key):
            raise ValueError("a key is 32 bytes, and none under which anybody's signature fits")

    @property
    def body(self) -> str:
        """The organisation, however its name is capitalised."""
        return self.organisation.casefold()


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """The signature (64 bytes) of an organisation on one content, unchecked."""

    party: Party
    signature: bytes


def check_quorum(approving: Sequence[Party], publisher: Party) -> None:
    """Return where enough organisations approve, and the publisher is none of them. Raises Refused."""
    if any(publisher.key == one.key or publisher.body == one.body for one in approving):
        raise Refused("the publisher of a device list may not be one of those who approve it")
    bodies = {one.body for one in approving}
    if len(bodies) < len(approving) or len({one.key for one in approving}) < len(approving):
        raise Refused("each organisation and each key approves a device list once")
    if len(bodies) < ORGANISATIONS_MIN:
        raise Refused(f"a device list needs the approvals of {ORGANISATIONS_MIN} organisations")
    if len({one.jurisdiction for one in approving}) < JURISDICTIONS_MIN:
        raise Refused(f"a device list needs approvals from {JURISDICTIONS_MIN} jurisdictions")
