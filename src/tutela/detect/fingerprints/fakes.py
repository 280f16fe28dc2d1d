"""A pool that opens nothing: the double of ``MediaPool`` for tests of what stands on fingerprints."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from tutela.detect.fingerprints.digests import digest_descriptor
from tutela.detect.media.shapes import Ask, Examined, MediaFacts, ShownForm, Trouble
from tutela.kernel.errors import Unavailable


@dataclass(frozen=True, kw_only=True, slots=True)
class FakeAnswer:
    """What the fake sandbox says about one content."""

    forms: tuple[ShownForm, ...] = ()
    facts: MediaFacts = field(default_factory=MediaFacts)
    trouble: Trouble | None = None


class FakePool:
    """Answers ``examine`` from a function of the file's bytes; digests are the real ones.

    ``asked`` records each request in order. Without ``answer`` every file is an ordinary one.
    """

    def __init__(self, answer: Callable[[bytes], FakeAnswer] | None = None) -> None:
        self._answer = answer or _ordinary
        self.asked: list[Ask] = []

    def __enter__(self) -> FakePool:
        return self

    def __exit__(self, *_exc: object) -> None:
        return None

    def examine(
        self, fd: int, ask: Ask, sink: Callable[[ShownForm], None], *, name_hint: str = ""
    ) -> Examined:
        """The prepared answer; forms go to ``sink`` one by one."""
        self.asked.append(ask)
        digests = digest_descriptor(fd)
        answer = self._answer(os.pread(fd, digests.size_bytes, 0))
        _send(answer.forms, sink)
        return Examined(
            member=None,
            size_bytes=digests.size_bytes,
            md5=digests.md5,
            sha1=digests.sha1,
            sha256=digests.sha256,
            facts=answer.facts,
            trouble=answer.trouble,
        )

    def borrow(self, kind: str) -> AbstractContextManager[Any]:
        """Refuses: this pool opens no containers."""
        raise Unavailable(f"a fake pool has no {kind} workers")


def _ordinary(_content: bytes) -> FakeAnswer:
    return FakeAnswer(trouble=Trouble(kind="not_media", reason="ordinary file"))


def _send(forms: Iterable[ShownForm], sink: Callable[[ShownForm], None]) -> None:
    for shown in forms:
        sink(shown)
