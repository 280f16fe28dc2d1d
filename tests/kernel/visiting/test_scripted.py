from __future__ import annotations

import pytest

from tests.kernel.visiting.visiting import FRAME, GATE, INSIDE, PAGES
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.visiting.scripted import ScriptedBrowser


def test_it_follows_what_is_written_down_and_nothing_else() -> None:
    browser = ScriptedBrowser(PAGES)
    with pytest.raises(Refused):
        browser.read()
    browser.open(parse_url(GATE), parse_url(FRAME))
    assert browser.referrers == [FRAME]
    browser.press(1)
    reading = browser.read()
    assert (reading.here.canonical, reading.outline.title) == (INSIDE, "Inside")
    with pytest.raises(Conflict):
        browser.press(9)
    with pytest.raises(Refused):
        browser.open(parse_url("https://elsewhere.test/"), None)
    browser.close()
    assert browser.closed
