"""What a worker said about one file, checked by the parent while it arrives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tutela.detect.media import protocol
from tutela.detect.media.nursery import Patience, Worker
from tutela.detect.media.opened import Opened, name_differs
from tutela.detect.media.shapes import Ask, Examined, Limits, MediaFacts, ShownForm, Trouble
from tutela.detect.media.troubles import trouble

Sink = Callable[[ShownForm], None]

#: Slowest rate at which a file is read and digested before the wall time runs out (bytes/s):
#: a tenth of one hard disk.
READ_RATE_MIN: Final = 10 << 20
#: Wall seconds a film may take for one CPU second of its budget (other films run beside it).
FILM_WALL_FACTOR: Final = 3.0
_FAULT: Final = trouble("unreadable", "fault")


class WorkerLiedError(Exception):
    """The worker sent what the protocol does not allow."""


class Answer:
    """What one worker said about one file, checked while it arrives."""

    def __init__(self) -> None:
        self.digests: protocol.Digests | None = None
        self.facts: MediaFacts | None = None
        self.trouble: Trouble | None = None
        self._forms_left = 0

    def read(self, worker: Worker, ask: Ask, opened: Opened, sink: Sink) -> None:
        """Reads frames until ``END``; WorkerLiedError for any that breaks a rule.

        What ``sink`` raises goes through: it is the caller's own.
        """
        film = opened.family == "film"
        patience = Patience(wall_seconds(opened.size_bytes, ask.limits, film=film))
        self._forms_left = forms_max(ask, film=film)
        payload_max = protocol.form_payload_max(ask)
        while True:
            try:
                frame_type, payload = worker.read_frame(patience, payload_max)
                form = self._hear(frame_type, payload, ask, opened)
            except ValueError as error:
                raise WorkerLiedError from error
            if frame_type == protocol.END:
                return
            if form is not None:
                sink(form)

    def _hear(self, frame_type: int, untrusted_payload: bytes, ask: Ask, opened: Opened) -> ShownForm | None:
        """Takes one frame in; a shown form is given back. ValueError for one that is not expected."""
        if frame_type == protocol.FORM and self._forms_left > 0 and self.digests is not None:
            self._forms_left -= 1
            return protocol.parse_form(untrusted_payload, ask=ask)
        if frame_type == protocol.DIGESTS and self.digests is None:
            self.digests = protocol.parse_digests(untrusted_payload, size_bytes=opened.size_bytes)
        elif frame_type == protocol.FACTS and self.facts is None:
            self.facts = protocol.parse_facts(untrusted_payload)
        elif frame_type == protocol.TROUBLE and self.trouble is None:
            self.trouble = protocol.parse_trouble(untrusted_payload)
        elif frame_type != protocol.END:
            raise ValueError("a frame that is not expected here")
        return None

    @property
    def ends_worker(self) -> bool:
        """Whether the worker must not see another file: a limit was hit or the decoder failed."""
        return self.trouble is not None and (self.trouble.kind == "refused" or self.trouble == _FAULT)

    def comparable(self, other: Answer) -> bool:
        """Whether two looks at one file must agree: neither hit a limit that depends on time."""
        return all(answer.trouble is None or answer.trouble.kind == "not_media" for answer in (self, other))

    def examined(self, opened: Opened, name_hint: str) -> Examined:
        """The answer as the outside sees it."""
        facts = self.facts or MediaFacts(container=opened.kind)
        if name_hint and name_differs(name_hint, opened.kind):
            facts = replace(facts, ambiguous=(*facts.ambiguous, "name_differs"))
        digests = self.digests
        return Examined(
            member=None,
            size_bytes=digests.size_bytes if digests else 0,
            md5=digests.md5 if digests else b"",
            sha1=digests.sha1 if digests else b"",
            sha256=digests.sha256 if digests else b"",
            facts=facts,
            trouble=self.trouble if digests else self.trouble or trouble("unreadable", "unreadable"),
        )


def no_form(form: ShownForm) -> None:
    """The sink of an answer that must hold no form."""
    raise WorkerLiedError


class FormDigest:
    """A sink that passes forms on and keeps a digest of all that went through."""

    def __init__(self, sink: Sink | None) -> None:
        self._sink = sink
        self._digest = hashlib.blake2b(digest_size=16)

    def __call__(self, form: ShownForm) -> None:
        """Takes one form."""
        self._digest.update(form.form.encode() + form.luma64.tobytes())
        if self._sink is not None:
            self._sink(form)

    @property
    def value(self) -> bytes:
        """Digest of names and reductions in their order, 16 bytes."""
        return self._digest.digest()


def wall_seconds(size_bytes: int, limits: Limits, *, film: bool) -> float:
    """Wall seconds after which a worker is killed: reading, then decoding one item."""
    decoding = limits.film_cpu_seconds * FILM_WALL_FACTOR if film else 0.0
    return limits.item_wall_seconds + decoding + size_bytes / READ_RATE_MIN


def forms_max(ask: Ask, *, film: bool) -> int:
    """Most shown forms that one file may give: frames, two grounds, crops of each."""
    frames = ask.limits.film_frames_max if film else 2 * ask.limits.frames_max
    return (frames + 2) * (1 + len(ask.crops_percent))
