"""A real Chromium behind its proxy, before an age gate of ours on loopback."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import psutil
import pytest

from tests.kernel.egress.speaking import LOOPBACK
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.visiting import chromium
from tutela.kernel.visiting.browsers import Reading, VisitRules
from tutela.kernel.visiting.chromium import Chromium, program, sweep_profiles

GATE = """<!doctype html><title>Old \u202eenough?</title><h1>Age gate</h1><p>For <b>adults</b>.</p>
<script>alert("welcome"); function go() {
  if (document.getElementById("old").checked) { document.cookie = "age=ok"; location.href = "/inside"; }
}</script><style>p { color: red }</style><p style="display:none">unseen</p>
<label><input type="checkbox" id="old"> I am over 18</label> <button onclick="go()">Enter</button>
<a href="/elsewhere" target="_blank">Leave</a> <a href="javascript:alert(1)">Nothing</a>
<a href="/file.bin" download>A file</a><iframe src="/framed" width="300" height="200"></iframe>"""
INSIDE = """<!doctype html><title>Thread</title><h2>First</h2><a href="/large.html">
<img src="/a.png" width="300" height="200" alt="a shape"></a>
<video src="/b.mp4" width="320" height="240"></video>
<div style="background-image:url(/c.png);width:100px;height:100px"></div>
<img src="/p.gif" width="1" height="1">
<script>fetch("http://inner.test:PORT/secret").catch(() => 0); new RTCPeerConnection();</script>"""


class Host(BaseHTTPRequestHandler):
    """An age gate that lets in by a cookie which its script sets."""

    met: ClassVar[list[tuple[str, str, str]]] = []

    def do_GET(self) -> None:
        said = self.headers
        self.met.append((said.get("Host", "").split(":")[0], self.path, said.get("Referer", "")))
        is_in = self.path == "/inside" and "age=ok" in said.get("Cookie", "")
        body = (INSIDE.replace("PORT", said.get("Host", "").split(":")[1]) if is_in else GATE).encode()
        if self.path == "/file.bin":
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
        else:
            self.send_response(200 if self.path in ("/", "/inside", "/elsewhere") else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def gate() -> Iterator[int]:
    """The port of the age gate, on loopback."""
    Host.met.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def a_chromium(port: int) -> Chromium:
    """A browser that may meet the gate and nothing else."""
    names = FixedResolver(table={"gate.test": [("127.0.0.1",)], "inner.test": [("169.254.169.254",)]})
    guard = Guard(policy=LOOPBACK, ports=(port,), resolver=names)
    return Chromium(guard, VisitRules(step_seconds=15), sandboxed=os.geteuid() != 0)


@contextmanager
def browsing(port: int) -> Iterator[Chromium]:
    browser = a_chromium(port)
    try:
        yield browser
    finally:
        browser.close()
        browser.close()


def key_of(reading: Reading, text: str) -> int:
    return next(part.key for part in reading.outline.parts if part.key and part.text == text)


def profiles() -> set[Path]:
    return set(chromium.MEMORY.glob("tutela-visit-*"))


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_an_age_gate_is_passed_by_numbers_and_nothing_is_left() -> None:
    before = profiles()
    with gate() as port, browsing(port) as browser:
        assert browser.name.startswith("Chrom")
        (profile,) = profiles() - before
        with pytest.raises(Conflict, match="no page was read"):
            browser.press(1)
        browser.open(parse_url(f"http://gate.test:{port}/"), parse_url("http://from.test/page"))
        first = browser.read()
        assert Host.met[0] == ("gate.test", "/", "http://from.test/page")
        assert first.outline.title == "Old enough?"
        words = [(part.kind, part.text) for part in first.outline.parts]
        assert words == [
            ("heading", "Age gate"),
            ("text", "For adults."),
            ("box", "I am over 18"),
            ("button", "Enter"),
            ("link", "Leave"),
            ("link", "Nothing"),
            ("link", "A file"),
            ("frame", ""),
        ]
        assert first.picture.startswith(b"\x89PNG\r\n")
        assert key_of(first, "Nothing") not in first.addresses
        browser.press(key_of(first, "I am over 18"))
        second = browser.read()
        assert [part.is_ticked for part in second.outline.parts if part.kind == "box"] == [True]
        browser.press(key_of(second, "A file"))
        browser.press(key_of(second, "Enter"))
        inside = browser.read()
        assert inside.here.canonical == f"http://gate.test:{port}/inside"
        found = {inside.addresses[part.key].target: part.kind for part in inside.outline.parts if part.key}
        assert found == {"/large.html": "link", "/a.png": "picture", "/b.mp4": "film", "/c.png": "picture"}
        with pytest.raises(Conflict):
            browser.press(99)
        pid = next(one.pid for one in psutil.process_iter(["cmdline"]) if _is_of(one, profile))
    assert not profiles() - before
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert {host for host, _, _ in Host.met} == {"gate.test"}


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_what_the_guard_refuses_shows_no_page() -> None:
    with gate() as port, browsing(port) as browser:
        for url in (f"http://inner.test:{port}/", f"http://nowhere.test:{port}/", "https://gate.test/"):
            with pytest.raises(Refused, match="no page"):
                browser.open(parse_url(url), None)
        assert not Host.met
    with pytest.raises(Unavailable, match="ended"):
        browser.read()


def test_what_cannot_be_started_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    before = profiles()
    with pytest.raises(Unavailable, match="cannot be started"):
        Chromium(Guard(), path=str(tmp_path / "none"))
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexit 0\n")
    silent.chmod(0o700)
    with pytest.raises(Unavailable, match="ended"):
        Chromium(Guard(), path=str(silent))
    assert profiles() == before


def test_a_browser_inherits_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOTLINE__DATABASE", "secret")
    told, script = tmp_path / "told", tmp_path / "browser"
    script.write_text(f'#!/bin/sh\n(env; ls -l /proc/self/fd; echo "$@") > {told}\n')
    script.chmod(0o700)
    with (tmp_path / "open").open("w"), pytest.raises(Unavailable):
        Chromium(Guard(), path=str(script))
    said = told.read_text()
    assert "TUTELA" not in said and str(tmp_path / "open") not in said
    assert "--proxy-server=http://127.0.0.1:" in said and "--remote-debugging-pipe" in said
    assert "--no-sandbox" not in said


#: A browser of a few lines: it answers each method with what ``ANSWERS`` has for it, one after the other, the
#: last one for ever; an answer of None is an error.
FAKE = """#!{python}
import json, os
answers = {answers!r}
data = b""
while piece := os.read(3, 65536):
    data += piece
    while b"\\0" in data:
        row, _, data = data.partition(b"\\0")
        asked = json.loads(row)
        told = answers.get(asked["method"], [{{}}])
        one = told.pop(0) if len(told) > 1 else told[0]
        said = {{"error": {{"message": "no"}}}} if one is None else {{"result": one}}
        os.write(4, json.dumps({{"id": asked["id"], **said}}).encode() + b"\\0")
"""
PAGE = {"title": "A page", "here": "http://gate.test/", "parts": [], "left_out": 0}
ANSWERS: dict[str, list[object]] = {
    "Browser.getVersion": [{"product": "HeadlessFake/1", "userAgent": "HeadlessChrome/1"}],
    "Target.getTargets": [{"targetInfos": []}],
    "Target.createTarget": [{"targetId": "t1"}],
    "Target.attachToTarget": [{"sessionId": "s1"}],
    "Page.getFrameTree": [{"frameTree": {"frame": {"id": "f1"}}}],
    "Page.createIsolatedWorld": [{"executionContextId": 1}],
    "Runtime.evaluate": [{"result": {"value": "loading"}}, {"result": {"value": "complete"}}],
    "Page.getLayoutMetrics": [{"cssContentSize": {"height": 10}}],
    "Page.captureScreenshot": [{"data": "UE5H"}],
}


@contextmanager
def faked(folder: Path, **changed: list[object]) -> Iterator[Chromium]:
    """A browser that answers as ``ANSWERS``, but for these methods (a ``_`` is a dot)."""
    script = folder / "fake"
    answers = ANSWERS | {name.replace("_", "."): told for name, told in changed.items()}
    script.write_text(FAKE.format(python=sys.executable, answers=answers))
    script.chmod(0o700)
    browser = Chromium(Guard(), VisitRules(step_seconds=15), path=str(script))
    try:
        yield browser
    finally:
        browser.close()


def test_a_page_is_made_where_there_is_none_and_waited_for_until_it_is_whole(tmp_path: Path) -> None:
    told: list[object] = [
        {"result": {"value": "loading"}},
        {"result": {"value": "complete"}},
        {"result": {"value": PAGE}},
    ]
    with faked(tmp_path, Runtime_evaluate=told) as browser:
        assert browser.name == "Fake/1"
        browser.open(parse_url("http://gate.test/"), None)
        reading = browser.read()
    assert (reading.outline.title, reading.picture) == ("A page", b"PNG")


@pytest.mark.parametrize(
    "page", [None, {}, {**PAGE, "here": "no address"}, {**PAGE, "parts": [{"kind": "x"}]}]
)
def test_what_is_no_page_is_refused(tmp_path: Path, page: object) -> None:
    told: list[object] = [{"result": {"value": page}}]
    with (
        faked(tmp_path, Runtime_evaluate=told) as browser,
        pytest.raises(Refused, match="no page that can be read"),
    ):
        browser.read()


@pytest.mark.parametrize("picture", [{}, {"data": "*"}, {"data": 7}])
def test_a_page_that_cannot_be_pictured_is_not_shown(tmp_path: Path, picture: object) -> None:
    told: list[object] = [{"result": {"value": PAGE}}]
    with (
        faked(tmp_path, Runtime_evaluate=told, Page_captureScreenshot=[picture]) as browser,
        pytest.raises(Unavailable, match="pictures nothing"),
    ):
        browser.read()


def test_a_page_that_went_on_by_itself_is_to_be_read_again(tmp_path: Path) -> None:
    with faked(tmp_path, Runtime_evaluate=[{"result": {"value": PAGE}}, None]) as browser:
        browser.read()
        with pytest.raises(Conflict, match="went on by itself"):
            browser.press(1)


def test_a_profile_that_goes_while_it_is_looked_at_is_left(tmp_path: Path) -> None:
    dead = tmp_path / "tutela-visit-4194304-ab"
    dead.symlink_to(tmp_path / "gone")
    assert sweep_profiles(tmp_path) == 0


def test_what_a_dead_visitor_left_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    dead = 4_194_304  # one more than the largest process id of Linux (proc(5), pid_max)
    names = (f"tutela-visit-{dead}-ab", f"tutela-visit-{os.getpid()}-ab", "tutela-visit-ab", "other")
    for name in names:
        (tmp_path / name / "Default").mkdir(parents=True)
    assert sweep_profiles(tmp_path) == 1
    assert {one.name for one in tmp_path.iterdir()} == set(names[1:])
    assert sweep_profiles(tmp_path / "none") == 0


def test_where_there_is_none_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="apt-get install chromium"):
        program()


def _is_of(process: psutil.Process, profile: Path) -> bool:
    return any(str(profile) in word for word in process.info["cmdline"] or ())
