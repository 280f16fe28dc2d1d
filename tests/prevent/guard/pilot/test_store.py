from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.pilot.making import clock, office_at
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.prevent.guard.pilot import store as stores
from tutela.prevent.guard.pilot.codes import new_code
from tutela.prevent.guard.pilot.office import ADMITTED, Office
from tutela.prevent.guard.pilot.store import LIST, RECEIVED, Store
from tutela.prevent.guard.pilot.wire import back_frame, report_frame

SECRET = b"s" * 32


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_at(tmp_path / "s")


def frame_of(office: Office, place: int = 0, report: bytes = b"report", secret: bytes = SECRET) -> bytes:
    study, code = office.study(), office.places()[place].code
    return report_frame(report, token=code.token, retraction=secret, study=study.name, opens=study.keys.opens)


def back_of(office: Office, place: int = 0, secret: bytes = SECRET) -> bytes:
    return back_frame(token=office.places()[place].code.token, retraction=secret)


def test_a_report_comes_once_however_often_it_is_sent(office: Office) -> None:
    store, frame = Store(office.path, clock()), frame_of(office)
    first = store.take(frame)
    assert store.take(frame) == first and Store(office.path, clock()).take(frame) == first
    assert len(list(store.frames())) == 1
    assert len((office.path / LIST).read_text().splitlines()) == 1


def test_what_came_is_there_after_a_restart_in_its_order(office: Office) -> None:
    store = Store(office.path, clock())
    frames = [frame_of(office, place, bytes([place])) for place in (2, 0, 1)]
    for frame in frames:
        store.take(frame)
    tokens = [one.token for one in Store(office.path, clock()).frames()]
    assert tokens == [office.places()[place].code.token for place in (2, 0, 1)]


def test_who_has_no_code_leaves_nothing(office: Office) -> None:
    store, study = Store(office.path, clock()), office.study()
    token = new_code("example").token
    frame = report_frame(b"x", token=token, retraction=SECRET, study="example", opens=study.keys.opens)
    with pytest.raises(Refused):
        store.take(frame)
    with pytest.raises(Refused):
        store.take(back_frame(token=token, retraction=SECRET))
    with pytest.raises(Invalid):
        store.take(b"nonsense")
    assert not (office.path / RECEIVED).exists() and not (office.path / LIST).exists()
    (office.path / ADMITTED).unlink()
    with pytest.raises(Unavailable):
        store.take(frame_of(office))


def test_a_site_that_opens_later_is_known_at_once(office: Office) -> None:
    store = Store(office.path, clock())
    office.issue("south", 1)
    assert store.take(frame_of(office, place=4))["receipt"]


def test_what_is_taken_back_is_gone_and_nothing_else(office: Office) -> None:
    store = Store(office.path, clock())
    for place, report in ((0, b"1"), (0, b"2"), (1, b"3")):
        store.take(frame_of(office, place, report))
    assert store.take(back_of(office, secret=b"x" * 32)) == {"taken_back": 0}
    assert store.take(back_of(office, place=0)) == {"taken_back": 2}
    assert store.take(back_of(office, place=0)) == {"taken_back": 0}
    for one in (store, Store(office.path, clock())):
        assert [frame.token for frame in one.frames()] == [office.places()[1].code.token]
    assert len(list((office.path / RECEIVED).iterdir())) == 1
    assert store.take(frame_of(office, report=b"again"))["receipt"]


def test_a_code_cannot_fill_the_disk(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "REPORTS_MAX", 2)
    store = Store(office.path, clock())
    for number in range(2):
        store.take(frame_of(office, report=bytes([number])))
    with pytest.raises(Refused, match="enough"):
        store.take(frame_of(office, report=b"more"))
    assert store.take(frame_of(office, place=1))["receipt"]


def test_the_list_knows_days_and_no_more(office: Office) -> None:
    Store(office.path, clock()).take(frame_of(office))
    text = (office.path / LIST).read_text()
    assert '"day":"2026-10-01"' in text and "12:00" not in text
    assert office.places()[0].code.person not in text


@pytest.mark.parametrize("damage", ["missing", "changed", "list"])
def test_damage_is_told(office: Office, damage: str) -> None:
    store = Store(office.path, clock())
    store.take(frame_of(office))
    (kept,) = (office.path / RECEIVED).iterdir()
    if damage == "missing":
        kept.unlink()
    elif damage == "changed":
        kept.write_bytes(kept.read_bytes()[:-1] + b"\0\1")
    else:
        (office.path / LIST).write_text((office.path / LIST).read_text().replace("2026", "2027") + "{}\n")
    with pytest.raises((Unavailable, Refused)):
        list(Store(office.path, clock()).frames())


def test_what_a_kill_left_is_swept_and_nothing_else(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(office.path, clock())
    store.take(frame_of(office, place=0))
    store.take(frame_of(office, place=1))

    def killed(path: Path) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("tutela.prevent.guard.pilot.store.durable.destroy_file", killed)
    with pytest.raises(KeyboardInterrupt):
        store.take(back_of(office, place=0))
    monkeypatch.undo()
    again = Store(office.path, clock())
    assert len(list(again.frames())) == 1 and len(list((office.path / RECEIVED).iterdir())) == 2
    again.sweep()
    assert len(list((office.path / RECEIVED).iterdir())) == 1 and len(list(again.frames())) == 1
    Store(office.path.parent / "none", clock()).sweep()
