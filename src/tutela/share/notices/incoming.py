"""A mail from anybody, taken apart without believing it: headers, the writer's text, reports.

Bounded before it is read: bytes, lines, parts and depth. Python's parser takes almost anything, and what it
raises nonetheless becomes Invalid here.
"""

from __future__ import annotations

import binascii
import codecs
import html
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from tutela.kernel.errors import Invalid

#: Bytes of a mail that is read: a letter of ours that is returned whole, and as much again (kernel.egress).
MAIL_BYTES_MAX = 2 << 20
#: Lines: a returned letter has about 15,000 (ours).
MAIL_LINES_MAX = 60_000
#: How often a boundary or a mail within the mail may be named: the parser's work grows with each (ours).
NESTINGS_MAX = 100
#: Bytes of a header about a part: Python splits its parameters in time that grows with their square (ours).
PART_HEADER_BYTES_MAX = 4_096
#: Parts that are looked at, and how deep (ours).
PARTS_MAX, DEPTH_MAX = 50, 10
#: Characters of one header and of one part that are looked at (ours).
HEADER_CHARACTERS_MAX, TEXT_CHARACTERS_MAX = 10_000, 65_536
#: Encodings of names and of source code, which no mail is written in; punycode takes time without measure.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape"})
#: What the parser is known to raise for what is no mail, besides its own errors.
FAULTS = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError,
)  # fmt: skip
_NESTING = re.compile(rb"boundary|message/", re.IGNORECASE)
#: A header about a part with its folded lines, wherever in the mail it stands.
_PART_HEADER = re.compile(
    rb"(?:\A|[\r\n])content-[a-z-]+:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{0,2000}>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """What was in a mail. Names of headers are lower case; ``returned`` are headers of a mail within it.

    ``reports`` are fields for machines by the kind of their part, such as ``message/delivery-status``.
    """

    headers: dict[str, str] = field(repr=False)
    text: str = field(repr=False)
    reports: tuple[tuple[str, str], ...] = field(repr=False)
    returned: dict[str, str] = field(repr=False)

    def header(self, name: str) -> str:
        """The header's value, empty where there is none."""
        return self.headers.get(name, "")


def parse_incoming(untrusted_bytes: bytes) -> Incoming:
    """The mail taken apart. Raises Invalid for one that is too large, too nested, or cannot be read."""
    check_size(untrusted_bytes)
    try:
        message = message_from_bytes(untrusted_bytes)
        parts = list(parts_of(message))
        return Incoming(
            headers=_headers(message),
            text=_text(parts),
            reports=tuple(_reports(parts)),
            returned=_returned(parts),
        )
    except FAULTS as error:
        raise Invalid("this mail cannot be read", field="mail") from error


def check_size(untrusted_bytes: bytes) -> None:
    """Return where a mail may be handed to Python's parser. Raises Invalid."""
    if len(untrusted_bytes) > MAIL_BYTES_MAX:
        raise Invalid(f"a mail is read up to {MAIL_BYTES_MAX} bytes", field="mail")
    if untrusted_bytes.count(b"\n") + untrusted_bytes.count(b"\r") > 2 * MAIL_LINES_MAX:
        raise Invalid(f"a mail is read up to {MAIL_LINES_MAX} lines", field="mail")
    if sum(1 for _ in _NESTING.finditer(untrusted_bytes)) > NESTINGS_MAX:
        raise Invalid("a mail with so many parts is not read", field="mail")
    if any(len(found[0]) > PART_HEADER_BYTES_MAX for found in _PART_HEADER.finditer(untrusted_bytes)):
        raise Invalid("a mail with so long a header about a part is not read", field="mail")


def parts_of(message: Message, *, all_or_none: bool = False) -> Iterator[Message]:
    """The parts of the mail itself, at most ``PARTS_MAX``; a mail within it counts as one part.

    Raises Invalid where ``all_or_none`` is asked for and some would be passed over.
    """
    waiting, given, passed_over = [(message, 0)], 0, False
    while waiting and given < PARTS_MAX:
        part, depth = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inside = [(one, depth + 1) for one in _payload(part)]
            passed_over |= depth >= DEPTH_MAX or len(inside) > PARTS_MAX
            waiting = inside[:PARTS_MAX] + waiting if depth < DEPTH_MAX else waiting
        else:
            given += 1
            yield part
    if all_or_none and (waiting or passed_over):
        raise Invalid("a mail with so many parts is not read", field="mail")


def _payload(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _headers(message: Message) -> dict[str, str]:
    """The first of each name, decoded and on one line."""
    found: dict[str, str] = {}
    for name, value in message.items():
        found.setdefault(name.lower(), decoded_header(value))
    return found


def decoded_header(untrusted_value: object) -> str:
    """The header's text on one line, cut; as it stands where its encoding cannot be read."""
    value = str(untrusted_value)[:HEADER_CHARACTERS_MAX]
    try:
        decoded = str(make_header(decode_header(value)))
    except (MessageError, ValueError, LookupError):
        decoded = value
    return " ".join(decoded.split())


def _text(parts: list[Message]) -> str:
    """What the writer wrote: the first plain text, else the first HTML without its tags."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                text = decoded_text(part)
                return html.unescape(_TAG.sub(" ", text)) if kind == "text/html" else text
    return ""


def decoded_text(part: Message, characters_max: int = TEXT_CHARACTERS_MAX) -> str:
    """The part's text in its own character set, cut; what cannot be read in it becomes U+FFFD."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    data = data[: 4 * characters_max]
    try:
        text = data.decode(charset_of(part), "replace")
    except (LookupError, ValueError):
        text = data.decode("utf-8", "replace")
    return text[:characters_max]


def charset_of(part: Message) -> str:
    """The part's own, as Python names it. Raises LookupError for one that is unknown."""
    name = codecs.lookup(part.get_content_charset() or "utf-8").name
    return "utf-8" if name.replace("-", "_") in _NO_CHARSETS else name


def _reports(parts: list[Message]) -> Iterator[tuple[str, str]]:
    for part in parts:
        kind = part.get_content_type()
        if part.get_content_maintype() == "message" and kind not in {"message/rfc822", "message/global"}:
            yield kind, _fields(part)[:TEXT_CHARACTERS_MAX]


def _fields(part: Message) -> str:
    """The part's lines. The parser has read them as headers of mails within it, so they are put back."""
    blocks = []
    for block in _payload(part)[:PARTS_MAX]:
        head = "\n".join(f"{name}: {value}" for name, value in block.items())
        body = block.get_payload()
        blocks.append(f"{head}\n\n{body}" if isinstance(body, str) and body else head)
    return _transferred("\n\n".join(blocks), str(part.get("Content-Transfer-Encoding", "")).strip().lower())


def _transferred(text: str, encoding: str) -> str:
    """RFC 6533 lets a report be encoded; the parser leaves that to us."""
    data = text.encode("utf-8", "replace")
    try:
        if encoding == "base64":
            return binascii.a2b_base64(data).decode("utf-8", "replace")
        if encoding == "quoted-printable":
            return quopri.decodestring(data).decode("utf-8", "replace")
    except binascii.Error:
        return text
    return text


def _returned(parts: list[Message]) -> dict[str, str]:
    """The headers of the mail that came back, from the whole of it or from its headers alone."""
    for part in parts:
        kind = part.get_content_type()
        if kind in {"message/rfc822", "message/global"} and _payload(part):
            return _headers(_payload(part)[0])
        if kind in {"text/rfc822-headers", "message/global-headers"}:
            text = _fields(part) if _payload(part) else decoded_text(part)
            return _headers(message_from_bytes(text.encode("utf-8", "replace")))
    return {}
