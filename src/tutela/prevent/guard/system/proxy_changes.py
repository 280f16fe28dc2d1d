"""Which proxy settings were changed since the set-up: what is loaded then may pass the guard by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tutela.prevent.guard.person.folder import UPSTREAM, Folder
from tutela.prevent.guard.system import gnome
from tutela.prevent.guard.system.changes import Change
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.outside_files import digest, look
from tutela.prevent.guard.system.ports import port_of
from tutela.prevent.guard.system.programs import Programs
from tutela.prevent.guard.system.proxies import OtherProxy, other_proxies
from tutela.prevent.guard.system.proxy_ways import OurProxy
from tutela.prevent.guard.system.unpicking import line_of, lines_of

#: The folders of files that name our proxy and nothing else: of the session (environment.d), of Chromium.
_WHOLLY_OURS = ("environment.d", "managed")


def changed_proxies(
    folder: Folder, home: Path, environment: Mapping[str, str], programs: Programs
) -> tuple[OtherProxy, ...]:
    """Other proxies that are set by now, and settings that are not as the set-up left them, these without an
    address. Raises Unavailable where a file or setting cannot be read.
    """
    found = {
        one.where: one.address
        for one in other_proxies(home, environment, programs)
        if not _is_known(one, folder)
    }
    for where in _changed(folder, programs):
        found.setdefault(where, "")
    return tuple(OtherProxy(where=where, address=address) for where, address in found.items())


def _is_known(one: OtherProxy, folder: Folder) -> bool:
    """Whether it is ours, or the next stop. Of Firefox the host alone is told; its lines are compared."""
    ours = OurProxy(port=port_of(folder))
    known = {f"{ours.host}:{ours.port}", _plain((folder.read(UPSTREAM) or b"").decode("utf-8", "replace"))}
    return _plain(one.address) in known or (one.where.startswith("Firefox") and one.address == ours.host)


def _plain(address: str) -> str:
    return address.removeprefix("http://").rstrip("/")


def _changed(folder: Folder, programs: Programs) -> Iterator[str]:
    """Where a proxy setting that the set-up made is no longer as it left it."""
    has_gnome = gnome.has_setting(programs, gnome.PROXY)
    for change in Journal(folder, programs).changes():
        if change.kind == "setting" and has_gnome and change.words[0].startswith(gnome.PROXY):
            schema, key, _, ours = change.words
            if gnome.own_value(programs, schema, key) != ours:
                yield "GNOME"
        elif change.kind == "files":
            yield from _changed_files(change)


def _changed_files(change: Change) -> Iterator[str]:
    for file in change.files:
        data = look(file.path).data
        if change.unpick == "preferences" and data is not None:
            lines = lines_of(data)
            if any(line_of(lines, name) != ours for name, (_, ours) in json.loads(change.ours).items()):
                yield f"Firefox, {file.path.name}"
        elif file.path.parent.name in _WHOLLY_OURS and digest(data) != file.after:
            yield str(file.path)
