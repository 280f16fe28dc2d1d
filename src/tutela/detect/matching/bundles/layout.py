"""The file of a device list: magic line, header line, sections, the publisher's signature. Nothing else.

    TUTELA-DEVICE-LIST 1
    {"approvals":[...],"content":{...}}        canonical JSON, one line
    sections of digests, in the order of the header; then the section of PDQ values
    Ed25519 signature of the publisher over all bytes before it (64 bytes)

Sizes follow from the header; a file that is longer or shorter is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tutela.detect.matching.bundles.content import (
    Content,
    parse_content,
    parse_party,
    render_content,
    render_party,
)
from tutela.detect.matching.bundles.fields import Fields, canonical, parse_canonical
from tutela.detect.matching.bundles.parties import SIGNATURE_BYTES, Approval
from tutela.kernel.formats import check_version

#: What the file begins with, and the version of the format after it. No data folder keeps such a file over a
#: release: it is sealed anew, and lasts 92 days at most.
MAGIC_WORD = b"TUTELA-DEVICE-LIST "
FORMAT = 1
#: Longest header in bytes; it holds names, numbers and signatures, never entries.
HEADER_BYTES_MAX = 64 << 10
#: Most approvals of one list (our own).
APPROVALS_MAX = 16
#: Largest file in bytes: both sections at their largest are 24 MB for each kind of digest and 17 MB.
BUNDLE_BYTES_MAX = 96 << 20
SUFFIX = ".tdevice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What stands before the sections: the content and who approved it, unchecked."""

    content: Content
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """A file taken apart. ``signed`` is all that the publisher signed; ``prints`` is empty without any."""

    header: Header
    exact: tuple[bytes, ...]
    prints: bytes
    signed: bytes
    signature: bytes


def render_header(header: Header) -> bytes:
    """The canonical line of a header, without its line feed."""
    return canonical(
        {
            "content": render_content(header.content),
            "approvals": [
                render_party(one.party) | {"signature": one.signature.hex()} for one in header.approvals
            ],
        }
    )


def parse_header(untrusted_line: bytes) -> Header:
    """The header of a line. Raises ValueError."""
    fields = parse_canonical(untrusted_line)
    header = Header(
        content=parse_content(fields.take("content")),
        approvals=tuple(_parse_approval(one) for one in fields.rows("approvals", APPROVALS_MAX)),
    )
    fields.finish()
    return header


def _parse_approval(untrusted: Any) -> Approval:
    fields = Fields(untrusted, "an approval")
    approval = Approval(party=parse_party(fields), signature=fields.raw("signature", SIGNATURE_BYTES))
    fields.finish()
    return approval


def render_signed(header: Header, sections: Sequence[bytes]) -> bytes:
    """All bytes that the publisher signs. Raises ValueError for a header that is too long."""
    line = render_header(header)
    if len(line) > HEADER_BYTES_MAX:
        raise ValueError(f"the header is longer than {HEADER_BYTES_MAX >> 10} KiB")
    return b"".join([MAGIC_WORD, str(FORMAT).encode(), b"\n", line, b"\n", *sections])


def take_apart(untrusted_bundle: bytes) -> Parts:
    """The parts of a file; sizes are checked, signatures and contents are not. Raises ValueError."""
    if len(untrusted_bundle) > BUNDLE_BYTES_MAX:
        raise ValueError(f"a device list has at most {BUNDLE_BYTES_MAX >> 20} MiB")
    first, at = _line(untrusted_bundle, 0, len(MAGIC_WORD) + 16)
    _check_magic(first)
    line, at = _line(untrusted_bundle, at, HEADER_BYTES_MAX + 1)
    header = parse_header(line)
    content = header.content
    sizes = [one.shape.size_bytes for one in content.exact]
    sizes.append(content.prints.size_bytes if content.prints else 0)
    if len(untrusted_bundle) != at + sum(sizes) + SIGNATURE_BYTES:
        raise ValueError("the file has not the size that its header says: is it cut off?")
    sections = []
    for size in sizes:
        sections.append(untrusted_bundle[at : at + size])
        at += size
    return Parts(
        header=header,
        exact=tuple(sections[:-1]),
        prints=sections[-1],
        signed=untrusted_bundle[:at],
        signature=untrusted_bundle[at:],
    )


def _line(untrusted_bundle: bytes, at: int, most: int) -> tuple[bytes, int]:
    """The line that begins at ``at``, and where the next begins."""
    end = untrusted_bundle.find(b"\n", at, at + most)
    if end < 0:
        raise ValueError("this is not a device list of tutela, or it is cut off")
    return untrusted_bundle[at:end], end + 1


def _check_magic(untrusted_line: bytes) -> None:
    if not untrusted_line.startswith(MAGIC_WORD):
        raise ValueError("this is not a device list of tutela (it does not begin with TUTELA-DEVICE-LIST)")
    version = untrusted_line[len(MAGIC_WORD) :].decode("ascii", "replace")
    check_version("the device list", version, reads=FORMAT)
