"""A fingerprint, a reason why there is none, and all that is known of one file. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

from tutela.detect.media.shapes import MediaFacts, Trouble

#: Bytes of a value by kind. PDQ: 256 bits; photodna: standards/12 section 12.4.
VALUE_BYTES = {"md5": 16, "sha1": 20, "sha256": 32, "pdq": 32, "photodna": 144}
#: Quality below which a PDQ hash says nothing (threatexchange, pdq/README: discard <= 49).
QUALITY_MIN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """(kind, value, quality) of one shown form of a picture, a frame, a file or a URL.

    ``form`` is ``file`` for digests, else a shown form of decisions.md section 1
    (``f0/r0/white``, ``t12.000/mx``). ``quality`` is 0-100 for PDQ, None elsewhere.
    ``mode`` is ``exact`` or ``fast`` for PDQ, ``exact`` for digests.
    """

    kind: str
    value: bytes
    form: str = "file"
    quality: int | None = None
    mode: str = "exact"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unhashable:
    """There is no fingerprint of this kind for this form, and this is why. Never an empty hash."""

    kind: str
    form: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFingerprints:
    """All fingerprints of one file or member. ``prints`` holds digests first, upright forms next.

    ``film`` is True when the PDQ prints are frames of a film and count as vPDQ.
    """

    member: str | None
    size_bytes: int
    facts: MediaFacts
    trouble: Trouble | None
    prints: tuple[Fingerprint, ...]
    unhashable: tuple[Unhashable, ...] = ()
    film: bool = False

    def digest(self, kind: str) -> bytes:
        """Raw digest of ``kind`` (md5, sha1, sha256), or empty bytes when nothing was read."""
        return next((p.value for p in self.prints if p.kind == kind), b"")
