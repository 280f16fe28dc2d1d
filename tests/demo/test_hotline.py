"""From a report to a notice through every real process; what nobody lists causes nothing."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

import pytest

from tests.demo.test_service import entries_of
from tutela.demo import hotline
from tutela.demo.copies import jpeg
from tutela.demo.hotline import show_hotline
from tutela.demo.pictures import landscape
from tutela.detect.matching.shapes import ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.kernel.clock import SystemClock

pytestmark = [pytest.mark.slow, pytest.mark.needs("linux")]


def a_list(folder: Path, picture: Path) -> Path:
    path = folder / "declared.tlist"
    header = ListHeader(
        name="declared", version="1", created=SystemClock().now(), approved=True, salt=secrets.token_bytes(32)
    )
    write_list(path, header, entries_of(picture))
    return path


def column(home: Path, query: str) -> list[str]:
    with sqlite3.connect(home / "hotline.sqlite") as database:
        found = [str(row[0]) for row in database.execute(query)]
    database.close()
    return found


def test_a_known_picture_leads_to_a_notice_and_stands_nowhere_in_the_clear(tmp_path: Path) -> None:
    picture = tmp_path / "known.jpg"
    picture.write_bytes(jpeg(landscape(5, 640, 480)))
    said: list[str] = []
    home = tmp_path / "home"
    told = show_hotline(home, a_list(tmp_path, picture), picture.read_bytes(), said.append)
    assert told.told, said
    assert "http://pictures.test:" in told.notice
    assert column(home, "SELECT state FROM cases_item") == ["acted"]
    assert column(home, "SELECT state FROM takedown_notice") == ["sent"]
    acts = column(home, "SELECT act FROM ledger_ledgerentry ORDER BY leaf_index")
    assert acts.index("report_received") < acts.index("sighting_recorded") < acts.index("notice_queued")
    assert acts.index("address_opened") < acts.index("notice_answered")
    everything = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "lists"]
    assert len(everything) > 10
    data = picture.read_bytes()
    for path in everything:
        kept = path.read_bytes()
        assert b"pictures.test" not in kept, path
        assert data[200:300] not in kept, path


def test_where_nothing_comes_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hotline, "NOTICE_SECONDS", 5.0)
    picture, other = tmp_path / "known.jpg", jpeg(landscape(6, 640, 480))
    picture.write_bytes(jpeg(landscape(5, 640, 480)))
    said: list[str] = []
    told = show_hotline(tmp_path / "home", a_list(tmp_path, picture), other, said.append)
    assert not told.told
    assert said[-1].endswith("this was not expected")
    assert column(tmp_path / "home", "SELECT state FROM cases_item") == ["unmatched"]
