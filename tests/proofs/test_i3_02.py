"""The hall of bar i3-2: its vectors, its name server, its judgement of what was met; and one run of it."""

from __future__ import annotations

import ipaddress
import json
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proofs import i3_02, ssrf_hall
from proofs.figure import Figure
from proofs.ssrf_vectors import GOOD, MORE, ROWS, vectors
from tests.kernel.egress.test_addresses import REFUSED


def test_there_are_enough_vectors_of_every_kind_and_each_name_occurs_once() -> None:
    made = vectors()
    assert len([one for one in made if one.expected == "refused"]) >= 120
    assert set(ROWS) == set(REFUSED) - set(MORE), "Appendix B of the threat model"
    assert len({one.way for one in made}) >= 10
    names = [name for one in made for name in one.zone]
    assert len(names) == len(set(names))


def test_no_form_is_a_good_address_in_disguise() -> None:
    for form in (*ROWS, *MORE):
        assert ssrf_hall._plain(form) not in GOOD


def question(name: str, kind: int) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


class Quiet(ssrf_hall.NameServer):
    """The name server without its socket."""

    def __init__(self, zone: Any) -> None:
        self._zone, self._asked = zone, Counter()


def test_the_name_server_gives_another_answer_the_second_time() -> None:
    server = Quiet({"a.test": [("1.2.3.4", "::1"), ("10.0.0.1",)]})
    first, second, third = (server._answer(question("A.test", ssrf_hall.A)) for _ in range(3))
    assert first.endswith(ipaddress.ip_address("1.2.3.4").packed)
    assert second.endswith(ipaddress.ip_address("10.0.0.1").packed)
    assert third[2:] == second[2:]
    assert server._answer(question("a.test", ssrf_hall.AAAA)).endswith(ipaddress.ip_address("::1").packed)
    unknown = server._answer(question("b.onion", ssrf_hall.A))
    assert unknown[3] & 15 == 3
    assert server.asked("onion") == 1


def row(**changes: Any) -> dict[str, Any]:
    return {"way": "fine", "about": "x", "expected": "fetched", "got": "fetched", "connections": 1,
            "forbidden": []} | changes  # fmt: skip


RUN: dict[str, Any] = {"rows": [row()] * 200, "late": [], "onions": 3, "onion_questions": 0}


@pytest.mark.parametrize(
    "worse",
    [
        row(forbidden=["10.0.0.1 port 80"]),
        row(got="address_refused"),
        row(expected="refused"),
    ],
)
def test_the_bar_is_not_met_by_one_bad_row(worse: dict[str, Any], tmp_path: Path) -> None:
    for extra, passed in (([], True), ([worse], False)):
        figure = Figure(bar="i3-2", tier="ci", folder=tmp_path)
        run = RUN | {"rows": [row()] * 200 + extra}
        i3_02._record_product(figure, [run])
        assert figure.passed is passed


def test_a_late_connection_and_a_question_about_onion_count(tmp_path: Path) -> None:
    for bad in ({"late": ["10.0.0.1 port 80"]}, {"onion_questions": 1}, {"onions": 2}):
        figure = Figure(bar="i3-2", tier="ci", folder=tmp_path)
        i3_02._record_product(figure, [RUN | bad])
        assert not figure.passed


def test_without_a_namespace_the_bar_says_so_and_is_not_met(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("proofs.figure.STATE", tmp_path)
    monkeypatch.setattr(i3_02, "namespace_trouble", lambda: "not here")
    assert i3_02.main("ci") == 1
    written = json.loads((tmp_path / "figures" / "i3_02.json").read_text())
    assert "not here" in written["failures"][0]["text"]


@pytest.mark.needs("netns")
def test_the_machine_itself_is_never_changed() -> None:
    with pytest.raises(RuntimeError, match="unshare"):
        ssrf_hall.prepare_network()


@pytest.mark.slow
@pytest.mark.needs("netns")
@pytest.mark.parametrize("mode", ["product", "unpinned"])
def test_the_hall_meets_nothing_forbidden_unless_the_pin_is_out(mode: ssrf_hall.Mode) -> None:
    run = i3_02.hall(mode)
    through = [one for one in run["rows"] if one["forbidden"]]
    assert len(through) >= 10 if mode == "unpinned" else through == []
