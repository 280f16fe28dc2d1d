from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.prevent.guard.pilot.making import Line, clock, joined_at, office_at
from tutela.kernel.errors import Invalid
from tutela.prevent.guard.pilot import taking_part
from tutela.prevent.guard.pilot.codes import new_code
from tutela.prevent.guard.pilot.office import Office
from tutela.prevent.guard.pilot.opening import open_all, professionals, rows_csv
from tutela.prevent.guard.pilot.sending import digest_of, frame_for, send, send_shown
from tutela.prevent.guard.pilot.store import Store
from tutela.prevent.guard.pilot.taking_part import Device
from tutela.prevent.guard.pilot.wire import Frame, parse_frame, report_frame


def sends(device: Device, line: Line) -> None:
    send_shown(device, digest_of(taking_part.show(device)), line)


def enrolled_office(path: Path) -> Office:
    office = office_at(path)
    for place in office.places():
        office.enrol(place.code.text, clock())
    return office


def test_everybody_enrolled_has_a_row_and_the_last_report_counts(tmp_path: Path) -> None:
    office = enrolled_office(tmp_path / "s")
    store = Store(office.path, clock())
    line, device = Line(store), joined_at(tmp_path / "d", office, 2)
    taking_part.answer(device, "start", {"calm": 1})
    sends(device, line)
    taking_part.answer(device, "end", {"own_goal": 4, "trust": None})
    taking_part.tell_event(device, "sleep", 3)
    sends(device, line)
    opened = open_all(office, reversed(list(store.frames())))
    assert [row.enrolled.number for row in opened.rows] == [1, 2, 3, 4] and opened.unread == 0
    row = opened.rows[1]
    assert row.report is not None and row.report.number == 2
    assert (row.answer("calm", "start"), row.answer("own_goal", "end"), row.answer("trust", "end")) == (
        1,
        4,
        None,
    )
    assert opened.rows[0].report is None and opened.rows[0].answer("calm", "start") is None
    table = list(csv.DictReader(rows_csv(opened.rows).splitlines()))
    assert table[1]["start.calm"] == "1" and table[1]["end.trust"] == "" and table[1]["worst"] == "3"
    assert table[1]["reports"] == "2" and table[0]["reports"] == "0" and len(table) == 4
    assert {one["arm"] for one in table} == {"guard", "later"}
    assert office.places()[1].code.text not in rows_csv(opened.rows)


def test_of_two_reports_of_one_number_the_one_that_came_later_counts(tmp_path: Path) -> None:
    office = enrolled_office(tmp_path / "s")
    store = Store(office.path, clock())
    line, device = Line(store), joined_at(tmp_path / "d", office)
    for answer in (1, 4):  # no receipt came back, and then the person changed their mind
        taking_part.answer(device, "start", {"calm": answer})
        taking_part.show(device)
        state = device.state()
        send(state, frame_for(state, digest_of(state.shown)), line)
    first, second = store.frames()
    opened = open_all(office, [first, second])
    assert opened.rows[0].answer("calm", "start") == 4 and opened.unread == 0


def test_what_nobody_of_the_study_made_is_counted_as_unread(tmp_path: Path) -> None:
    office = enrolled_office(tmp_path / "s")
    study, code = office.study(), office.places()[0].code
    words = {"retraction": b"s" * 32, "study": study.name, "opens": study.keys.opens}
    forged = report_frame(b"{}", token=code.token, **words)  # type: ignore[arg-type]  # bytes and text
    other = report_frame(b"{}", token=code.token, **{**words, "study": "another"})  # type: ignore[arg-type]
    broken = Frame(token=code.token, back=b"b" * 32, sealed=bytes(100))
    assert open_all(office, [parse_frame(forged), parse_frame(other), broken]).unread == 3


def test_a_report_of_somebody_who_was_never_enrolled_does_not_count(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    store = Store(office.path, clock())
    sends(joined_at(tmp_path / "d", office), Line(store))
    opened = open_all(office, store.frames())
    assert opened.rows == () and opened.unread == 1
    assert new_code("example").person not in rows_csv(opened.rows)


def test_answers_of_professionals_are_read_by_line() -> None:
    told = professionals("useful,safe,effort,offer\n4,3,,1\n,,,\n")
    assert told == (
        {"useful": 4, "safe": 3, "effort": None, "offer": 1},
        dict.fromkeys(("useful", "safe", "effort", "offer")),
    )
    for text, place in (
        ("", "professionals"),
        ("safe,useful,effort,offer\n", "professionals"),
        ("useful,safe,effort,offer\n1,2,3\n", "professionals, line 2"),
        ("useful,safe,effort,offer\n1,2,3,4\n1,2,3,5\n", "professionals, line 3"),
        ("useful,safe,effort,offer\n1,2,3,a word\n", "professionals, line 2"),
    ):
        with pytest.raises(Invalid) as raised:
            professionals(text)
        assert raised.value.field == place
