"""What a web-hook says, by the role of its endpoint: never a hash value, never bytes, never an address.

``match`` is told status, class, list and version; ``detail`` also entry, kind, form and distance
(decisions.md section 9). The caller's own reference is checked, so that it carries no hash and no URL.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tutela.detect.matching.ladder import confirmed_entries
from tutela.detect.matching.shapes import Decision, Match, Status
from tutela.detect.service.hook_endpoints import Told
from tutela.kernel.clock import iso_utc
from tutela.kernel.errors import Invalid
from tutela.kernel.ids import ALPHABET, RANDOM_CHARACTERS

#: Matches in one body. Standard Webhooks 1.0.0 advises less than 20 kB; one match has at most 400 bytes.
MATCHES_MAX = 40
#: Statuses that are announced; anything else is no match.
ANNOUNCED: tuple[Status, ...] = ("known", "candidate")
#: Header with the caller's own id of what it asks about, in every shape (our own).
REFERENCE_HEADER = "x-tutela-reference"
#: Longest reference in characters: a UUID has 36.
REFERENCE_CHARACTERS_MAX = 80
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_HASH_RUN = re.compile(r"[0-9A-Fa-f]{32,}")


def reference_of(untrusted_headers: Mapping[str, str]) -> str:
    """The caller's own reference, or nothing. Raises Invalid for what could be a hash or an address."""
    return check_reference(untrusted_headers.get(REFERENCE_HEADER, ""))


def check_reference(untrusted_reference: str) -> str:
    """The caller's own id for what it asked about, safe to repeat in a web-hook; may be empty.

    Raises Invalid for what could be an address or a hash: 32 hexadecimal digits in a row are an MD5.
    """
    if not untrusted_reference:
        return ""
    if len(untrusted_reference) > REFERENCE_CHARACTERS_MAX or not _REFERENCE.fullmatch(untrusted_reference):
        raise Invalid(
            f"a reference is up to {REFERENCE_CHARACTERS_MAX} letters, digits, full stops, hyphens and"
            " underscores",
            field="reference",
        )
    if _HASH_RUN.search(untrusted_reference):
        raise Invalid("the reference could be a hash; write a UUID with its hyphens", field="reference")
    return untrusted_reference


def narrowed(decision: Decision, told: Callable[[Match], bool]) -> Decision:
    """The decision as far as its caller was told it: a shape may leave matches out of its answer.

    What is left is never more than the whole was; without a match that was told it is ``unknown``.
    """
    matches = tuple(match for match in decision.matches if told(match))
    if not matches or decision.status not in ANNOUNCED:
        return replace(decision, status="unknown", matches=())
    known = decision.status == "known" and bool(confirmed_entries(matches))
    return replace(decision, status="known" if known else "candidate", matches=matches)


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchNews:
    """That something matched: ``decisions`` on a file and its members, for one caller's question."""

    decisions: tuple[Decision, ...]
    caller: str = ""
    reference: str = ""

    @property
    def status(self) -> Status:
        """The worst status of the decisions, ``unknown`` without any."""
        statuses = {one.status for one in self.decisions}
        return next((status for status in ANNOUNCED if status in statuses), "unknown")

    @property
    def lists(self) -> frozenset[str]:
        """Names of the lists that were met."""
        return frozenset(match.list for one in self.decisions for match in one.matches)

    def fields(self, role: Told, only: Sequence[str] = ()) -> dict[str, Any]:
        """``data`` of the body. ``only`` these lists, or all."""
        met = [match for one in self.decisions for match in _told(one, role, only)]
        matches = list(_each_once(met))
        fields: dict[str, Any] = {"status": self.status, "matches": matches[:MATCHES_MAX]}
        if len(matches) > MATCHES_MAX:
            fields["matches_left_out"] = len(matches) - MATCHES_MAX
        return fields | {"reference": self.reference or None}


@dataclass(frozen=True, kw_only=True, slots=True)
class ListNews:
    """That a list changed: its version now, the change's number, and counts of entries."""

    list: str
    version: str
    change: int
    act: str
    added: int = 0
    removed: int = 0
    #: The change waits for a release: the list answers in an older state (FI-24).
    held: bool = False

    def fields(self) -> dict[str, Any]:
        """``data`` of the body."""
        return {
            "list": self.list,
            "version": self.version,
            "change": self.change,
            "act": self.act,
            "added": self.added,
            "removed": self.removed,
            "held": self.held,
        }


def steady_message(source: str, number: int) -> str:
    """The id of the message about change ``number`` of the log ``source``: the same in every process.

    Whoever announces a change again, after a crash or on a second replica, announces it under the same id.
    """
    digest = hashlib.sha256(f"{source}.{number}".encode()).digest()
    bits = int.from_bytes(digest[:20], "big")
    return "msg_" + "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(RANDOM_CHARACTERS))


def render_body(kind: str, made: datetime, fields: dict[str, Any]) -> bytes:
    """The body as it is signed and sent: compact JSON with type, time of the event and data."""
    body = {"type": kind, "timestamp": iso_utc(made), "data": fields}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=True).encode()


def _told(decision: Decision, role: Told, only: Sequence[str]) -> Iterable[dict[str, Any]]:
    if decision.status not in ANNOUNCED:
        return
    confirmed = confirmed_entries(decision.matches)
    for match in decision.matches:
        if not only or match.list in only:
            fields: dict[str, Any] = {
                "list": match.list,
                "version": match.version,
                "class": match.legal_class,
            }
            if role == "detail":
                fields |= _details(match, confirmed.get((match.list, match.version, match.entry)))
            yield fields


def _details(match: Match, confirmed: str | None) -> dict[str, Any]:
    return {
        "entry": match.entry,
        "kind": match.kind,
        "form": match.form,
        "distance_bits": match.distance_bits,
        "confirmed": confirmed,
        "disputed": match.disputed,
    }


def _each_once(matches: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Without repeats: how often a list is met would tell how near the file is."""
    return (dict(pairs) for pairs in dict.fromkeys(tuple(one.items()) for one in matches))
