"""Simulators of three outside services: they ask nobody, and answer from the digest of what they are given.

They stand in for PhotoDNA Cloud, the Content Safety API and a vendor's classifier in tests, demonstrations
and rehearsals. **They recognise nothing**: the answer is a function of the SHA-256, so that the same file
always gets the same one. ``planted`` names digests that are to be found. Each says so in name and ``about``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tutela.detect.service.outside.opinions import About, OutsideAnswer, OutsideQuestion
from tutela.detect.service.outside.wire import (
    PHOTODNA_OK,
    REVIEW_PRIORITIES,
    parse_content_safety,
    parse_photodna,
    parse_vendor,
)

#: Version of the simulators; a change of what they answer changes it.
VERSION = "1"
#: Largest file in bytes: 4 MB (PhotoDNA Cloud's public page), 10 MB (peers.md: Content Safety API).
PHOTODNA_BYTES_MAX = 4_000_000
CONTENT_SAFETY_BYTES_MAX = 10_000_000
#: Largest file in bytes of the made-up vendor. Our own.
VENDOR_BYTES_MAX = 20_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotoDnaSimulator:
    """Answers in the shape of PhotoDNA Cloud's Match operation: matches only what was planted."""

    #: SHA-256 in hexadecimal of contents that match.
    planted: Sequence[str] = ()
    name: str = "photodna-simulator"
    version: str = VERSION

    @property
    def about(self) -> About:
        """What asking the real service would mean."""
        return _about("PhotoDNA Cloud", "US", PHOTODNA_BYTES_MAX)

    def ask(self, question: OutsideQuestion) -> OutsideAnswer:
        """A match for planted contents, else none."""
        found = _digest(question).hex() in self.planted
        flags = [{"Source": "Simulated", "Violations": [], "MatchDistance": 0}] if found else []
        wire = {
            "Status": {"Code": PHOTODNA_OK, "Description": "OK", "Exception": None},
            "TrackingId": "simulated",
            "ContentId": None,
            "IsMatch": found,
            "MatchDetails": {"AdvancedInfo": [], "MatchFlags": flags},
        }
        return parse_photodna(wire)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentSafetySimulator:
    """Answers in the shape of the Content Safety API: a review priority drawn from the digest."""

    #: SHA-256 in hexadecimal of contents that get the highest priority.
    planted: Sequence[str] = ()
    name: str = "content-safety-simulator"
    version: str = VERSION

    @property
    def about(self) -> About:
        """What asking the real service would mean."""
        return _about("Google Content Safety API", "US", CONTENT_SAFETY_BYTES_MAX)

    def ask(self, question: OutsideQuestion) -> OutsideAnswer:
        """One of the five review priorities."""
        digest, words = _digest(question), tuple(REVIEW_PRIORITIES)
        word = words[-1] if digest.hex() in self.planted else words[digest[0] % (len(words) - 1)]
        return parse_content_safety({"reviewPriorities": [word], "modelVersion": "simulated"})


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorSimulator:
    """Answers in the shape of a classifier that gives labels with scores, drawn from the digest."""

    #: SHA-256 in hexadecimal of contents that get the highest score.
    planted: Sequence[str] = ()
    name: str = "vendor-simulator"
    version: str = VERSION

    @property
    def about(self) -> About:
        """What asking a vendor would mean."""
        return _about("a made-up vendor", "NL", VENDOR_BYTES_MAX)

    def ask(self, question: OutsideQuestion) -> OutsideAnswer:
        """Two labels, the second with half the score of the first."""
        digest = _digest(question)
        share = 1.0 if digest.hex() in self.planted else digest[1] / 512
        labels = [{"name": "review", "score": share}, {"name": "review_soon", "score": share / 2}]
        return parse_vendor({"model": "vendor", "version": "simulated", "labels": labels})


def _about(operator: str, country: str, content_bytes_max: int) -> About:
    return About(
        operator=f"simulator of {operator}; asks nobody",
        country=country,
        leaves=frozenset({"bytes"}),
        media=frozenset({"picture"}),
        content_bytes_max=content_bytes_max,
        kept="nothing: it is a simulator",
        simulated=True,
    )


def _digest(question: OutsideQuestion) -> bytes:
    return hashlib.sha256(question.content).digest()
