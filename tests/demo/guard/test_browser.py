"""Chromium over a pipe."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tutela.demo.guard.browser import Browser, program
from tutela.kernel.errors import Unavailable

SIZE = (320, 240)
PAGE = "data:text/html,<body style='margin:0;background:rgb(10,200,30)'><title>one</title>"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("home"), display="", size=SIZE) as one:
        yield one


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_a_page_is_opened_asked_and_drawn(browser: Browser) -> None:
    browser.go(PAGE)
    deadline = time.monotonic() + 20
    while browser.evaluate("document.readyState") != "complete" or not browser.evaluate("document.title"):
        assert time.monotonic() < deadline
    assert browser.evaluate("document.title") == "one"
    assert browser.evaluate("new Promise(end => setTimeout(() => end(6 * 7), 5))") == 42
    assert browser.evaluate("nothing.at.all") is None
    with Image.open(io.BytesIO(browser.screenshot())) as drawn:
        assert drawn.size == SIZE
        assert drawn.convert("RGB").getpixel((300, 200)) == (10, 200, 30)


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_a_page_that_is_not_there_is_said(browser: Browser) -> None:
    with pytest.raises(Unavailable, match="could not be opened"):
        browser.go("https://127.0.0.1:1/")
    with pytest.raises(Unavailable, match="refused"):
        browser._ask("No.such", {})


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_nothing_of_it_is_left_behind(tmp_path: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    with Browser(tmp_path, display="", size=SIZE) as one:
        one.go(PAGE)
    assert set(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(one._process, os.WNOHANG)


def test_the_person_s_session_is_not_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "XDG_DATA_HOME", "HTTPS_PROXY", "https_proxy", "KEPT"):
        monkeypatch.setenv(name, "x")
    own = Browser(tmp_path, display=":7", size=SIZE)._environment()
    assert (own["DISPLAY"], own["HOME"], own["KEPT"]) == (":7", str(tmp_path), "x")
    assert not {"XDG_DATA_HOME", "HTTPS_PROXY", "https_proxy"} & own.keys()


def test_without_chromium_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="apt-get install chromium"):
        program()
