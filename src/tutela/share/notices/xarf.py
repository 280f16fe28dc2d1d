"""The notice for programs: one X-ARF report (version 4.2) for each address.

Never a picture, a preview or a link to one (standards 10b.1); the digest only for recipients who agreed to
get digests (10b.5). ``csam`` asks for a classification that an analyst chose; without one the report is of
the wider type ``csem``, rather than claim a severity that nobody gave. For intimate images of adults the
format has no type, so there is no report.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutela.kernel.clock import iso_utc
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Invalid
from tutela.share.notices.contents import Letterhead, NoticeContent, Sighting
from tutela.share.notices.dsa import build_article_16
from tutela.share.notices.texts import FALLBACK, texts_for

#: The version of the format that is written (github.com/xarf/xarf-spec, tag 4.2.0).
VERSION = "4.2.0"
#: Characters of ``description`` (schema xarf-core).
DESCRIPTION_CHARACTERS_MAX = 1_000
#: Bytes of a report that is read (ours; one of our own has below 4,000).
REPORT_BYTES_MAX = 65_536
#: How it was verified and from where, by how we know (schemas content-base, content-csam, content-csem).
_METHODS = {
    "sha256": ("hash_match", "automated_crawler", "automated_scan"),
    "person": ("manual_review", "manual", "researcher_analysis"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class XarfReport:
    """What a program reads in a report: enough to find the content and to answer.

    ``url`` is in canonical form; the other texts are as the report has them.
    """

    report_id: str
    notice: str
    url: str = field(repr=False)
    contact: str
    type: str
    is_order: bool
    is_test: bool


def build_xarf(
    content: NoticeContent, head: Letterhead, *, is_test: bool = False
) -> tuple[dict[str, Any], ...]:
    """One report for each address, in their order; none where the format has no type for the class."""
    if content.legal_class == "adult_ncii":
        return ()
    shared = _shared(content, head)
    return tuple(
        shared
        | _of_place(sighting, content)
        | {"report_id": _report_id(content.notice, number), "tags": _tags(sighting, content, is_test=is_test)}
        for number, sighting in enumerate(content.sightings, 1)
    )


def render_xarf(report: Mapping[str, Any]) -> bytes:
    """The report as JSON in ASCII, keys in order, so that equal reports have equal bytes."""
    return (json.dumps(report, separators=(",", ":"), sort_keys=True) + "\n").encode("ascii")


def parse_xarf(untrusted_bytes: bytes) -> XarfReport:
    """What a report says. Raises Invalid where it is no X-ARF report of content, version 4."""
    if len(untrusted_bytes) > REPORT_BYTES_MAX:
        raise Invalid(f"a report has at most {REPORT_BYTES_MAX} bytes", field="xarf")
    try:
        read = json.loads(untrusted_bytes)
        tags = [str(tag) for tag in read.get("tags", [])]
        if not str(read["xarf_version"]).startswith("4.") or read["category"] != "content":
            raise Invalid("this is no X-ARF report of content, version 4", field="xarf")
        return XarfReport(
            report_id=str(read["report_id"]),
            notice=_tagged(tags, "notice"),
            url=read_url(str(read["url"])).canonical,
            contact=str(read["sender"]["contact"]),
            type=str(read["type"]),
            is_order="kind:order" in tags,
            is_test="lifecycle:test" in tags,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid("this is no X-ARF report of content, version 4", field="xarf") from error


def _tags(sighting: Sighting, content: NoticeContent, *, is_test: bool) -> list[str]:
    """The number of the place's notice, that of the letter where it is another, and the kind."""
    named = [f"notice:{sighting.notice}", f"letter:{content.notice}"]
    tags = named if sighting.notice else [f"notice:{content.notice}"]
    tags.append(f"kind:{'order' if content.order else 'request'}")
    return [*tags, "lifecycle:test"] if is_test else tags


def _shared(content: NoticeContent, head: Letterhead) -> dict[str, Any]:
    contact = {"org": head.name, "contact": str(head.sender), "domain": head.sender.host}
    found_by, verified_by, source = _METHODS[content.basis]
    return {
        "xarf_version": VERSION,
        "reporter": contact,
        "sender": contact,
        "category": "content",
        "verification_method": verified_by,
        "evidence_source": source,
        "confidence": 1.0,
        "description": _description(content, head),
    } | _of_class(content, found_by)


def _of_class(content: NoticeContent, found_by: str) -> dict[str, Any]:
    if content.classification and content.legal_class in {"csam", "generated_csam"}:
        return {"type": "csam", "classification": content.classification, "detection_method": found_by}
    return {"type": "csem", "exploitation_type": "distribution", "detection_method": "manual_review"}


def _of_place(sighting: Sighting, content: NoticeContent) -> dict[str, Any]:
    url = sighting.url
    place: dict[str, Any] = {
        "url": url.canonical,
        "source_identifier": str(sighting.address or url.name),
        "source_port": url.port,
        "timestamp": iso_utc(sighting.last_seen),
        "verified_at": iso_utc(sighting.last_seen),
        "first_seen": iso_utc(sighting.first_seen),
    }
    if url.literal is None:
        place["domain"] = url.name
    if sighting.network_number:
        place["asn"] = sighting.network_number
    if sighting.country:
        place["country_code"] = sighting.country
    if sighting.sha256 and content.digests == "machine":
        place["hash_values"] = {"sha256": sighting.sha256}
    return place


def _description(content: NoticeContent, head: Letterhead) -> str:
    """Why, in English, as programs and their readers expect; no address."""
    explanation = build_article_16(content, head, texts_for(FALLBACK)).explanation
    return explanation[:DESCRIPTION_CHARACTERS_MAX]


def _report_id(notice: str, number: int) -> str:
    """A UUID of version 4 that is the same for every attempt (the schema asks for that version)."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"{notice}/{number}".encode()).digest()[:16], version=4))


def _tagged(tags: list[str], name: str) -> str:
    return next((tag.partition(":")[2] for tag in tags if tag.startswith(f"{name}:")), "")
