from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.prevent.guard.system.homes import PREFS, Gnome, firefox, state
from tutela.kernel.errors import Refused
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.programs import FakePrograms
from tutela.prevent.guard.system.proxies import OtherProxy, other_proxies
from tutela.prevent.guard.system.proxy_ways import (
    OurProxy,
    can_set_in_gnome,
    set_in_chromium,
    set_in_firefox,
    set_in_gnome,
    set_in_session,
)

OURS = OurProxy()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    folder = Folder(tmp_path / "guard")
    folder.make()
    return Journal(folder, FakePrograms())


def test_the_next_session_uses_it_and_then_no_longer(home: Path, journal: Journal) -> None:
    before = state(home)
    set_in_session(journal, home, "quiet-pages", OURS)
    text = (home / ".config/environment.d/60-quiet-pages.conf").read_text()
    assert "http_proxy=http://127.0.0.1:8704\nHTTP_PROXY=http://127.0.0.1:8704\n" in text
    assert "no_proxy=localhost,127.0.0.0/8,::1\n" in text
    assert journal.undo() == () and state(home) == before


def test_gnome_uses_it_last_of_all_its_mode(tmp_path: Path) -> None:
    gnome, folder = Gnome(), Folder(tmp_path / "g")
    folder.make()
    gnome.own = {"/system/proxy/https/host": "'old'"}
    programs = FakePrograms(gsettings=gnome.gsettings, dconf=gnome.dconf)
    journal = Journal(folder, programs)
    assert can_set_in_gnome(programs) and not can_set_in_gnome(FakePrograms())
    set_in_gnome(journal, OURS)
    assert list(gnome.own)[-1] == "/system/proxy/mode" and gnome.own["/system/proxy/mode"] == "'manual'"
    assert gnome.own["/system/proxy/http/port"] == "8704"
    assert gnome.own["/system/proxy/ignore-hosts"] == "['localhost', '127.0.0.0/8', '::1']"
    assert journal.undo() == () and gnome.own == {"/system/proxy/https/host": "'old'"}


def test_firefox_uses_it_and_gets_its_file_back_bit_for_bit(home: Path, journal: Journal) -> None:
    profile = firefox(home)
    before = state(home)
    set_in_firefox(journal, profile, OURS)
    assert other_proxies(home, {}, FakePrograms()) == (
        OtherProxy(where="Firefox, prefs.js", address="127.0.0.1"),
    )
    text = (profile / "prefs.js").read_text()
    assert text.count("network.proxy.type") == 1 and 'user_pref("network.http.http3.enable", false);' in text
    assert 'user_pref("browser.startup.page", 3);' in text
    assert journal.undo() == () and state(home) == before


def test_what_firefox_wrote_since_stays_and_ours_goes(home: Path, journal: Journal) -> None:
    profile = firefox(home)
    set_in_firefox(journal, profile, OURS)
    path = profile / "prefs.js"
    path.write_text(path.read_text().replace("startup.page", "startup.other") + 'user_pref("new", 1);\n')
    assert journal.undo() == ()
    assert path.read_text() == PREFS.replace("startup.page", "startup.other") + 'user_pref("new", 1);\n'


def test_chromium_of_everybody_uses_it_for_root_alone(home: Path, journal: Journal) -> None:
    with pytest.raises(Refused, match="only root"):
        set_in_chromium(journal, home, "quiet-pages", OURS, is_root=False)
    set_in_chromium(journal, home, "quiet-pages", OURS, is_root=True)
    assert list(home.iterdir()) == [], "no Chromium is there"
    (home / "etc" / "chromium").mkdir(parents=True)
    before = state(home)
    set_in_chromium(journal, home, "quiet-pages", OURS, is_root=True)
    path = home / "etc/chromium/policies/managed/quiet-pages.json"
    assert json.loads(path.read_text()) == {
        "ProxyMode": "fixed_servers",
        "ProxyServer": "127.0.0.1:8704",
        "QuicAllowed": False,
    }
    assert journal.undo() == () and state(home) == before
