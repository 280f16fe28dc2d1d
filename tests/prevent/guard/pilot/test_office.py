from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.prevent.guard.pilot.making import DRAFT, clock, office_at
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable
from tutela.prevent.guard.pilot.assigning import arms_of
from tutela.prevent.guard.pilot.codes import admitted, new_code
from tutela.prevent.guard.pilot.office import ADMITTED, CODES, ENROLLED, KEYS, OPENS, SEED, Office, Place


def test_codes_are_made_by_site_and_the_server_knows_only_their_digests(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s", north=3, south=2)
    office.issue("north", 1)
    places = office.places()
    assert [(one.site, one.number) for one in places] == [
        ("north", 1),
        ("north", 2),
        ("north", 3),
        ("north", 4),
        ("south", 1),
        ("south", 2),
    ]
    kept = (office.path / ADMITTED).read_text().split()
    assert kept == sorted(admitted(one.code.token) for one in places)
    for name in ("north", "south"):
        sheet = (office.path / CODES / f"{name}.csv").read_text()
        assert "guard" not in sheet and "later" not in sheet, "no arm beside a code"


def test_codes_that_are_made_at_the_same_time_are_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, places = office_at(tmp_path / "s"), Office.places

    def slow(self: Office) -> tuple[Place, ...]:
        found = places(self)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(Office, "places", slow)
    with ThreadPoolExecutor(2) as threads:
        made = [*threads.map(lambda site: Office(office.path).issue(site, 2), ("north", "north"))]
    assert {*made[0], *made[1]} <= {*office.places()} and len(office.places()) == 8


@pytest.mark.parametrize(("site", "count"), [("west", 1), ("north", 0), ("north", 10_001)])
def test_codes_for_nobody_are_refused(tmp_path: Path, site: str, count: int) -> None:
    with pytest.raises(Invalid):
        office_at(tmp_path / "s").issue(site, count)


def test_arms_are_opened_in_order_and_stay(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s", north=4, south=2)
    north = [one.code.text for one in office.places() if one.site == "north"]
    with pytest.raises(Refused, match="next place is number 1, this is 2"):
        office.enrol(north[1], clock())
    opened = [office.enrol(code, clock()) for code in north]
    names = tuple(office.study().arms)
    assert [one.arm for one in opened] == [names[arm] for arm in arms_of(office.seed(), "north", 4)]
    assert office.enrol(north[2], clock()) == opened[2], "opened again it is the same, and not counted twice"
    assert office.enrolled() == tuple(opened) and opened[0].day == "2026-10-01"
    assert sum(office.audit().values()) == 4


def test_who_is_enrolled_twice_at_the_same_time_is_written_down_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, seed = office_at(tmp_path / "s"), Office.seed

    def slow(self: Office) -> bytes:
        time.sleep(0.2)
        return seed(self)

    monkeypatch.setattr(Office, "seed", slow)
    code = office.places()[0].code.text
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: Office(office.path).enrol(code, clock()), range(2))
    assert first == second and office.enrolled() == (first,)


def test_a_code_of_nobody_opens_nothing(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    with pytest.raises(Refused, match="no such code"):
        office.enrol(new_code("example").text, clock())


def test_the_audit_finds_an_arm_that_somebody_chose(tmp_path: Path) -> None:
    from tutela.prevent.guard.pilot.lines import Lines

    office = office_at(tmp_path / "s")
    first = office.places()[0]
    arm = tuple(office.study().arms)[1 - arms_of(office.seed(), "north", 1)[0]]
    row = {"person": first.code.person, "site": "north", "number": 1, "arm": arm, "day": "2026-10-01"}
    Lines(office.path / ENROLLED).add(row)
    with pytest.raises(Refused, match="north, number 1"):
        office.audit()


def test_the_audit_finds_somebody_without_a_code_and_an_altered_list(tmp_path: Path) -> None:
    from tutela.prevent.guard.pilot.lines import Lines

    office = office_at(tmp_path / "s")
    arm = tuple(office.study().arms)[arms_of(office.seed(), "north", 1)[0]]
    row = {"person": "0" * 16, "site": "north", "number": 1, "arm": arm, "day": "2026-10-01"}
    Lines(office.path / ENROLLED).add(row)
    with pytest.raises(Refused, match="without a code"):
        office.audit()
    path = office.path / ENROLLED
    path.write_text(path.read_text().replace("2026-10-01", "2026-10-02") + "{}\n")
    with pytest.raises(Refused, match="changed after it was written"):
        office.audit()


def test_another_seed_than_the_promised_one_is_refused(tmp_path: Path) -> None:
    office, other = office_at(tmp_path / "s"), office_at(tmp_path / "o")
    for name in (SEED, OPENS):
        (office.path / KEYS / name).write_bytes((other.path / KEYS / name).read_bytes())
    with pytest.raises(Refused, match="not the seed that the study file names"):
        office.audit()
    (office.path / KEYS / SEED).write_bytes(bytes(80))
    with pytest.raises(Refused, match="damaged"):
        office.seed()


def test_without_keys_codes_are_made_and_no_arm_is_opened(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    (office.path / KEYS).rename(tmp_path / "elsewhere")
    office.issue("north", 1)
    code = office.places()[0].code.text
    with pytest.raises(Unavailable):
        office.enrol(code, clock())
    assert Office(office.path, tmp_path / "elsewhere").enrol(code, clock()).number == 1
    (tmp_path / "elsewhere" / OPENS).chmod(0o644)
    with pytest.raises(Refused, match="open to other users"):
        Office(office.path, tmp_path / "elsewhere").opens()


def test_the_seed_lies_sealed(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    seed = office.seed()
    for path in office.path.rglob("*"):
        if path.is_file():
            assert seed not in path.read_bytes() and seed.hex() not in path.read_text(errors="replace")


def test_a_study_is_founded_once_and_renewed_with_a_higher_number(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    before = office.study()
    with pytest.raises(Conflict):
        office.found(DRAFT)
    with pytest.raises(Conflict, match="above 1"):
        office.renew(DRAFT)
    later = office.renew(DRAFT.replace("number = 1", "number = 2").replace("EK 2026-041", "EK 2027-001"))
    assert later.ethics == "EK 2027-001" and later.keys == before.keys and office.study() == later
    with pytest.raises(Invalid, match="sends"):
        office.renew(DRAFT.replace('"counts"', '"pictures"'))


def test_an_altered_sheet_is_refused(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    sheet = office.path / CODES / "north.csv"
    sheet.write_text(sheet.read_text().replace("2,", "3,", 1))
    with pytest.raises(Refused, match=r"north.csv, line 3"):
        office.places()
