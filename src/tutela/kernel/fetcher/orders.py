"""What a fetcher is asked and what it answers, as values and as messages.

The bytes go another way: into the descriptor that comes with the order, and sealed into the vault. The
address comes sealed to the fetch key, so that whoever asks need not know it; what it was is part of the
answer, for the keyed digest under which it is found again.
"""

from __future__ import annotations

import base64
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from tutela.kernel.custody.blobs import checked_blob, checked_epoch
from tutela.kernel.egress.reasons import REASONS, Reason
from tutela.kernel.egress.settings import VANTAGE
from tutela.kernel.egress.shapes import ANY_TYPE
from tutela.kernel.ids import is_id, new_id

#: Version of the messages; both sides are of one installation.
ORDER_FORMAT = 4
#: The way on which the internet is looked at where nobody names another.
DIRECT = "direct"
#: Highest status of an answer that is told on (RFC 9110 section 15: three digits).
STATUS_MAX = 999
#: Seconds that are believed: a fetch takes an hour at most (egress.total_seconds), a host is busy for less
#: than a day (our own).
SECONDS_MAX = 1e6
#: A media type and a label of a character set, as they are told on (RFC 9110 section 8.3; RFC 6838: 127).
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
CHARSET = re.compile(r"[A-Za-z0-9_:.+-]{1,40}")
_ACCEPT = re.compile(r"[A-Za-z0-9*/+.;,=_ -]{1,200}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _fetch_id() -> str:
    return new_id("ftc_")


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchOrder:
    """One fetch. ``vantage`` is one of the fetcher's ways to the internet; ``keep`` seals what comes.

    ``sealed_url`` is the address, sealed to the fetch key; ``bytes_max`` bounds the body. ``sealed_referrer``
    is the page that led there, sealed likewise, or empty; ``accept`` the media type that is asked for.
    """

    sealed_url: bytes = field(repr=False)
    bytes_max: int
    sealed_referrer: bytes = field(default=b"", repr=False)
    accept: str = ANY_TYPE
    vantage: str = DIRECT
    keep: bool = True
    fetch_id: str = field(default_factory=_fetch_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedPart:
    """An object that stands in the vault: ids, and the commitment that the log keeps."""

    blob: str
    epoch: str
    commitment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A whole answer, of whatever status. ``url`` is the address that was asked for, in its canonical form.

    ``sha256`` and ``sha3_256`` (hex) are of the raw body, ``address`` is the one that was met where redirects
    led, ``asked_address`` that of the machine which ``url`` names, the same without redirects; both are empty
    where a proxy knows them. ``certificate_sha256`` is empty without TLS. ``body`` is the sealed body, where
    it was kept and the status says that it is one; ``response_sealed`` the way to it (addresses, headers,
    certificates of each step), a text sealed to the vault's epoch. ``configuration`` is the SHA-256 of the
    fetcher's settings. ``final_url`` is where redirects led, ``media_type`` and ``charset`` are what the host
    says that the body is, empty where it says nothing that can be read. ``retry_after_seconds`` is what the
    host asks for.
    """

    url: str = field(repr=False)
    status: int
    address: str = field(repr=False)
    certificate_sha256: str = field(repr=False)
    redirects: int
    size_bytes: int
    sha256: str = field(repr=False)
    sha3_256: str = field(repr=False)
    seconds: float
    version: str
    configuration: str
    response_sealed: bytes = field(repr=False)
    body: SealedPart | None = None
    asked_address: str = field(default="", repr=False)
    final_url: str = field(default="", repr=False)
    media_type: str = field(default="", repr=False)
    charset: str = field(default="", repr=False)
    retry_after_seconds: float | None = None

    @property
    def is_there(self) -> bool:
        """Whether the host gave what was asked for (RFC 9110 section 15.3)."""
        return 200 <= self.status < 300


@dataclass(frozen=True, kw_only=True, slots=True)
class NotFetched:
    """Why there is no whole answer: the network door's word. ``status`` is 0 where nobody answered.

    ``url`` is the address that was asked for, empty where it was none.
    """

    reason: Reason
    url: str = field(default="", repr=False)
    status: int = 0
    retry_after_seconds: float | None = None


def render_order(order: FetchOrder) -> dict[str, Any]:
    """The order as a message."""
    sealed = {"sealed_url": _text(order.sealed_url), "sealed_referrer": _text(order.sealed_referrer)}
    return {"v": ORDER_FORMAT, **asdict(order), **sealed}


def parse_order(untrusted_message: dict[str, Any]) -> FetchOrder:
    """The order of a message. Raises ValueError."""
    row = _of_this_version(untrusted_message)
    sealed = {name: bytes_of(row.get(name)) for name in ("sealed_url", "sealed_referrer")}
    order = FetchOrder(**{**fields_of(FetchOrder, row), **sealed})
    if not _are(str, order.vantage, order.fetch_id) or not is_id(order.fetch_id):
        raise ValueError("an order has an address, a vantage point and an id")
    if not _are(bool, order.keep) or not _counts(order.bytes_max) or order.bytes_max < 1:
        raise ValueError("an order says whether to keep what comes, and how much")
    if not VANTAGE.fullmatch(order.vantage):
        raise ValueError("a vantage point is a short word")
    if not _are(str, order.accept) or not _ACCEPT.fullmatch(order.accept):
        raise ValueError("what is asked for is a list of media types")
    return order


def render_answer(answer: Fetched | NotFetched) -> dict[str, Any]:
    """The answer as a message."""
    told = {"v": ORDER_FORMAT, "fetched": isinstance(answer, Fetched), **asdict(answer)}
    if isinstance(answer, Fetched):
        told["response_sealed"] = _text(answer.response_sealed)
    return told


def parse_answer(untrusted_message: dict[str, Any]) -> Fetched | NotFetched:
    """The answer of a message, each value in its range. Raises ValueError."""
    row = _of_this_version(untrusted_message)
    fetched = row.pop("fetched", None)
    return _fetched(row) if fetched is True else _not_fetched(row)


def _fetched(row: dict[str, Any]) -> Fetched:
    body = None if row.get("body") is None else sealed_part_of(row["body"])
    read = {"body": body, "response_sealed": bytes_of(row.get("response_sealed"))}
    found = Fetched(**{**fields_of(Fetched, row), **read})
    digests = (found.sha256, found.sha3_256, found.configuration, found.certificate_sha256 or "0" * 64)
    if not _are(str, *digests) or not all(map(_DIGEST.fullmatch, digests)):
        raise ValueError("a digest is 64 characters")
    if not _counts(found.status, found.redirects, found.size_bytes) or found.status > STATUS_MAX:
        raise ValueError("a count is 0 or more, a status has three digits")
    if not _are(str, found.url, found.address, found.version) or not _is_time(found.seconds):
        raise ValueError("an answer has an address, a version and a time")
    if not _is_wait(found.retry_after_seconds):
        raise ValueError("a host asks to come again after seconds")
    _check_declared(found)
    return found


def _check_declared(found: Fetched) -> None:
    if not _are(str, found.asked_address, found.final_url, found.media_type, found.charset):
        raise ValueError("an answer says where it came from and what it is, or nothing")
    if not MEDIA_TYPE.fullmatch(found.media_type or "a/b") or not CHARSET.fullmatch(found.charset or "a"):
        raise ValueError("a media type or a character set of an answer is none")


def _not_fetched(row: dict[str, Any]) -> NotFetched:
    found = NotFetched(**fields_of(NotFetched, row))
    if found.reason not in REASONS or not _counts(found.status) or found.status > STATUS_MAX:
        raise ValueError("a reason is a word of the network door")
    if not _are(str, found.url) or not _is_wait(found.retry_after_seconds):
        raise ValueError("a failure has an address, and a time to come back at or none")
    return found


def sealed_part_of(untrusted_row: Any) -> SealedPart:
    """The object in the vault that a message tells of. Raises ValueError, Refused for an id of nothing."""
    part = SealedPart(**fields_of(SealedPart, untrusted_row))
    if not _are(str, part.blob, part.epoch, part.commitment) or not _DIGEST.fullmatch(part.commitment):
        raise ValueError("an object has two ids and a commitment of 64 characters")
    checked_blob(part.blob)
    checked_epoch(part.epoch)
    return part


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def bytes_of(untrusted_text: Any) -> bytes:
    """The bytes that were written in base 64. Raises ValueError."""
    if not isinstance(untrusted_text, str):
        raise ValueError("bytes are written in base 64")
    return base64.b64decode(untrusted_text, validate=True)


def _of_this_version(untrusted_message: dict[str, Any]) -> dict[str, Any]:
    row = dict(untrusted_message)
    if row.pop("v", None) != ORDER_FORMAT:
        raise ValueError("the other process is of another version; restart both")
    return row


def _are(kind: type[Any], *values: Any) -> bool:
    return all(isinstance(value, kind) for value in values)


def _counts(*values: Any) -> bool:
    """Whether each is a whole number, 0 or more."""
    return all(type(value) is int and value >= 0 for value in values)


def _is_time(value: Any) -> bool:
    """Whether it is a number of seconds that a clock could have said."""
    return type(value) in (int, float) and 0 <= value <= SECONDS_MAX


def _is_wait(value: Any) -> bool:
    """Whether it is a time to come back at, or none."""
    return value is None or _is_time(value)


def fields_of(shape: type[Any], untrusted_row: Any) -> dict[str, Any]:
    """The row, if it has the fields of ``shape`` and no other. Raises ValueError."""
    if not isinstance(untrusted_row, dict) or untrusted_row.keys() != {one.name for one in fields(shape)}:
        raise ValueError(f"a message of {shape.__name__} has other fields")
    return untrusted_row
