"""An upload as HMA's clients send it: one file of a multipart form, into sealed memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import Request

from tutela.detect.media.held import Held
from tutela.detect.service.bodies import check_declared, pour
from tutela.detect.service.hma.answers import Wrong
from tutela.detect.service.hma.multipart import (
    AROUND_BYTES_MAX,
    FIELDS_BYTES_MAX,
    FIELDS_MAX,
    HEADERS_BYTES_MAX,
    FormReader,
    MissingFile,
    SecondFile,
    boundary_of,
)
from tutela.detect.service.hma.multipart import TooLarge as FileTooLarge
from tutela.detect.service.hma.signals import CONTENT_TYPES, ContentType
from tutela.detect.service.problems import TooLarge

if TYPE_CHECKING:
    from tutela.detect.service.running import Service

#: Bytes of a form besides its file at most.
_BESIDE_BYTES = AROUND_BYTES_MAX + FIELDS_BYTES_MAX + (FIELDS_MAX + 2) * HEADERS_BYTES_MAX


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file: a read-only descriptor onto sealed memory, what it is said to be, text fields beside it."""

    fd: int
    size_bytes: int
    content: ContentType
    untrusted_fields: Mapping[str, str] = field(repr=False)


@asynccontextmanager
async def receive_form(request: Request, service: Service) -> AsyncIterator[Upload]:
    """The one file of a form, held until the block ends.

    Raises Wrong (400) for what is no such form, TooLarge (413), TooSlow (408), Busy (429).
    """
    rules = service.bodies
    check_declared(request, max(rules.bytes_max, rules.film_bytes_max) + _BESIDE_BYTES)
    reader = _reader(request, max(rules.bytes_max, rules.film_bytes_max))
    held = Held(max(rules.bytes_max, rules.film_bytes_max))
    taken_bytes = 0

    def take(untrusted_chunk: bytes) -> None:
        nonlocal taken_bytes
        service.admission.hold(len(untrusted_chunk))
        taken_bytes += len(untrusted_chunk)
        _feed(reader, untrusted_chunk, held)
        _check_size(held, reader, rules.bytes_max)

    try:
        await pour(request, rules, take)
        yield _finished(reader, held)
    finally:
        held.close()
        service.admission.release(taken_bytes)


def _reader(request: Request, bytes_max: int) -> FormReader:
    try:
        boundary = boundary_of(request.headers.get("content-type", ""))
    except ValueError as error:
        raise Wrong("Missing multipart/form-data file upload") from error
    return FormReader(boundary, file_bytes_max=bytes_max)


def _feed(reader: FormReader, chunk: bytes, held: Held) -> None:
    try:
        for piece in reader.feed(chunk):
            held.write(piece)
    except SecondFile as error:
        raise Wrong("Only one file allowed per request") from error
    except FileTooLarge as error:
        raise TooLarge("the file is too large", field="body", right="a smaller file") from error
    except ValueError as error:
        raise Wrong(f"the form cannot be read: {error}") from error


def _check_size(held: Held, reader: FormReader, bytes_max: int) -> None:
    """Only a film may be larger than a picture, and it has to be sent as one."""
    if held.size_bytes > bytes_max and reader.untrusted_file_name != "video":
        raise TooLarge("the file is too large", field="body", right=f"at most {bytes_max:,} bytes")


def _finished(reader: FormReader, held: Held) -> Upload:
    try:
        form = reader.finish()
    except MissingFile as error:
        raise Wrong("Missing multipart/form-data file upload") from error
    except ValueError as error:
        raise Wrong(f"the form cannot be read: {error}") from error
    content = next((name for name in CONTENT_TYPES if name == form.untrusted_name), None)
    if content is None:
        raise Wrong(f"no such content_type: the field of the file is one of {', '.join(CONTENT_TYPES)}")
    if not held.size_bytes:
        raise Wrong("the file is empty")
    held.seal()
    return Upload(
        fd=held.fd, size_bytes=held.size_bytes, content=content, untrusted_fields=form.untrusted_fields
    )
