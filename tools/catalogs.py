"""Translations compiled: every ``.po`` below ``src/tutela`` into the ``.mo`` that gettext reads.

``python -m tools.catalogs`` writes them, ``--check`` says which are stale. A ``.po`` here holds pairs of
``msgid`` and ``msgstr`` in the form of GNU gettext; plural forms and contexts are not used yet, and refused.
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: First number of a .mo file (GNU gettext manual, "The Format of GNU MO Files").
MAGIC = 0x950412DE
#: Bytes of the head of a .mo file without a hash table.
HEAD_BYTES = 28


def catalogs(root: Path = ROOT) -> list[Path]:
    """Every ``.po`` of the product."""
    return sorted((root / "src" / "tutela").rglob("*.po"))


def parse_po(text: str) -> dict[str, str]:
    """msgid to msgstr, the head under the empty msgid. Raises ValueError at a line that is neither."""
    found: dict[str, str] = {}
    for msgid, msgstr in _pairs(text):
        if msgid in found:
            raise ValueError(f"twice: {msgid[:60]}")
        found[msgid] = msgstr
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    parts: dict[str, str] = {}
    field = ""
    for line in [*text.splitlines(), "msgid"]:
        word, _, rest = line.partition(" ")
        if word == "msgid" and "msgstr" in parts:
            yield parts["msgid"], parts["msgstr"]
            parts = {}
        if word in {"msgid", "msgstr"}:
            field, parts[word] = word, ast.literal_eval(rest or '""')
        elif line.startswith('"'):
            parts[field] += ast.literal_eval(line)
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"no line of a catalogue: {line[:60]}")


def render_mo(messages: Mapping[str, str]) -> bytes:
    """The messages as a .mo file, those without a translation left out."""
    pairs = sorted((a.encode(), b.encode()) for a, b in messages.items() if b)
    ids_at, texts_at = HEAD_BYTES, HEAD_BYTES + 8 * len(pairs)
    place, tables, body = HEAD_BYTES + 16 * len(pairs), [b"", b""], b""
    for which in (0, 1):
        for pair in pairs:
            tables[which] += struct.pack("<II", len(pair[which]), place + len(body))
            body += pair[which] + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(pairs), ids_at, texts_at, 0, 0)
    return head + tables[0] + tables[1] + body


def stale(root: Path = ROOT) -> list[Path]:
    """Every ``.mo`` that is missing or was made of another ``.po``."""
    wanted = {path.with_suffix(".mo"): render_mo(parse_po(path.read_text())) for path in catalogs(root)}
    return [path for path, data in wanted.items() if not path.is_file() or path.read_bytes() != data]


def main() -> int:
    """0 where every ``.mo`` is as it should be, and after writing them."""
    if "--check" in sys.argv:
        for path in stale():
            print(f"stale: {path.relative_to(ROOT)}: python -m tools.catalogs")
        return 1 if stale() else 0
    for path in catalogs():
        path.with_suffix(".mo").write_bytes(render_mo(parse_po(path.read_text())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
