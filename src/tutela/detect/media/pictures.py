"""The picture worker's module: warms every decoder, then decodes by content."""

from __future__ import annotations

from collections.abc import Callable

from tutela.detect.media import examining, pictures_jpeg, pictures_pillow, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.examining import Source
from tutela.detect.media.shapes import Ask, MediaFacts, ShownForm, TroubleKind
from tutela.detect.media.sniff import UNDECODED, family
from tutela.detect.media.troubles import DecodeTrouble

#: Bits of the worker's greeting: which optional decoders are there.
PARTS = 1 if pictures_jpeg.ACCELERATED else 0


def warm() -> None:
    """Loads and runs every decoder once."""
    pictures_pillow.warm()
    pictures_jpeg.warm()


def handle(request: protocol.Request, fd: int, answers: Answers) -> None:
    """Serves one request of the parent (see ``worker``)."""
    examining.handle(decode_picture, request, fd, answers)


def decode_picture(source: Source, ask: Ask, emit: Callable[[ShownForm], None]) -> MediaFacts:
    """Facts of one file; its forms are emitted while they are decoded. Raises DecodeTrouble."""
    if family(source.kind) != "picture":
        raise DecodeTrouble(*verdict_on(source.kind))
    examining.limit_cpu(ask.limits.item_cpu_seconds)
    if source.kind == "jpeg":
        return pictures_jpeg.decode(source, ask, emit)
    opener = pictures_pillow.OPENERS.get(source.kind)
    if opener is None:
        raise DecodeTrouble("unreadable", "no_decoder")
    return pictures_pillow.decode(source, ask, emit, opener)


def verdict_on(kind: str) -> tuple[TroubleKind, str]:
    """Kind and code of the trouble with a file that is not decoded here, by its sniffed kind."""
    if kind == "empty":
        return "unreadable", "empty"
    if kind == "playlist":
        return "refused", "playlist"
    if kind in UNDECODED:
        return "unreadable", "no_decoder"
    if family(kind) in ("container", "closed"):
        return "unreadable", "container"
    return "not_media", "other_kind"
