"""What bar i5-6 finds: needles in every form, files that differ, packets that go elsewhere."""

from __future__ import annotations

import socket
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proofs import guard_traces, i5_06
from proofs.disk_search import found
from proofs.figure import Figure

RUN: dict[str, Any] = {
    "blocks": {"blocked": 120}, "needles": 9, "missed": [], "files": 9, "in_files": [], "said": [],
    "packets": 9, "packet_bytes": 9, "in_packets": [], "lost": 0, "datagrams": 0, "other_connections": {},
    "own_connections": {"127.0.0.1 1": 12}, "differing": [], "writing": [], "temporary": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "worse",
    [
        {},
        {"blocks": {"blocked": 119}},
        {"blocks": {"blocked": 120, "shown": 1}},
        {"missed": ["a"]},
        {"in_files": ["/tmp/a"]},
        {"said": ["host"]},
        {"in_packets": ["/path"]},
        {"lost": 1},
        {"datagrams": 1},
        {"other_connections": {"10.0.0.1 443": 1}},
        {"own_connections": {}},
        {"writing": ["/elsewhere/a.db"]},
    ],
    ids=str,
)
def test_every_trace_fails_the_bar(worse: dict[str, Any], tmp_path: Path) -> None:
    figure = Figure(bar="i5-6", tier="ci", folder=tmp_path)
    i5_06.record(figure, "keeps nothing", RUN | worse, 120)
    assert figure.passed is (worse == {})


def test_a_sample_is_found_by_its_path_digest_hash_and_pixels() -> None:
    shown = guard_traces.samples(8)
    assert len({one.content for one in shown}) == len({one.path for one in shown}) == 8
    needles = {one.path: list(guard_traces.needles(one)) for one in shown}
    assert guard_traces.trouble_of_search(needles) == []
    one = shown[0]
    for trace in (one.path.encode(), one.content[300:], one.value, one.value.hex().encode()):
        assert one.path in found(b"before " + trace + b" behind" * 3, needles)
    assert found(b"nothing of it" * 400, needles) == set()


def test_what_differs_is_named(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a")
    (tmp_path / "changed").write_text("a")
    before = guard_traces.state([tmp_path])
    (tmp_path / "changed").write_text("b")
    (tmp_path / "new").write_text("c")
    told = guard_traces.differing(before, guard_traces.state([tmp_path]))
    assert told == [str(tmp_path / "changed"), str(tmp_path / "new")]


def test_packets_say_who_called_whom() -> None:
    capture = guard_traces.Capture.__new__(guard_traces.Capture)
    capture.packets, capture.opened, capture.datagrams = [], Counter(), 0

    def packet(kind: int, flags: int) -> bytes:
        head = struct.pack(
            "!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, kind, 0, bytes(4), socket.inet_aton("1.2.3.4")
        )
        return head + struct.pack("!HHIIBBHHH", 5_000, 443, 0, 0, 0x50, flags, 0, 0, 0)

    for kind, flags in ((6, 2), (6, 18), (6, 16), (17, 0)):
        capture.take(packet(kind, flags), guard_traces.ETH_P_IP)
    assert capture.opened == {("1.2.3.4", 443): 1}
    assert (capture.datagrams, len(capture.packets)) == (1, 4)


def test_without_a_namespace_the_bar_is_not_met(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("proofs.figure.STATE", tmp_path)
    monkeypatch.setattr(i5_06, "missing_guard", lambda: "")
    monkeypatch.setattr(i5_06, "namespace_trouble", lambda: "not here")
    assert i5_06.main("ci") == 1
