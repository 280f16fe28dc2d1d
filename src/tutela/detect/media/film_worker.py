"""The worker for films: PyAV, where the extra ``video`` is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tutela.detect.media import examining, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.examining import Source
from tutela.detect.media.shapes import Ask, MediaFacts, ShownForm
from tutela.detect.media.troubles import DecodeTrouble

film: Any
try:
    from tutela.detect.media import film
except ImportError:
    film = None

#: Bit of the worker's greeting: the decoder is there.
PARTS = 4 if film is not None else 0
#: CPU seconds beyond the budget at which ``film`` stops by itself; then the kernel ends the worker.
CPU_GRACE_SECONDS = 5.0


def warm() -> None:
    """Lets ``film`` exercise its decoders, if it has to."""
    exercise = getattr(film, "warm", None)
    if exercise is not None:
        exercise()


def handle(request: protocol.Request, fd: int, answers: Answers) -> None:
    """Serves one request of the parent (see ``worker``)."""
    examining.handle(decode, request, fd, answers)


def decode(source: Source, ask: Ask, emit: Callable[[ShownForm], None]) -> MediaFacts:
    """Facts of a film; its sampled frames are emitted. Raises DecodeTrouble."""
    if film is None:
        raise DecodeTrouble("unreadable", "no_decoder")
    examining.limit_cpu(ask.limits.film_cpu_seconds + CPU_GRACE_SECONDS)
    facts: MediaFacts = film.decode_film(source.stream(), ask, emit)
    return facts
