"""The ways in which browsers are sent to our proxy, each a change in the journal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tutela.kernel.errors import Refused
from tutela.prevent.guard.system import gnome
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.outside_files import look
from tutela.prevent.guard.system.ports import GUARD, LOOPBACK
from tutela.prevent.guard.system.programs import Programs
from tutela.prevent.guard.system.unpicking import joined, line_of, lines_of, pack_lines, with_line

#: Where our own pages, and those of other programs on this device, stay without a proxy.
NOT_FOR = ("localhost", "127.0.0.0/8", "::1")
#: Where Chromium reads its rules (root alone; the rules then stand under "managed by your organisation").
CHROMIUM_PLACES = ("etc/chromium/policies/managed", "etc/opt/chrome/policies/managed")


@dataclass(frozen=True, kw_only=True, slots=True)
class OurProxy:
    """Where our proxy listens (decisions.md section 8: 8704 on loopback)."""

    host: str = LOOPBACK
    port: int = GUARD

    @property
    def url(self) -> str:
        """Its address as variables name it."""
        return f"http://{self.host}:{self.port}"


def set_in_session(journal: Journal, home: Path, service: str, proxy: OurProxy) -> None:
    """Programs of the person's next session use the proxy (environment.d(5))."""
    names = {"http_proxy": proxy.url, "https_proxy": proxy.url, "no_proxy": ",".join(NOT_FOR)}
    lines = [f"{spelt}={value}" for name, value in names.items() for spelt in (name, name.upper())]
    path = home / ".config" / "environment.d" / f"60-{service}.conf"
    journal.write_files({path: ("\n".join(lines) + "\n").encode("ascii")}, mode=0o644)


def set_in_gnome(journal: Journal, proxy: OurProxy) -> None:
    """GNOME's programs, and Chromium on it, use the proxy from now on. The mode comes last."""
    for protocol in ("http", "https"):
        journal.set_setting(f"{gnome.PROXY}.{protocol}", "host", f"'{proxy.host}'")
        journal.set_setting(f"{gnome.PROXY}.{protocol}", "port", str(proxy.port))
    journal.set_setting(gnome.PROXY, "ignore-hosts", str(list(NOT_FOR)))
    journal.set_setting(gnome.PROXY, "mode", "'manual'")


def can_set_in_gnome(programs: Programs) -> bool:
    """Whether this device has GNOME's proxy settings."""
    return gnome.has_setting(programs, gnome.PROXY)


def set_in_firefox(journal: Journal, profile: Path, proxy: OurProxy) -> None:
    """Firefox uses the proxy in this profile from its next start on; HTTP/3 is off. It must be closed.

    Its own file is changed, not ``user.js``: what stands there is copied over at every start, and would stay
    after it was taken away.
    """
    values: dict[str, object] = {
        "network.http.http3.enable": False,
        "network.proxy.http": proxy.host,
        "network.proxy.http_port": proxy.port,
        "network.proxy.no_proxies_on": ", ".join(NOT_FOR),
        "network.proxy.ssl": proxy.host,
        "network.proxy.ssl_port": proxy.port,
        "network.proxy.type": 1,
    }
    path = profile / "prefs.js"
    before = lines = lines_of(look(path).data)
    ours = {name: f'user_pref("{name}", {json.dumps(value)});' for name, value in values.items()}
    for name, line in ours.items():
        lines = with_line(lines, name, line)
    kept = pack_lines({name: line_of(before, name) for name in ours}, ours)
    journal.write_files({path: joined(lines)}, unpick="preferences", ours=kept)


def set_in_chromium(journal: Journal, root: Path, service: str, proxy: OurProxy, *, is_root: bool) -> None:
    """Chromium of everybody on the device uses the proxy, without HTTP/3: for root alone. Raises Refused.

    ``root``: ``/``, or a folder that a test made.
    """
    if not is_root:
        raise Refused("only root can set rules for Chromium; the session's variables need no root")
    rules = {"ProxyMode": "fixed_servers", "ProxyServer": f"{proxy.host}:{proxy.port}", "QuicAllowed": False}
    data = (json.dumps(rules, indent=2) + "\n").encode("ascii")
    for place in CHROMIUM_PLACES:
        if (root / place).parent.parent.is_dir():
            journal.write_files({root / place / f"{service}.json": data}, mode=0o644)
