"""The publisher puts a device list together: content, approvals, sections, and a signature over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.detect.matching.bundles import prints
from tutela.detect.matching.bundles.approvals import check_approvals
from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.layout import Header, render_signed
from tutela.detect.matching.bundles.parties import Approval, check_quorum
from tutela.kernel.errors import Invalid, Refused


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Draft:
    """A content with what it holds: sections of digests, and PDQ values in clear (empty without any)."""

    content: Content
    exact: tuple[bytes, ...]
    clear_prints: bytes


def seal(
    draft: Draft, approvals: Sequence[Approval], key: Ed25519PrivateKey, *, prints_key: bytes = b""
) -> bytes:
    """The file. ``prints_key`` (32 bytes) encrypts the PDQ values where there are any.

    Raises Refused where approvals do not suffice or do not fit, or the key is not the publisher's; Invalid.
    """
    content = draft.content
    if key.public_key().public_bytes_raw() != content.publisher.key:
        raise Refused(f"this key is not that of {content.publisher.organisation}, the publisher")
    check_quorum([one.party for one in approvals], content.publisher)
    check_approvals(approvals, content)
    header = Header(content=content, approvals=tuple(approvals))
    try:
        sealed = prints.encrypt(draft.clear_prints, prints_key, content.digest) if content.prints else b""
        signed = render_signed(header, [*draft.exact, sealed])
    except ValueError as error:
        raise Invalid(str(error), field="device list") from error
    return signed + key.sign(signed)
