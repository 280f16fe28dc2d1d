"""Which proxy this device has already: two in one place cannot work, so ours asks to be put before it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tutela.kernel.errors import Conflict
from tutela.prevent.guard.person.words import Words
from tutela.prevent.guard.system import gnome
from tutela.prevent.guard.system.nss import firefox_profiles
from tutela.prevent.guard.system.outside_files import look
from tutela.prevent.guard.system.ports import LOOPBACK
from tutela.prevent.guard.system.programs import Programs
from tutela.prevent.guard.system.unpicking import line_of, lines_of

#: The variables that programs read, in small letters.
VARIABLES = ("http_proxy", "https_proxy", "all_proxy")
_ASSIGNED = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]+)=(.*)$", re.MULTILINE)
_FIREFOX_SET = re.compile(r'user_pref\("[^"]+",\s*(.*)\);\s*$')
#: What Firefox calls a proxy of its own (1), a script (2) and finding one by itself (4).
_FIREFOX_OWN = {"1", "2", "4"}


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherProxy:
    """A proxy that is set: where, and its address as it stands there."""

    where: str
    address: str


def other_proxies(home: Path, environment: Mapping[str, str], programs: Programs) -> tuple[OtherProxy, ...]:
    """Every proxy that is set already, in the order: session, GNOME, Firefox."""
    return (*_in_variables(environment), *_in_files(home), *_in_gnome(programs), *_in_firefox(home))


def check_none(found: Iterable[OtherProxy], words: Words) -> None:
    """Returns where no other proxy is set. Raises Conflict with the way to chain."""
    for one in found:
        raise Conflict(words.say("told.other_proxy", where=one.where, address=one.address))


def is_free(port: int) -> bool:
    """Whether nobody on this device listens at this port of loopback: another user's guard may."""
    try:
        with socket.create_server((LOOPBACK, port)):
            return True
    except OSError:
        return False


def _in_variables(environment: Mapping[str, str]) -> Iterable[OtherProxy]:
    for name, value in environment.items():
        if name.lower() in VARIABLES and value:
            yield OtherProxy(where=name, address=value)


def _in_files(home: Path) -> Iterable[OtherProxy]:
    folder = home / ".config" / "environment.d"
    for path in sorted(folder.glob("*.conf")):
        text = (look(path).data or b"").decode("utf-8", "replace")
        for name, value in _ASSIGNED.findall(text):
            if name.lower() in VARIABLES and value.strip("\"' "):
                yield OtherProxy(where=str(path), address=value.strip("\"' "))


def _in_gnome(programs: Programs) -> Iterable[OtherProxy]:
    if not gnome.has_setting(programs, gnome.PROXY):
        return
    mode = gnome.value(programs, gnome.PROXY, "mode").strip("'")
    if mode == "auto":
        address = gnome.value(programs, gnome.PROXY, "autoconfig-url").strip("'")
        yield OtherProxy(where="GNOME", address=address or "found by itself")
    elif mode != "none":
        host = gnome.value(programs, f"{gnome.PROXY}.http", "host").strip("'")
        port = gnome.value(programs, f"{gnome.PROXY}.http", "port")
        yield OtherProxy(where="GNOME", address=f"{host}:{port}")


def _in_firefox(home: Path) -> Iterable[OtherProxy]:
    for profile in firefox_profiles(home):
        for name in ("prefs.js", "user.js"):
            lines = lines_of(look(profile / name).data)
            if _set(lines, "network.proxy.type") in _FIREFOX_OWN:
                host, url = (_set(lines, f"network.proxy.{one}") for one in ("http", "autoconfig_url"))
                address = (host or url).strip('"') or "found by itself"
                yield OtherProxy(where=f"Firefox, {name}", address=address)


def _set(lines: list[str], name: str) -> str:
    found = _FIREFOX_SET.match(line_of(lines, name) or "")
    return found[1] if found else ""
