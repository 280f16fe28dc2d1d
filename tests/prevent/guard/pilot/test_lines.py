from __future__ import annotations

from pathlib import Path

import pytest

from tutela.kernel.errors import Refused
from tutela.prevent.guard.pilot.lines import Lines


def test_rows_come_back_in_their_order(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "in" / "list")
    assert lines.read() == ()
    for number in range(3):
        lines.add({"number": number})
    assert [row["number"] for row in lines.read()] == [0, 1, 2]
    assert oct((tmp_path / "in" / "list").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("what", ["changed", "taken out", "swapped", "put in", "no JSON"])
def test_a_change_shows(tmp_path: Path, what: str) -> None:
    path = tmp_path / "list"
    for number in range(3):
        Lines(path).add({"number": number})
    rows = path.read_text().splitlines(keepends=True)
    if what == "changed":
        rows[0] = rows[0].replace('"number":0', '"number":7')
    elif what == "taken out":
        del rows[1]
    elif what == "swapped":
        rows[1], rows[2] = rows[2], rows[1]
    elif what == "put in":
        rows.insert(1, rows[0])
    else:
        rows[1] = "x\n"
    path.write_text("".join(rows))
    with pytest.raises(Refused, match="changed after it was written"):
        Lines(path).read()
    with pytest.raises(Refused):
        Lines(path).add({"number": 9})


def test_a_part_that_a_kill_left_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "list"
    Lines(path).add({"number": 0})
    with path.open("ab") as file:
        file.write(b'{"before":"0')
    assert len(Lines(path).read()) == 1
    Lines(path).add({"number": 1})
    assert [row["number"] for row in Lines(path).read()] == [0, 1]
