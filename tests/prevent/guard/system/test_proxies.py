from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.prevent.guard.system.homes import Gnome, firefox
from tutela.kernel.errors import Conflict
from tutela.prevent.guard.person.words import LANGUAGES, words_for
from tutela.prevent.guard.system.programs import FakePrograms
from tutela.prevent.guard.system.proxies import OtherProxy, check_none, is_free, other_proxies

NONE = FakePrograms()


def test_a_device_without_a_proxy_has_none(tmp_path: Path) -> None:
    firefox(tmp_path)
    gnome = FakePrograms(gsettings=Gnome().gsettings)
    assert other_proxies(tmp_path, {"PATH": "/bin", "no_proxy": "x", "http_proxy": ""}, gnome) == ()
    check_none((), words_for("en"))


@pytest.mark.parametrize("name", ["http_proxy", "HTTPS_PROXY", "all_proxy"])
def test_one_in_the_session_is_found(tmp_path: Path, name: str) -> None:
    found = other_proxies(tmp_path, {name: "http://proxy.example:3128"}, NONE)
    assert found == (OtherProxy(where=name, address="http://proxy.example:3128"),)


def test_one_for_the_next_session_is_found(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "environment.d"
    folder.mkdir(parents=True)
    (folder / "10-x.conf").write_text(
        'EDITOR=vi\nhttp_proxy="http://proxy.example:3128"\nno_proxy=a\nALL_PROXY=\n'
    )
    (found,) = other_proxies(tmp_path, {}, NONE)
    assert found.address == "http://proxy.example:3128" and found.where.endswith("10-x.conf")


@pytest.mark.parametrize(
    ("own", "address"),
    [
        ({"mode": "'manual'", "http/host": "'proxy.example'", "http/port": "3128"}, "proxy.example:3128"),
        ({"mode": "'auto'", "autoconfig-url": "'http://wpad.example/x'"}, "http://wpad.example/x"),
        ({"mode": "'auto'"}, "found by itself"),
    ],
)
def test_one_of_gnome_is_found(tmp_path: Path, own: dict[str, str], address: str) -> None:
    gnome = Gnome()
    gnome.own = {f"/system/proxy/{name}": value for name, value in own.items()}
    found = other_proxies(tmp_path, {}, FakePrograms(gsettings=gnome.gsettings))
    assert found == (OtherProxy(where="GNOME", address=address),)


@pytest.mark.parametrize("name", ["prefs.js", "user.js"])
@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ('user_pref("network.proxy.type", 1);\nuser_pref("network.proxy.http", "p.example");\n', "p.example"),
        ('user_pref("network.proxy.type", 2);\nuser_pref("network.proxy.autoconfig_url", "x");\n', "x"),
        ('user_pref("network.proxy.type", 4);\n', "found by itself"),
    ],
)
def test_one_of_firefox_is_found(tmp_path: Path, name: str, lines: str, address: str) -> None:
    (firefox(tmp_path) / name).write_text(lines)
    assert other_proxies(tmp_path, {}, NONE) == (OtherProxy(where=f"Firefox, {name}", address=address),)


def test_what_is_there_is_told_with_the_way_to_chain() -> None:
    for language in LANGUAGES:
        words = words_for(language)
        with pytest.raises(Conflict) as told:
            check_none([OtherProxy(where="GNOME", address="p.example:1")], words)
        said = words.say("told.other_proxy", where="GNOME", address="p.example:1")
        assert told.value.message == said and "GNOME" in said and "p.example:1" in said


def test_a_port_at_which_somebody_listens_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert not is_free(port)
    assert is_free(port) and is_free(port), "asking leaves nothing behind"
