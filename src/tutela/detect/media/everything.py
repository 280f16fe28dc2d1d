"""A file and, if it is a container, everything inside it, down to the depth that the limits allow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from tutela.detect.media.ahead import Ahead
from tutela.detect.media.containers import Budget, Lender, Member, walk
from tutela.detect.media.opened import kind_of
from tutela.detect.media.shapes import Ask, Examined, MediaFacts, ShownForm
from tutela.detect.media.sniff import family
from tutela.detect.media.troubles import trouble

Sink = Callable[[ShownForm], None]
#: Between a container and its member in a path (decisions.md section 1, architecture).
SEPARATOR: Final = "!/"
#: Offset and length of the segment number in the head of an E01 file (libewf, EWF format: 9, 2).
_E01_NUMBER: Final = slice(9, 11)


class Pool(Lender, Protocol):
    """What is needed of ``pool.MediaPool``."""

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """Digests, facts, trouble of one file; its forms go to ``sink``."""


def examine_all(
    pool: Pool,
    fd: int,
    ask: Ask,
    *,
    name: str,
    sink_for: Callable[[str | None], Sink],
    skip: Callable[[str], bool],
    segments: Sequence[int] = (),
    at_once: int = 1,
) -> Iterator[Examined]:
    """What the sandbox says about the file and about each member, members before their container.

    The container comes last because its trouble is known last; a file that is none comes alone.
    ``Examined.member`` joins nested paths with ``!/``, None is the file itself. ``sink_for(member)``
    gives the sink of each before it is examined. ``skip(member)`` leaves out members (of a scan that
    is taken up again). ``segments``: descriptors of the further parts of an E01 image, in order.
    Up to ``at_once`` members of one container are examined at the same time, in threads that call
    their sinks; the order stays.
    """
    budget = Budget.of(ask.limits, os.fstat(fd).st_size)
    job = _Job(pool=pool, ask=ask, sink_for=sink_for, skip=skip, budget=budget, at_once=at_once)
    yield from job.file(_Place(fd=fd, name=name, member=None, depth=0), segments)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """One file to look at: descriptor, last name, path inside the containers, how deep it lies."""

    fd: int
    name: str
    member: str | None
    depth: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Job:
    pool: Pool
    ask: Ask
    sink_for: Callable[[str | None], Sink]
    skip: Callable[[str], bool]
    budget: Budget
    at_once: int

    def file(self, place: _Place, segments: Sequence[int] = ()) -> Iterator[Examined]:
        """The file, after its members if it is a container."""
        sink = self.sink_for(place.member)
        examined = self.pool.examine(place.fd, self.ask, sink, name_hint=place.name)
        examined = replace(examined, member=place.member)
        if family(examined.facts.container) != "container":
            yield examined
        elif place.depth >= self.ask.limits.archive_depth_max:
            yield replace(examined, trouble=trouble("refused", "depth"))
        elif examined.facts.container == "e01" and _segment_number(place.fd) > 1:
            yield replace(examined, trouble=trouble("not_media", "segment"))
        else:
            yield from self._container(place, examined, segments)

    def _container(self, place: _Place, examined: Examined, segments: Sequence[int]) -> Iterator[Examined]:
        found = None
        members = walk(
            self.pool,
            place.fd,
            self.ask,
            name=place.name,
            skip=lambda path: self.skip(_joined(place.member, path)),
            segments=segments,
            budget=self.budget,
        )
        with Ahead(self.at_once) as ahead:
            for member in members:
                if member.path is None:
                    found = member.trouble
                elif self.at_once > 1 and member.fd >= 0 and family(kind_of(member.fd)) != "container":
                    examine = self._alone(member, member.path, place)
                    yield from ahead.begin(member.fd, member.size_bytes, examine)
                else:
                    yield from ahead.finish()
                    yield from self._member(member, member.path, place)
            yield from ahead.finish()
        yield replace(examined, trouble=found)

    def _alone(self, member: Member, path: str, inside: _Place) -> Callable[[int], Examined]:
        """What examines a member that is no container, given a descriptor of its own."""
        joined = _joined(inside.member, path)
        sink, name, deleted = self.sink_for(joined), path.rpartition("/")[2], member.deleted

        def examine(fd: int) -> Examined:
            examined = self.pool.examine(fd, self.ask, sink, name_hint=name)
            return replace(examined, member=joined, deleted=deleted or examined.deleted)

        return examine

    def _member(self, member: Member, path: str, inside: _Place) -> Iterator[Examined]:
        joined = _joined(inside.member, path)
        if member.fd < 0:
            yield _not_held(member, joined)
            return
        name = path.rpartition("/")[2]
        place = _Place(fd=member.fd, name=name, member=joined, depth=inside.depth + 1)
        for examined in self.file(place):
            deleted = member.deleted or examined.deleted
            yield replace(examined, deleted=deleted)


def _joined(container: str | None, path: str) -> str:
    return path if container is None else f"{container}{SEPARATOR}{path}"


def _not_held(member: Member, joined: str) -> Examined:
    digests = member.digests
    return Examined(
        member=joined,
        size_bytes=member.size_bytes,
        md5=digests.md5 if digests else b"",
        sha1=digests.sha1 if digests else b"",
        sha256=digests.sha256 if digests else b"",
        facts=MediaFacts(),
        trouble=member.trouble,
        deleted=member.deleted,
    )


def _segment_number(fd: int) -> int:
    return int.from_bytes(os.pread(fd, _E01_NUMBER.stop, 0)[_E01_NUMBER], "little")
