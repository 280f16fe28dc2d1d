"""The visitor's process: keys, browsers, socket, what it holds while it runs and leaves when it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.kernel.visiting.visiting import GATE, PAGES
from tests.processes.founded import started, within_patience
from tutela.config import Config
from tutela.hotline.cases.addresses import SealingKeys, fetch_key_store
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.visiting.asking import SOCKET, VisitorProcess
from tutela.kernel.visiting.orders import VisitOrder
from tutela.kernel.visiting.scripted import ScriptedBrowser
from tutela.kernel.visiting.serving import StartBrowser, VisitingService
from tutela.kernel.visiting.settings import VisitSettings
from tutela.processes import visiting
from tutela.processes.places import sockets
from tutela.processes.probing import listens_at
from tutela.processes.visiting import browsers, named, run_visitor


def opening(home: Path, url: str) -> VisitOrder:
    sealed = seal_text(url, fetch_key_store(home, SystemClock()))
    return VisitOrder(act="open", visit=new_id("trn_"), item=new_id("itm_"), sealed_url=sealed)


@contextmanager
def visitor(home: Path, start: StartBrowser) -> Iterator[list[str]]:
    """A visitor that listens while this lasts, and what it said."""
    stop, said = threading.Event(), list[str]()
    running = threading.Thread(
        target=run_visitor, args=(start, Config(), home, stop), kwargs={"say": said.append}
    )
    running.start()
    try:
        assert within_patience(lambda: listens_at(sockets(home) / SOCKET))
        yield said
    finally:
        stop.set()
        running.join(10)


def test_it_answers_at_its_socket_seals_what_it_saw_and_ends_every_browser(house: Path) -> None:
    made: list[ScriptedBrowser] = []

    def start() -> ScriptedBrowser:
        made.append(ScriptedBrowser(PAGES))
        return made[-1]

    path = sockets(house) / SOCKET
    with visitor(house, start) as said:
        shown = VisitorProcess(path).show(opening(house, GATE))
        assert shown.outline.title == "Are you old enough?"
        blobs = FileBlobStore(house / "vault/objects", house / "envelopes")
        assert shown.blob in set(blobs.blobs())
    assert said == [f"== visitor on {path}"]
    assert made[0].closed
    assert not path.exists()


def test_a_visit_whose_time_is_over_ends_though_nobody_asks_for_it(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Event()
    monkeypatch.setattr(visiting, "TEND_SECONDS", 0.01)
    monkeypatch.setattr(VisitingService, "end_late", lambda _service: looked.set())
    with visitor(house, lambda: ScriptedBrowser(PAGES)):
        assert looked.wait(10)


def test_without_keys_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        run_visitor(lambda: ScriptedBrowser({}), Config(), tmp_path, threading.Event(), say=print)


@pytest.mark.parametrize(
    ("part", "url", "kind"),
    [
        ("picture", "https://host.test/a", "picture"),
        ("film", "https://host.test/a", "film"),
        ("link", "https://host.test/a.mp4?x=1", "film"),
        ("link", "https://host.test/thread/2", "url"),
        ("frame", "https://host.test/player", "url"),
    ],
)
def test_what_is_picked_is_of_the_kind_that_its_place_says(part: str, url: str, kind: str) -> None:
    keys = MemoryKeyStore(SystemClock())
    keys.rotate()
    found = named(part, parse_url(url), parse_url(GATE), SealingKeys(vault=keys, fetch=keys))
    assert (found.kind, found.found_as) == (kind, part)
    assert open_text(found.url_for_fetch, keys) == url
    assert open_text(found.referrer_for_fetch, keys) == GATE


def test_a_program_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"visits\.program"):
        browsers(Guard(), VisitSettings(program=str(tmp_path / "none")))


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_the_process_holds_no_database_and_meets_nothing_but_what_the_guard_lets_it(house: Path) -> None:
    running = started(house, ["run", "visitor"])
    path = sockets(house) / SOCKET
    try:
        assert within_patience(lambda: listens_at(path) or running.poll() is not None)
        opened = " ".join(one.path for one in psutil.Process(running.pid).open_files())
        assert "sqlite" not in opened and ".key" not in opened
        assert "DATABASE" not in Path(f"/proc/{running.pid}/environ").read_text()
        assert "django" not in Path(f"/proc/{running.pid}/maps").read_text()
        is_root = os.geteuid() == 0
        with pytest.raises(Unavailable if is_root else Refused, match="root" if is_root else "no page"):
            VisitorProcess(path).show(opening(house, "http://127.0.0.1/"))
    finally:
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=30)
    assert running.returncode == 0
    assert out.startswith("a rehearsal: only names under .test are visited\n== visitor on ")
