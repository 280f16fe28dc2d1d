"""The demo's table says in words what was found, and its check cannot be pleased by finding too much."""

from __future__ import annotations

from tutela.demo.collection import Planted
from tutela.demo.table import check, table
from tutela.detect.matching.shapes import Status
from tutela.detect.scan.shapes import Finding, FoundMatch


def _match(kind: str = "pdq", form: str = "f0/r0", **fields: object) -> FoundMatch:
    given: dict[str, object] = {
        "distance_bits": 4, "confirmed": None, "query_percent": None, "target_percent": None, **fields,
    }  # fmt: skip
    return FoundMatch(list="demo", version="1", entry="ent_x", kind=kind, form=form, **given)  # type: ignore[arg-type]


def _finding(path: str, status: Status, *matches: FoundMatch, member: str | None = None) -> Finding:
    return Finding(
        path=f"demo/{path}", member=member, sha256=None, status=status, reason="why", matches=matches
    )


def test_table_puts_known_first_and_leaves_out_unknown() -> None:
    lines = table(
        [
            _finding("b.jpg", "candidate", _match(form="f0/my/white")),
            _finding("u.jpg", "unknown"),
            _finding("x.jpg", "unreadable"),
            _finding("a.zip", "known", _match(kind="sha256", confirmed="sha256"), member="in.jpg"),
            _finding("f.mp4", "candidate", _match(kind="vpdq", target_percent=91.0)),
        ],
        "demo",
    )[2:]
    assert [line.split()[:2] for line in lines] == [
        ["known", "a.zip!/in.jpg"],
        ["candidate", "b.jpg"],
        ["candidate", "f.mp4"],
        ["unreadable", "x.jpg"],
    ]
    assert "very same file" in lines[0]
    assert lines[1].endswith("4 of 256 bits differ, mirrored, on white")
    assert "91 % of the listed film" in lines[2]
    assert lines[3].endswith("why")


def test_check_passes_only_when_all_planted_and_nothing_else_was_found() -> None:
    planted = Planted(exact={"a.jpg"}, altered={"b.jpg"})
    found = [_finding("a.jpg", "known", _match()), _finding("b.jpg", "candidate", _match())]
    assert check(found, planted, "demo").passed
    assert not check(found[:1], planted, "demo").passed
    assert not check([_finding("a.jpg", "candidate", _match()), found[1]], planted, "demo").passed
    stranger = check([*found, _finding("c.jpg", "candidate", _match())], planted, "demo")
    assert not stranger.passed
    assert stranger.lines(1)[-1] == "  wrongly found: c.jpg"
