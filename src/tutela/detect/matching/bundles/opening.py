"""A device opens a list: every check before the first question, and then yes or no.

In this order: shape and sizes, the publisher's signature over all bytes, the approvals, the time, the number,
the sections. Nothing is shown of an entry but whether something meets one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.bundles import prints
from tutela.detect.matching.bundles.approvals import check_approvals
from tutela.detect.matching.bundles.buckets import Buckets
from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.layout import Header, Parts, take_apart
from tutela.detect.matching.bundles.parties import Party, check_quorum
from tutela.detect.matching.bundles.prints import Prints
from tutela.detect.matching.bundles.trust import Trust
from tutela.kernel.clock import Clock, iso_utc
from tutela.kernel.custody.notes import verified
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable

#: What a picture meets in a list: an entry's digest, an entry's PDQ value, or nothing.
Met = Literal["exact", "near"] | None
#: How far clocks may differ before a list counts as made in the future (governance.md 5.2: 10 minutes).
SKEW = timedelta(minutes=10)
_FIELD = "device list"


class OpenBundle:
    """An opened list. Immutable; used by many threads."""

    def __init__(self, header: Header, exact: Mapping[str, Buckets], near: Prints | None) -> None:
        self.header = header
        self._exact = exact
        self._near = near

    @property
    def content(self) -> Content:
        """What the list says about itself."""
        return self.header.content

    def has(self, kind: str, digest: bytes) -> bool:
        """Whether the digest of this kind is listed; no for a kind that the list does not hold."""
        found = self._exact.get(kind)
        return found is not None and found.has(self.content.salt, digest)

    def ask(self, digests: Mapping[str, bytes], asked: NDArray[np.uint8]) -> Met:
        """What a picture with these digests by kind and these PDQ prints (N, 32) meets."""
        if any(self.has(kind, digest) for kind, digest in digests.items()):
            return "exact"
        return "near" if self._near is not None and len(asked) and self._near.near(asked) else None


def open_bundle(
    untrusted_bundle: bytes, trust: Trust, clock: Clock, *, prints_key: bytes = b""
) -> OpenBundle:
    """The list of these bytes, all of it checked.

    Raises Invalid for what is no whole list, Refused for a list that this device may not use, Conflict for
    one older than the last, Unavailable where time or key are not as the list needs them.
    """
    try:
        parts = take_apart(untrusted_bundle)
    except ValueError as error:
        raise Invalid(str(error), field=_FIELD) from error
    _check_publisher(parts, trust)
    _check_approvers(parts.header, trust)
    check_time(parts.header.content, clock)
    _check_number(parts.header.content, trust)
    exact = _open_exact(parts)
    return OpenBundle(parts.header, exact, _open_prints(parts, prints_key))


def _check_publisher(parts: Parts, trust: Trust) -> None:
    publisher = parts.header.content.publisher
    if publisher not in trust.publishers:
        raise Refused("this device does not know the publisher of the list")
    if not verified(publisher.key, parts.signed, parts.signature):
        raise Invalid("the publisher's signature does not fit: the list was changed", field=_FIELD)


def _check_approvers(header: Header, trust: Trust) -> None:
    """Return where enough of those whom the device trusts approved. Raises Refused."""
    check_approvals(header.approvals, header.content)
    known: list[Party] = [one.party for one in header.approvals if one.party in trust.approvers]
    check_quorum([one.party for one in header.approvals], header.content.publisher)
    check_quorum(known, header.content.publisher)


def check_time(content: Content, clock: Clock) -> None:
    """Return where the list may be used now. Raises Unavailable."""
    now = clock.now()
    if now + SKEW < content.created:
        raise Unavailable(
            f"this device's clock says {iso_utc(now)}, and the list was made on {iso_utc(content.created)}:"
            " the clock was set back, or is wrong"
        )
    if now >= content.expires:
        raise Unavailable(f"the list expired on {iso_utc(content.expires)}: a newer one is needed")


def _check_number(content: Content, trust: Trust) -> None:
    if content.number < trust.number_min:
        raise Conflict(
            f"this is list number {content.number}, and number {trust.number_min} was in use before"
        )


def _open_exact(parts: Parts) -> dict[str, Buckets]:
    opened = {}
    for one, section in zip(parts.header.content.exact, parts.exact, strict=True):
        if hashlib.sha256(section).digest() != one.sha256:
            raise Invalid(f"the {one.shape.kind} digests are not those that were approved", field=_FIELD)
        try:
            opened[one.shape.kind] = Buckets(one.shape, section)
        except ValueError as error:
            raise Invalid(str(error), field=_FIELD) from error
    return opened


def _open_prints(parts: Parts, prints_key: bytes) -> Prints | None:
    content = parts.header.content
    if content.prints is None:
        return None
    return prints.decrypt(parts.prints, content.prints, prints_key, content.digest)
