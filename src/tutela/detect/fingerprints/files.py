"""All fingerprints of a file and of the members inside it; film frames are finished while they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tutela.detect.fingerprints.hashers import FileHasher, FormHasher, Hasher, pick_hashers
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint, Unhashable
from tutela.detect.media.shapes import Ask, Examined, PdqMode, ShownForm

if TYPE_CHECKING:
    from tutela.detect.media.everything import Pool

Sink = Callable[[ShownForm], None]


class Examiner(Protocol):
    """What is needed of ``detect.media.pool.MediaPool``; ``fakes.FakePool`` is its double."""

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """What the sandbox says about one descriptor; each form goes to ``sink`` as it arrives."""


class FormCollector:
    """A sink that keeps fingerprints, never pixels: 32 bytes a form instead of 16 KiB and more.

    Frames of a film that are too plain are counted, so that a black film yields one reason and
    not 20,000.
    """

    def __init__(self, hashers: Sequence[FormHasher], *, mode: PdqMode, dihedral: bool) -> None:
        self._hashers = {media: [h for h in hashers if h.media == media] for media in ("picture", "film")}
        self._mode, self._dihedral = mode, dihedral
        self._upright: list[Fingerprint] = []
        self._turned: list[Fingerprint] = []
        self._unhashable: list[Unhashable] = []
        self._plain_frames = self._frames = 0

    def __call__(self, shown: ShownForm) -> None:
        """Fingerprints one form and lets go of it."""
        film = is_film(shown.form)
        self._frames += film
        for hasher in self._hashers["film" if film else "picture"]:
            self._add(hasher.fingerprints(shown, mode=self._mode, dihedral=self._dihedral), film=film)

    def _add(self, found: Sequence[Fingerprint] | Unhashable, *, film: bool) -> None:
        if not isinstance(found, Unhashable):
            self._upright += found[:1]
            self._turned += found[1:]
        elif film:
            self._plain_frames += 1
        else:
            self._unhashable.append(found)

    @property
    def film(self) -> bool:
        """True when frames of a film arrived."""
        return self._frames > 0

    def prints(self) -> tuple[Fingerprint, ...]:
        """What was hashed: upright forms first, in order of arrival, then the turned ones."""
        return (*self._upright, *self._turned)

    def unhashable(self) -> tuple[Unhashable, ...]:
        """One reason per form of a picture; one for all plain frames of a film together."""
        if not self._plain_frames:
            return tuple(self._unhashable)
        reason = f"{self._plain_frames} of {self._frames} frames have too little detail for PDQ"
        return (*self._unhashable, Unhashable(kind="pdq", form="film", reason=reason))


class Fingerprinter:
    """Asks the pool about descriptors and turns the answers into fingerprints.

    Pixels are asked for only when one of the enabled ``hashers`` needs them.
    """

    def __init__(
        self, pool: Examiner, ask: Ask, *, dihedral: bool = True, hashers: Sequence[Hasher] | None = None
    ) -> None:
        chosen = pick_hashers() if hashers is None else tuple(hashers)
        self._file_hashers = [h for h in chosen if isinstance(h, FileHasher)]
        self._form_hashers = [h for h in chosen if isinstance(h, FormHasher)]
        self._pool, self._dihedral = pool, dihedral
        self.ask = replace(ask, pixels=any(h.needs_pixels for h in self._form_hashers))

    def fingerprint(self, fd: int, *, member: str | None = None, name_hint: str = "") -> FileFingerprints:
        """All fingerprints of one file or member; what went wrong stands in ``trouble``."""
        collector = self.collector()
        examined = self._pool.examine(fd, self.ask, collector, name_hint=name_hint)
        return self.finish(replace(examined, member=member), collector)

    def fingerprint_members(
        self, examine: Callable[[Callable[[str | None], Sink]], Iterator[Examined]]
    ) -> Iterator[tuple[Examined, FileFingerprints]]:
        """What the sandbox said about a file and each of its members, with their fingerprints.

        ``examine`` is ``everything.examine_all`` with all but ``sink_for`` given.
        """
        collectors: dict[str | None, FormCollector] = {}
        for examined in examine(lambda member: collectors.setdefault(member, self.collector())):
            collector = collectors.pop(examined.member, None) or self.collector()
            yield examined, self.finish(examined, collector)

    def collector(self) -> FormCollector:
        """A fresh sink for the forms of one file."""
        return FormCollector(self._form_hashers, mode=self.ask.pdq_mode, dihedral=self._dihedral)

    def finish(self, examined: Examined, collector: FormCollector) -> FileFingerprints:
        """Digests and forms of one file put together, digests first."""
        digests = [hasher.fingerprint(examined) for hasher in self._file_hashers]
        return FileFingerprints(
            member=examined.member,
            size_bytes=examined.size_bytes,
            facts=examined.facts,
            trouble=examined.trouble,
            prints=(*(d for d in digests if isinstance(d, Fingerprint)), *collector.prints()),
            unhashable=(*(d for d in digests if isinstance(d, Unhashable)), *collector.unhashable()),
            film=collector.film,
        )


def is_film(form: str) -> bool:
    """True for a film's forms, ``t<seconds>/...``; pictures have ``f<frame>/...``."""
    return form.startswith("t")


def fingerprint_file(
    pool: Examiner, fd: int, ask: Ask, *, dihedral: bool = True, hashers: Sequence[Hasher] | None = None
) -> FileFingerprints:
    """All fingerprints of one file, without looking into containers."""
    return Fingerprinter(pool, ask, dihedral=dihedral, hashers=hashers).fingerprint(fd)


def fingerprint_all(
    pool: Pool,
    fd: int,
    ask: Ask,
    *,
    name: str,
    skip: Callable[[str], bool] | None = None,
    hashers: Sequence[Hasher] | None = None,
) -> Iterator[FileFingerprints]:
    """All fingerprints of a file and of everything inside it, members before their container.

    ``skip(member)`` leaves members out; without it all are looked at.
    """
    from tutela.detect.media.everything import examine_all  # the readers' protocol: not for single files

    printer = Fingerprinter(pool, ask, hashers=hashers)
    examine = partial(examine_all, pool, fd, printer.ask, name=name, skip=skip or _no_member)
    found = printer.fingerprint_members(lambda sink_for: examine(sink_for=sink_for))
    return (prints for _, prints in found)


def _no_member(_member: str) -> bool:
    return False
