"""Walks through the sandbox: members come out as sealed descriptors, limits hold on both sides."""

from __future__ import annotations

import gzip
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.detect.media.archives import MEMBERS, descriptor, sevenzip_of, tar_of, zip_of
from tutela.detect.media import protocol
from tutela.detect.media.container_frames import DATA, HAS_CONTENT, MEMBER, MEMBER_END, MEMBER_HEAD
from tutela.detect.media.containers import Budget, Member, inner_name, shown_path, walk
from tutela.detect.media.nursery import Patience, Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import FORENSIC, MIB, WEB, Ask

pytestmark = pytest.mark.needs("linux")


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as opened:
        yield opened


def walked(
    pool: object,
    data: bytes,
    ask: Ask | None = None,
    *,
    skip: Callable[[str], bool] = lambda _: False,
    name: str = "x",
) -> list[tuple[Member, bytes]]:
    """Each member with its bytes."""
    with descriptor(data) as fd:
        members = walk(pool, fd, ask or Ask(), name=name, skip=skip)  # type: ignore[arg-type]
        return [(member, read(member)) for member in members]


def read(member: Member) -> bytes:
    return os.pread(member.fd, 1 << 24, 0) if member.fd >= 0 else b""


def reasons(found: list[tuple[Member, bytes]]) -> list[tuple[str | None, str]]:
    return [(member.path, member.trouble.reason) for member, _ in found if member.trouble is not None]


CONTAINERS: dict[str, Callable[[], bytes]] = {
    "zip": zip_of,
    "tar": tar_of,
    "tar.gz": lambda: tar_of(mode="w:gz"),
    "tar.xz": lambda: tar_of(mode="w:xz"),
    "7z": sevenzip_of,
}


@pytest.mark.parametrize("kind", sorted(CONTAINERS))
def test_members_come_out_with_their_bytes(pool: MediaPool, kind: str) -> None:
    found = walked(pool, CONTAINERS[kind]())
    assert {member.path: data for member, data in found} == MEMBERS
    assert all(member.size_bytes == len(data) for member, data in found)


def test_a_member_is_read_only_and_closed_afterwards(pool: MediaPool) -> None:
    with descriptor(zip_of()) as fd:
        members = walk(pool, fd, Ask(), name="x", skip=lambda _: False)
        first = next(members)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(first.fd, b"x")
        second = next(members)
        assert second.path != first.path
        members.close()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.pread(second.fd, 1, 0)


def test_what_is_skipped_is_not_read(pool: MediaPool) -> None:
    found = walked(pool, tar_of(), skip=lambda path: path != "a.txt")
    assert [(member.path, data) for member, data in found] == [("a.txt", b"first")]


def test_a_single_packed_file_is_called_as_it_was(pool: MediaPool) -> None:
    ((member, data),) = walked(pool, gzip.compress(b"picture"), name="holiday.jpg.gz")
    assert (member.path, data) == ("holiday.jpg", b"picture")


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("a.jpg.gz", "a.jpg"),
        ("b!/c.tar.XZ", "c.tar"),
        ("plain", "content"),
        (".gz", "content"),
        ("", "content"),
    ],
)
def test_names_inside_packed_files(name: str, inside: str) -> None:
    assert inner_name(name) == inside


def test_the_second_of_two_equal_names_gets_a_number(pool: MediaPool) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zip_of_pairs([("a", b"one"), ("a", b"two"), ("b", b"three")])
    found = walked(pool, data)
    assert [(member.path, data) for member, data in found] == [
        ("a", b"one"),
        ("a#2", b"two"),
        ("b", b"three"),
    ]


def zip_of_pairs(pairs: list[tuple[str, bytes]]) -> bytes:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        (b"plain/name.jpg", "plain/name.jpg"),
        ("grüße \u0434.jpg".encode(), "grüße \u0434.jpg"),
        (b"\x1b[31mred\n", "\\x1b[31mred\\x0a"),
        ("gpj\u202e.exe".encode(), "gpj\\u202e.exe"),
        (b"no text \xff", "no text \\xff"),
        (b"a!/b", "a\\x21/b"),
        (b"../../etc/passwd", "../../etc/passwd"),
        (b"nul\0", "nul\\x00"),
    ],
)
def test_names_are_safe_to_print(untrusted: bytes, shown: str) -> None:
    assert shown_path(untrusted) == shown


@given(st.binary(max_size=200))
def test_any_name_is_printable_and_holds_no_separator(untrusted: bytes) -> None:
    path = shown_path(untrusted)
    assert path.isprintable()
    assert "!/" not in path


def test_a_member_too_large_to_hold_gives_its_digests(pool: MediaPool) -> None:
    import hashlib

    ask = Ask(limits=replace(WEB, member_bytes_max=4))
    found = walked(pool, zip_of({"small": b"1234", "large": b"12345"}), ask)
    assert reasons(found) == [
        ("large", "larger than a member may be to be decoded: only its digests were taken")
    ]
    large = found[1][0]
    assert large.fd == -1
    assert large.digests is not None
    assert large.digests.sha256 == hashlib.sha256(b"12345").digest()


def test_a_limit_ends_the_walk_and_keeps_what_came_before(pool: MediaPool) -> None:
    ask = Ask(limits=replace(WEB, archive_entries_max=2))
    found = walked(pool, zip_of_pairs([("a", b"1"), ("b", b"2"), ("c", b"3")]), ask)
    assert reasons(found) == [(None, "more entries than the limit")]
    ask = Ask(limits=replace(WEB, archive_bytes_max=2000))
    found = walked(pool, tar_of({"a": b"1" * 100, "b": b"2" * 9000}), ask)
    assert reasons(found) == [(None, "unpacks to more bytes than the limit")]


def test_a_shared_budget_ends_the_walk_in_the_parent(pool: MediaPool) -> None:
    with descriptor(zip_of()) as fd:
        budget = Budget(entries_left=100, bytes_left=10)
        *_, last = walk(pool, fd, Ask(), name="x", skip=lambda _: False, budget=budget)
    assert last.path is None
    assert last.trouble is not None
    assert last.trouble.kind == "refused"


def test_a_broken_container_is_one_finding(pool: MediaPool) -> None:
    assert reasons(walked(pool, zip_of()[:-30])) == [(None, "broken or truncated")]
    assert reasons(walked(pool, b"nothing of the kind")) == [(None, "container not opened")]


def test_the_pool_goes_on_after_a_refusal(pool: MediaPool) -> None:
    walked(pool, zip_of(), Ask(limits=replace(WEB, archive_entries_max=1)))
    assert len(walked(pool, zip_of())) == len(MEMBERS)


def test_many_members_come_one_after_the_other_without_growing(pool: MediaPool) -> None:
    members = {f"{number}.bin": b"%d" % number for number in range(3000)}
    found = walked(pool, tar_of(members), Ask(limits=FORENSIC))
    assert len(found) == 3000


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c"]),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_members_or_one_finding(pool: MediaPool, data: bytes, start: bytes) -> None:
    found = walked(pool, start + data)
    assert [member for member, _ in found if member.path is None][:-1] == []


# --- a worker that lies ------------------------------------------------------------------------


class LyingWorker:
    """Sends the frames it is told to, whatever was asked."""

    ended = None

    def __init__(self, frames: list[tuple[int, bytes]], fault: Exception | None = None) -> None:
        self.frames, self.fault = list(frames), fault

    def order(self, message: bytes, fd: int) -> None: ...

    def tell(self, message: bytes, fds: object = ()) -> None: ...

    def read_frame(self, patience: Patience, payload_max: int) -> tuple[int, bytes]:
        if self.frames:
            return self.frames.pop(0)
        raise self.fault or WorkerGoneError


class LyingPool:
    def __init__(self, worker: LyingWorker) -> None:
        self.worker, self.retired = worker, False

    @contextmanager
    def borrow(self, kind: str) -> Iterator[Worker]:
        try:
            yield self.worker  # type: ignore[misc]
        except BaseException:
            self.retired = True
            raise


def member(path: bytes, flags: int = HAS_CONTENT) -> tuple[int, bytes]:
    return MEMBER, MEMBER_HEAD.pack(flags, 0) + path


END = (protocol.END, struct.pack("<I", 0))


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        ([(99, b"")], "the media worker broke the protocol"),
        ([(MEMBER, b"x")], "the media worker broke the protocol"),
        ([member(b"p" * 4097)], "the media worker broke the protocol"),
        ([member(b"a"), (protocol.FORM, b"")], "the media worker broke the protocol"),
        ([member(b"a"), (MEMBER_END, b"\xff\xff\xff")], "the media worker broke the protocol"),
        ([member(b"a", 0), END], "the media worker broke the protocol"),
        ([(protocol.TROUBLE, b"\xff\xff\xff"), END], "the media worker broke the protocol"),
        (
            [(protocol.TROUBLE, protocol.render_trouble("refused", "ratio")), (99, b"")],
            "the media worker broke the protocol",
        ),
        ([member(b"a")] + [(DATA, bytes(MIB))] * 600, "unpacks to more bytes than the limit"),
        (
            [member(b"a", 0), (MEMBER_END, protocol.render_trouble("unreadable", "packing"))] * 1001,
            "more entries than the limit",
        ),
        ([], "the media worker was stopped by the sandbox"),
    ],
)
def test_a_worker_that_lies_is_caught_and_not_used_again(
    frames: list[tuple[int, bytes]], reason: str
) -> None:
    pool = LyingPool(LyingWorker(frames))
    with descriptor(bytes(6 * MIB)) as fd:
        *_, last = walk(pool, fd, Ask(), name="x", skip=lambda _: False)
    assert last.path is None
    assert last.trouble is not None
    assert last.trouble.reason == reason
    assert pool.retired


def test_a_worker_that_sleeps_is_refused() -> None:
    pool = LyingPool(LyingWorker([], WorkerSlowError()))
    with descriptor(b"x") as fd:
        (only,) = walk(pool, fd, Ask(), name="x", skip=lambda _: False)
    assert only.trouble is not None
    assert only.trouble.reason == "took longer than the limit"
