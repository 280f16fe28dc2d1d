"""What organisations approve: everything that a device list says, and digests of what it holds.

The digest of its canonical JSON is what they sign, so no approved word, number or entry can be changed by the
publisher afterwards. Nothing in it is secret.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tutela.detect.matching.bundles import buckets, prints
from tutela.detect.matching.bundles.buckets import BucketShape
from tutela.detect.matching.bundles.fields import Fields, canonical
from tutela.detect.matching.bundles.parties import KEY_BYTES, Party, check_text
from tutela.detect.matching.bundles.prints import PrintShape
from tutela.kernel.clock import iso_utc
from tutela.kernel.taxonomy import check_legal_class

#: Name and version of the format of a content.
SCHEMA = "tutela.device-list/1"
#: Bytes of the salt of a list (decisions.md section 8), and of a SHA-256.
SALT_BYTES = 32
SHA256_BYTES = 32
#: Longest life of a device list: what was taken off is off every device then at the latest (our own; GOV-03).
LIFE_DAYS_MAX = 92
#: Most laws that the entries of one list are listed under, and the highest number of a list (our own).
LAWS_MAX = 16
NUMBER_MAX = 1_000_000_000
#: Bits of a bucket's number: of the largest list, and of the largest entry that is stored (``buckets``).
_BUCKET_BITS_MAX, _ENTRY_BITS_MIN, _ENTRY_BITS_MAX = 16, 40, 48


@dataclass(frozen=True, kw_only=True, slots=True)
class ExactSection:
    """Shape and SHA-256 (32 bytes) of the section of one kind of digest."""

    shape: BucketShape
    sha256: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A device list as it is approved. ``number`` rises with each version of the list.

    ``legal_class`` is one of the closed set; ``laws`` are those its entries are listed under.
    ``device_perceptual``: the list's owner allows PDQ values on devices. ``prints`` is None without any.
    """

    name: str
    number: int
    legal_class: str
    laws: tuple[str, ...]
    created: datetime
    expires: datetime
    device_perceptual: bool
    publisher: Party
    salt: bytes
    exact: tuple[ExactSection, ...]
    prints: PrintShape | None

    def __post_init__(self) -> None:
        check_text(self.name, "the name of a list")
        if not self.laws or len(self.laws) > LAWS_MAX or list(self.laws) != sorted(set(self.laws)):
            raise ValueError(f"laws: 1 to {LAWS_MAX}, each once, in order")
        for law in self.laws:
            check_text(law, "a law")
        if not check_legal_class(self.legal_class):
            raise ValueError("a device list says its legal class")
        if not timedelta(0) < self.expires - self.created <= timedelta(days=LIFE_DAYS_MAX):
            raise ValueError(f"expires: later than created, at most {LIFE_DAYS_MAX} days")
        self._check_entries()

    def _check_entries(self) -> None:
        kinds = [one.shape.kind for one in self.exact]
        if kinds != [kind for kind in buckets.DIGEST_BYTES if kind in kinds]:
            raise ValueError("exact: each kind of digest once, in the order of the format")
        if not kinds and self.prints is None:
            raise ValueError("a device list without an entry")
        if self.prints is not None and not self.device_perceptual:
            raise ValueError("the owner of the list does not allow PDQ values on devices")
        if self.false_match_probability > buckets.FALSE_MATCH_MAX:
            raise ValueError("too many digests that are not listed would be taken for listed ones")

    @property
    def false_match_probability(self) -> float:
        """At most this often one asked digest that is not listed is taken for a listed one."""
        return max((one.shape.false_match_probability for one in self.exact), default=0.0)

    @property
    def counts(self) -> dict[str, int]:
        """Number of entries by kind."""
        numbers = {one.shape.kind: one.shape.entries for one in self.exact}
        return numbers | ({"pdq": self.prints.entries} if self.prints else {})

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical text: what organisations approve."""
        return hashlib.sha256(canonical(render_content(self))).digest()


def render_party(party: Party) -> dict[str, str]:
    """JSON object of a party."""
    return {"organisation": party.organisation, "jurisdiction": party.jurisdiction, "key": party.key.hex()}


def parse_party(fields: Fields) -> Party:
    """The party; the caller finishes the fields. Raises ValueError."""
    return Party(
        organisation=fields.text("organisation"),
        jurisdiction=fields.text("jurisdiction"),
        key=fields.raw("key", KEY_BYTES),
    )


def render_content(content: Content) -> dict[str, Any]:
    """JSON object of a content; ``parse_content`` is its inverse."""
    return {
        "schema": SCHEMA,
        "name": content.name,
        "number": content.number,
        "legal_class": content.legal_class,
        "laws": list(content.laws),
        "created": iso_utc(content.created),
        "expires": iso_utc(content.expires),
        "device_perceptual": content.device_perceptual,
        "publisher": render_party(content.publisher),
        "salt": content.salt.hex(),
        "exact": [_render_exact(one) for one in content.exact],
        "perceptual": None if content.prints is None else _render_prints(content.prints),
        "false_match_probability": content.false_match_probability,
    }


def _render_exact(section: ExactSection) -> dict[str, object]:
    shape = section.shape
    return {
        "kind": shape.kind,
        "entries": shape.entries,
        "bucket_bits": shape.bucket_bits,
        "entry_bits": shape.entry_bits,
        "largest_bucket": shape.largest_bucket,
        "sha256": section.sha256.hex(),
    }


def _render_prints(shape: PrintShape) -> dict[str, object]:
    return {
        "entries": shape.entries,
        "distance_bits": shape.distance_bits,
        "quality_min": shape.quality_min,
        "commitment": shape.commitment.hex(),
    }


def parse_content(untrusted: object) -> Content:
    """The content of an untrusted object. Raises ValueError with what is wrong."""
    fields = Fields(untrusted, "the content")
    if fields.text("schema") != SCHEMA:
        raise ValueError(f"the content is not of {SCHEMA}: a newer release may read it")
    publisher = Fields(fields.take("publisher"), "the publisher")
    content = Content(
        name=fields.text("name"),
        number=fields.number("number", 1, NUMBER_MAX),
        legal_class=fields.text("legal_class"),
        laws=tuple(_text(one) for one in fields.rows("laws", LAWS_MAX)),
        created=fields.moment("created"),
        expires=fields.moment("expires"),
        device_perceptual=fields.flag("device_perceptual"),
        publisher=parse_party(publisher),
        salt=fields.raw("salt", SALT_BYTES),
        exact=tuple(_parse_exact(one) for one in fields.rows("exact", len(buckets.DIGEST_BYTES))),
        prints=_parse_prints(fields.take("perceptual")),
    )
    probability = fields.take("false_match_probability")
    if type(probability) is not float or probability != content.false_match_probability:
        raise ValueError("the content states another probability of a false match than it has")
    publisher.finish()
    fields.finish()
    return content


def _text(untrusted: object) -> str:
    if not isinstance(untrusted, str):
        raise ValueError("a law is not a text")
    return untrusted


def _parse_exact(untrusted: object) -> ExactSection:
    fields = Fields(untrusted, "a section")
    entries = fields.number("entries", 1, buckets.ENTRIES_MAX)
    shape = BucketShape(
        kind=fields.text("kind"),
        entries=entries,
        bucket_bits=fields.number("bucket_bits", 0, _BUCKET_BITS_MAX),
        entry_bits=fields.number("entry_bits", _ENTRY_BITS_MIN, _ENTRY_BITS_MAX),
        largest_bucket=fields.number("largest_bucket", 1, entries),
    )
    if shape.entry_bits % 8:
        raise ValueError("an entry is a whole number of bytes")
    section = ExactSection(shape=shape, sha256=fields.raw("sha256", SHA256_BYTES))
    fields.finish()
    return section


def _parse_prints(untrusted: object) -> PrintShape | None:
    if untrusted is None:
        return None
    fields = Fields(untrusted, "the perceptual section")
    shape = PrintShape(
        entries=fields.number("entries", 1, prints.ENTRIES_MAX),
        distance_bits=fields.number("distance_bits", 0, prints.DISTANCE_BITS_MAX),
        quality_min=fields.number("quality_min", 0, 100),
        commitment=fields.raw("commitment", SHA256_BYTES),
    )
    fields.finish()
    return shape
