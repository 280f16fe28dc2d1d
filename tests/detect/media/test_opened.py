"""An open file as the parent sees it."""

from __future__ import annotations

import fcntl
import os

import pytest

from tests.detect.media.opening import opened
from tests.pictures import encoded, landscape
from tutela.detect.media.opened import Opened, kind_of, name_differs


def test_a_writable_descriptor_is_reopened_read_only() -> None:
    with opened(b"text") as fd:
        found = Opened.of(fd)
        assert found.fd != fd
        assert fcntl.fcntl(found.fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
        found.close()
        os.fstat(fd)


def test_a_read_only_descriptor_is_taken_as_it_is() -> None:
    with opened(b"text") as writable:
        fd = os.open(f"/dev/fd/{writable}", os.O_RDONLY)
        found = Opened.of(fd)
        assert (found.fd, found.size_bytes, found.kind) == (fd, 4, "unknown")
        found.close()
        os.close(fd)


def test_a_closed_descriptor_is_a_trouble() -> None:
    fd = os.memfd_create("test")
    os.close(fd)
    found = Opened.of(fd)
    assert found.trouble is not None
    assert found.trouble.reason == "could not be read"


@pytest.mark.parametrize(("kind", "worker"), [("PNG", "picture"), ("GIF", "picture"), ("AVIF", "picture")])
def test_the_kind_decides_which_workers_see_it(kind: str, worker: str) -> None:
    with opened(encoded(landscape(1, 16, 16), kind)) as fd:
        found = Opened.of(fd)
        assert (found.kind, found.worker_kind) == (kind.lower(), worker)
        found.close()


def test_films_heif_and_everything_else_have_their_workers() -> None:
    for head, worker in (
        (b"\0\0\0\x18ftypheic" + bytes(16), "heic"),
        (b"\x1a\x45\xdf\xa3" + bytes(16), "film"),
        (b"text", "picture"),
    ):
        with opened(head) as fd:
            found = Opened.of(fd)
            assert found.worker_kind == worker
            found.close()


def test_what_lies_far_behind_the_start_is_found() -> None:
    with opened(bytes(32_769) + b"CD001" + bytes(2_048)) as fd:
        assert kind_of(fd) == "disk"


@pytest.mark.parametrize(
    ("name", "kind", "differs"),
    [
        ("a.jpg", "jpeg", False),
        ("a.JPEG", "jpeg", False),
        ("a.txt", "jpeg", True),
        ("a", "jpeg", False),
        ("a.jpg", "png", True),
        ("a.jpg", "unknown", False),
    ],
)
def test_a_name_may_say_something_else(name: str, kind: str, differs: bool) -> None:
    assert name_differs(name, kind) is differs
