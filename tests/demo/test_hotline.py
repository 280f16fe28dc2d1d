"""The house of the demonstration: its story in a process of its own, on either database, then its doors."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.kernel.egress.speaking import fetch, fetcher
from tutela.demo.hotline import Database, keep_doors_open, shown_house
from tutela.kernel.egress.shapes import Response
from tutela.kernel.errors import Unavailable

pytestmark = [pytest.mark.slow, pytest.mark.needs("linux")]


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))]
)
def test_a_small_story_passes_and_then_the_doors_are_open(tmp_path: Path, database: Database) -> None:
    said: list[str] = []
    with shown_house(tmp_path / "home", said.append, database=database, hosts=["liar.test"], days=1) as house:
        assert house.passed, said
        assert (house.home / "hotline.sqlite").exists() is (database == "sqlite")
        settings, stop = house.loaded.values.hotline, threading.Event()
        opened: list[str] = []
        doors = threading.Thread(target=keep_doors_open, args=(house, stop, opened.append))
        doors.start()
        try:
            assert b"<h1" in until_answered(f"{settings.public_url}/")
            assert b"password" in until_answered(f"{settings.desk_url}/account/login/")
        finally:
            stop.set()
            doors.join()
    assert settings.public_url in opened[0] and settings.desk_url in opened[0]
    assert any("ada@hotline.test" in line for line in said)
    assert any(line.split()[:3] == ["liar.test", "2", "present"] for line in said)


def test_a_story_that_is_too_short_for_a_removal_is_wrong(tmp_path: Path) -> None:
    said: list[str] = []
    with shown_house(tmp_path / "home", said.append, hosts=["slow.test"], days=1) as house:
        assert not house.passed, said


def test_what_ends_early_is_no_story(tmp_path: Path) -> None:
    with pytest.raises(Unavailable), shown_house(tmp_path / "home", print, hosts=["--no"]):
        pass


def until_answered(url: str) -> bytes:
    """What the page says, once its process answers."""
    port = urlsplit(url).port or 0

    door = fetcher(port)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer, body = fetch(door, url)
        if isinstance(answer, Response):
            return body
        time.sleep(0.2)
    raise AssertionError("the page does not answer")
