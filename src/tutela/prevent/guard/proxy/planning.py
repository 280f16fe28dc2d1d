"""What becomes of an answer, known from its header fields alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tutela.prevent.guard.carriers.kinds import kind_of, media_type
from tutela.prevent.guard.proxy.decoding import decodable
from tutela.prevent.guard.proxy.policy import Policy

#: ``bare`` has no body; ``whole`` is kept together and looked through, ``film`` too, beyond the limit of all
#: others; ``watched`` is streamed once its start
#: was looked at; ``events`` goes on event by event; ``held`` is replaced before its body came.
Plan = Literal["bare", "whole", "film", "watched", "events", "held"]

#: Statuses without a body (RFC 9110 section 6.4.1).
_BARE_STATUSES: Final = frozenset({204, 205, 304})
_PARTIAL: Final = 206
#: Calls that stay open and whose messages are in a form of their own: they cannot wait for an end.
_OPEN_TYPES: Final = ("application/grpc", "application/connect+")
#: Destinations that take whatever comes and draw from it: a style sheet or a script is one under any type,
#: and even where it is an attachment.
_DRAWN_FROM: Final = frozenset({"script", "style", "video"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What is known of an answer before its body. ``length_bytes``: None where the server does not say."""

    status: int
    method: str = "GET"
    content_type: str = ""
    content_encoding: str = ""
    length_bytes: int | None = None
    destination: str = ""
    attachment: bool = False


def plan(head: Head, policy: Policy) -> Plan:
    """What to do with the answer. What fits nowhere is held."""
    if head.method == "HEAD" or head.status < 200 or head.status in _BARE_STATUSES or head.length_bytes == 0:
        return "bare"
    kind = kind_of(head.content_type)
    if not decodable(head.content_encoding) or kind == "sealed":
        return "held"
    if kind in {"film", "segment"} or head.destination == "video":
        return _moving(head, policy)
    if kind == "sound":
        return "watched"
    if head.status == _PARTIAL:
        return "held"
    return _by_size(head, policy)


def _moving(head: Head, policy: Policy) -> Plan:
    """Films and pieces of streams: all of their bytes are needed to tell which of the two they are."""
    checked = policy.films_checked and kind_of(head.content_type) != "segment"
    if head.status == _PARTIAL or not (checked or policy.segments_pass):
        return "held"
    if head.length_bytes is None or head.length_bytes <= policy.body_bytes_max:
        return "whole"
    return "film" if head.length_bytes <= policy.film_bytes_max else "held"


def _by_size(head: Head, policy: Policy) -> Plan:
    bare_type = media_type(head.content_type)
    if bare_type == "text/event-stream":
        return "events"
    if bare_type.startswith(_OPEN_TYPES):
        return "watched"
    if head.length_bytes is None:
        return "held" if bare_type == "multipart/x-mixed-replace" else "whole"
    if head.length_bytes <= policy.body_bytes_max:
        return "whole"
    return "watched" if may_be_long(head) else "held"


def may_be_long(head: Head) -> bool:
    """Whether an answer beyond the limit is a download, not something that a page draws."""
    kind = kind_of(head.content_type)
    return head.destination not in _DRAWN_FROM and (kind == "other" or (kind == "text" and head.attachment))
