"""The fields of X-ARF 4.2.0 that tutela writes, as a JSON Schema (2020-12).

Written after ``standards/10b-xarf-arf.md`` and the descriptions of xarf-core, content-base, content-csam and
content-csem in github.com/xarf/xarf-spec, tag 4.2.0. ``contact_info`` allows nothing else; a report does.
"""

from __future__ import annotations

from typing import Any

_CONTACT = {
    "type": "object",
    "required": ["org", "contact", "domain"],
    "additionalProperties": False,
    "properties": {
        "org": {"type": "string", "minLength": 1, "maxLength": 200},
        "contact": {"type": "string", "pattern": "^[^@ ]+@[^@ ]+$"},
        "domain": {"type": "string", "pattern": r"^([a-z0-9-]+\.)+[a-z0-9-]+$"},
    },
}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_CSAM = {
    "required": ["classification", "detection_method"],
    "properties": {
        "classification": {"enum": ["baseline", "A1", "A2", "B1", "B2"]},
        "detection_method": {
            "enum": ["hash_match", "ai_detection", "manual_review", "user_report", "automated_scan"]
        },
        "hash_values": {
            "type": "object",
            "properties": {"sha256": {"type": "string", "pattern": "^[a-fA-F0-9]{64}$"}},
        },
    },
}
_CSEM = {
    "required": ["exploitation_type", "detection_method"],
    "properties": {
        "exploitation_type": {
            "enum": [
                "grooming", "solicitation", "sextortion", "trafficking", "distribution", "production",
                "possession",
            ]
        },
        "detection_method": {
            "enum": [
                "behavioral_analysis", "keyword_detection", "user_report", "ai_detection", "manual_review",
                "law_enforcement_referral",
            ]
        },
    },
}  # fmt: skip

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": [
        "xarf_version", "report_id", "timestamp", "reporter", "sender", "source_identifier", "category",
        "type", "url",
    ],
    "properties": {
        "xarf_version": {"type": "string", "pattern": r"^4\.[0-9]+\.[0-9]+$"},
        "report_id": {
            "type": "string",
            "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        },
        "timestamp": _TIME,
        "reporter": _CONTACT,
        "sender": _CONTACT,
        "source_identifier": {"type": "string", "minLength": 1},
        "source_port": {"type": "integer", "minimum": 1, "maximum": 65_535},
        "category": {"const": "content"},
        "type": {"enum": ["csam", "csem"]},
        "url": {"type": "string", "pattern": "^https?://[!-~]+$"},
        "domain": {"type": "string", "pattern": r"^[a-z0-9_.-]+$"},
        "verified_at": _TIME,
        "verification_method": {
            "enum": ["manual", "automated_crawler", "user_report", "honeypot", "threat_intelligence"]
        },
        "evidence_source": {"type": "string"},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "description": {"type": "string", "maxLength": 1000},
        "asn": {"type": "integer", "minimum": 1, "maximum": 4_294_967_295},
        "country_code": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "tags": {
            "type": "array",
            "maxItems": 20,
            "items": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_+-]*:[a-z0-9][a-z0-9_+.-]*$"},
        },
        "evidence": False,
        "screenshot_url": False,
        "_internal": False,
    },
    "allOf": [
        {"if": {"properties": {"type": {"const": "csam"}}}, "then": _CSAM},
        {"if": {"properties": {"type": {"const": "csem"}}}, "then": _CSEM},
    ],
}  # fmt: skip
