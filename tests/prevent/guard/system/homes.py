"""A person's home in a test: what is in it, bit for bit, and programs that are not the device's own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tutela.prevent.guard.system.programs import Answer

PREFS = (
    "// Mozilla User Preferences\n"
    'user_pref("browser.startup.page", 3);\n'
    'user_pref("network.proxy.type", 5);\n'
    'user_pref("privacy.name", "caf\u00e9");\n'
)


def state(root: Path) -> dict[str, tuple[str, int, object]]:
    """Every path below a folder: its kind, mode and content."""
    found: dict[str, tuple[str, int, object]] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder) / name
            mode = path.lstat().st_mode
            if path.is_symlink():
                content: object = os.readlink(path)
            else:
                content = path.read_bytes() if path.is_file() else None
            found[str(path.relative_to(root))] = ("link" if path.is_symlink() else "there", mode, content)
    return found


def firefox(home: Path) -> Path:
    """A profile of Firefox with preferences, without a database."""
    root = home / ".mozilla" / "firefox"
    profile = root / "abc.default"
    profile.mkdir(parents=True)
    (root / "profiles.ini").write_text("[Profile0]\nName=default\nIsRelative=1\nPath=abc.default\n")
    (profile / "prefs.js").write_text(PREFS)
    return profile


#: GNOME's own values.
DEFAULTS = {
    "mode": "'none'",
    "host": "''",
    "port": "0",
    "ignore-hosts": "['localhost']",
    "autoconfig-url": "''",
}


class Gnome:
    """``gsettings`` and ``dconf`` with a database in memory."""

    def __init__(self) -> None:
        self.own: dict[str, str] = {}

    def gsettings(self, words: Sequence[str], given: bytes) -> Answer:
        verb, schema, *rest = words
        if not schema.startswith("org.gnome.system.proxy"):
            return Answer(code=1)
        path = f"/{schema.removeprefix('org.gnome.').replace('.', '/')}/{rest[0]}" if rest else ""
        if verb == "get":
            return Answer(code=0, said=f"{self.own.get(path, DEFAULTS[rest[0]])}\n".encode())
        if verb == "set":
            self.own[path] = rest[1]
        if verb == "reset":
            self.own.pop(path, None)
        return Answer(code=0)

    def dconf(self, words: Sequence[str], given: bytes) -> Answer:
        return Answer(code=0, said=f"{self.own.get(words[1], '')}\n".encode())


def certutil(words: Sequence[str], given: bytes) -> Answer:
    """A stand-in that keeps names as lines of a file; as the real one, it never writes the same twice."""
    folder = Path(words[words.index("-d") + 1].removeprefix("sql:"))
    names = folder / "cert9.db"
    lines = names.read_text().splitlines() if names.exists() else []
    name = words[words.index("-n") + 1] if "-n" in words else ""
    if words[0] == "-N":
        (folder / "pkcs11.txt").write_text(f"configdir='sql:{folder}'\n")
        (folder / "key4.db").write_bytes(os.urandom(8))
        lines = ["database"]
    elif words[0] == "-A":
        lines = [*lines, name]
        (folder / "key4.db").write_bytes(os.urandom(8))
    elif name not in lines:
        return Answer(code=255)
    elif words[0] == "-D":
        lines.remove(name)
    names.write_text("\n".join(lines) + "\n")
    return Answer(code=0)
