from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.system.homes import Gnome, firefox
from tutela.prevent.guard.person.folder import UPSTREAM, Folder
from tutela.prevent.guard.system import proxy_ways
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.programs import FakePrograms
from tutela.prevent.guard.system.proxies import OtherProxy
from tutela.prevent.guard.system.proxy_changes import changed_proxies
from tutela.prevent.guard.system.proxy_ways import OurProxy


class Set:
    """A home in which every way to our proxy is set."""

    def __init__(self, place: Path) -> None:
        self.home, self.gnome = place / "home", Gnome()
        self.profile = firefox(self.home)
        self.programs = FakePrograms(gsettings=self.gnome.gsettings, dconf=self.gnome.dconf)
        self.folder = Folder(place / "calm")
        self.folder.make()
        journal, proxy = Journal(self.folder, self.programs), OurProxy()
        (place / "etc/chromium").mkdir(parents=True)
        proxy_ways.set_in_chromium(journal, place, "calm", proxy, is_root=True)
        proxy_ways.set_in_firefox(journal, self.profile, proxy)
        proxy_ways.set_in_session(journal, self.home, "calm", proxy)
        proxy_ways.set_in_gnome(journal, proxy)
        self.rules = place / "etc/chromium/policies/managed/calm.json"
        self.session = self.home / ".config/environment.d/60-calm.conf"
        self.prefs = self.profile / "prefs.js"

    def found(self, **environment: str) -> dict[str, str]:
        """Where something was changed, and the address there by now."""
        found = changed_proxies(self.folder, self.home, environment, self.programs)
        assert all(isinstance(one, OtherProxy) for one in found)
        return {one.where: one.address for one in found}


@pytest.fixture
def there(tmp_path: Path) -> Set:
    return Set(tmp_path)


def test_what_is_as_it_was_left_is_not_told(there: Set) -> None:
    assert there.found(http_proxy="http://127.0.0.1:8704", HTTPS_PROXY="http://127.0.0.1:8704/") == {}
    with there.prefs.open("a") as prefs:
        prefs.write('user_pref("browser.tabs.warn", false);\n')
    assert there.found() == {}, "browsers write their preferences all the time"


def test_another_proxy_is_told_with_its_address(there: Set) -> None:
    there.gnome.own["/system/proxy/http/host"] = "'proxy.example'"
    there.prefs.write_text(there.prefs.read_text().replace('127.0.0.1");', 'two.example");'))
    (there.session.parent / "99-x.conf").write_text("http_proxy=http://three.example:1\n")
    (there.profile / "user.js").write_text('user_pref("network.proxy.type", 4);\n')
    assert there.found(all_proxy="socks://four.example:1") == {
        "all_proxy": "socks://four.example:1",
        str(there.session.parent / "99-x.conf"): "http://three.example:1",
        "GNOME": "proxy.example:8704",
        "Firefox, prefs.js": "two.example",
        "Firefox, user.js": "found by itself",
    }


def test_a_setting_that_is_gone_or_another_is_told_without_one(there: Set) -> None:
    there.gnome.own["/system/proxy/mode"] = "'none'"
    there.prefs.write_text(there.prefs.read_text().replace('proxy.type", 1', 'proxy.type", 5'))
    there.session.unlink()
    there.rules.write_text("{}")
    gone = ("GNOME", "Firefox, prefs.js", str(there.session), str(there.rules))
    assert there.found() == dict.fromkeys(gone, "")


def test_a_port_of_our_own_alone_is_enough_of_a_change(there: Set) -> None:
    there.prefs.write_text(there.prefs.read_text().replace("8704", "8799"))
    assert there.found(http_proxy="http://127.0.0.1:8799") == {
        "http_proxy": "http://127.0.0.1:8799",
        "Firefox, prefs.js": "",
    }


def test_the_next_stop_is_no_other_proxy_and_a_browser_that_is_gone_has_none(there: Set) -> None:
    there.folder.write(UPSTREAM, b"proxy.example:3128")
    assert there.found(http_proxy="http://proxy.example:3128/") == {}
    assert there.found(http_proxy="http://other.example:3128") != {}
    there.prefs.unlink()
    there.programs = FakePrograms()
    assert there.found() == {}
