"""The page worker without its seal: what it says no to, and that it is ready before it is sealed."""

from __future__ import annotations

import os

import pytest
from selectolax.lexbor import SelectolaxError

from tests.detect.media.opening import opened
from tutela.detect.media import examining, page_frames, page_worker, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.shapes import Ask, Limits
from tutela.detect.media.troubles import DecodeTrouble

HERE = "https://host.test/"


def served(html: bytes, *, limits: Limits | None = None, size_bytes: int | None = None) -> list[int]:
    """The types of the frames that a request gives."""
    asking, answering = os.pipe(), os.pipe()
    ask = Ask(limits=limits or Limits(item_cpu_seconds=1_000.0))
    request = protocol.Request(
        operation=protocol.READ_PAGE, size_bytes=len(html) if size_bytes is None else size_bytes, ask=ask
    )
    try:
        os.write(asking[1], page_frames.render_asked(HERE, "utf-8"))
        with opened(html) as fd:
            answers = _Both(asking[0], answering[1])
            page_worker.handle(request, fd, answers)
            answers.flush()
        return _types(os.read(answering[0], 1 << 16))
    finally:
        examining.limit_cpu(0)
        for one in (*asking, *answering):
            os.close(one)


class _Both(Answers):
    """Reads at one descriptor and writes at another."""

    def __init__(self, reading: int, writing: int) -> None:
        super().__init__(writing)
        self._reading = reading

    def receive(self, count: int) -> bytes:
        return os.read(self._reading, count)


def _types(data: bytes) -> list[int]:
    found = []
    while data:
        number, length = protocol.HEAD.unpack_from(data)
        found.append(number)
        data = data[protocol.HEAD.size + length :]
    return found


def test_a_page_is_told_part_by_part() -> None:
    assert served(b"<a href=/1><img src=t.jpg></a><img src='ftp://x'>") == [
        page_frames.HEAD,
        page_frames.EMBEDDED,
        page_frames.LINK,
        page_frames.DROP,
    ]


@pytest.mark.parametrize(
    ("limits", "size_bytes", "code"), [(Limits(html_bytes_max=3), None, "bytes"), (None, 99, "changed")]
)
def test_what_is_too_large_or_shrinks_is_not_read(
    limits: Limits | None, size_bytes: int | None, code: str
) -> None:
    with pytest.raises(DecodeTrouble) as found:
        served(b"<p>text", limits=limits, size_bytes=size_bytes)
    assert found.value.code == code


def test_without_a_parser_a_page_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_worker, "LexborHTMLParser", None)
    page_worker.warm()
    with pytest.raises(DecodeTrouble) as found:
        page_worker.read_page(b"<p>", HERE, "")
    assert found.value.code == "no_decoder"


def test_a_tree_that_finds_no_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: bytes) -> None:
        raise SelectolaxError

    monkeypatch.setattr(page_worker, "LexborHTMLParser", none)
    with pytest.raises(DecodeTrouble) as found:
        page_worker.read_page(b"<p>", HERE, "")
    assert found.value.code == "memory"
