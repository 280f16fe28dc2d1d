"""What is ours taken out of files that others have changed since we did. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tutela.prevent.guard.system.changes import Change
from tutela.prevent.guard.system.outside_files import Stood

#: A name of Firefox's preferences and its line: None where there is none.
Lines = Mapping[str, str | None]


def without_block(change: Change, now: Mapping[Path, Stood]) -> Mapping[Path, bytes | None] | None:
    """The file without the block that we added; None where it does not stand there exactly once."""
    (path,) = now
    data = now[path].data or b""
    if data.count(change.ours) != 1:
        return None
    rest = data.replace(change.ours, b"")
    return {path: rest if rest or change.files[0].before.data is not None else None}


def pack_lines(before: Lines, ours: Lines) -> bytes:
    """What ``without_preferences`` needs to know: each name's line before, and ours."""
    return json.dumps({name: [before.get(name), ours[name]] for name in ours}, sort_keys=True).encode("utf-8")


def without_preferences(change: Change, now: Mapping[Path, Stood]) -> Mapping[Path, bytes | None] | None:
    """Firefox's preferences with our lines as they were; what others set since stays theirs.

    A profile that is gone does not come back.
    """
    (path,) = now
    if now[path].data is None:
        return {path: None}
    lines = lines_of(now[path].data)
    for name, (before, ours) in json.loads(change.ours).items():
        if line_of(lines, name) == ours:
            lines = with_line(lines, name, before)
    return {path: joined(lines)}


def lines_of(data: bytes | None) -> list[str]:
    """The lines of a file of preferences, whatever bytes are in them; ``joined`` gives them back."""
    text = (data or b"").decode("utf-8", "surrogateescape").removesuffix("\n")
    return text.split("\n") if text else []


def joined(lines: Sequence[str]) -> bytes:
    """The file of these lines."""
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def line_of(lines: Sequence[str], name: str) -> str | None:
    """The line of a name; None where it has none. Of several the last, which is the one that holds."""
    return next((one for one in reversed(lines) if one.startswith(_start(name))), None)


def with_line(lines: Sequence[str], name: str, line: str | None) -> list[str]:
    """The lines with that of one name replaced, added at the end, or (None) taken out."""
    place = next((number for number, one in enumerate(lines) if one.startswith(_start(name))), len(lines))
    rest = [one for one in lines if not one.startswith(_start(name))]
    return rest if line is None else [*rest[:place], line, *rest[place:]]


def _start(name: str) -> str:
    return f'user_pref("{name}",'
