"""One change on the device, what stood there before, and the journal's row of it."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from tutela.kernel.formats import check_version
from tutela.prevent.guard.system.outside_files import Stood

#: Version of a row.
FORMAT = 1
#: Files with new content; a folder or a link that was not there; a GNOME setting; a program for the way back.
Kind = Literal["files", "folder", "link", "setting", "run"]
#: How something of ours is taken out of a file that others have changed since.
Unpicking = Literal["none", "block", "preferences", "certificate"]

_TOKEN = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Replaced:
    """A file: how it stood, and the SHA-256 of what was put in its place (empty: taken away)."""

    path: Path
    before: Stood
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One row. ``token`` names drafts; ``unpick`` and its ``ours`` say what is ours in the files.

    ``words``: of a folder its path; of a link its path and target; of a setting schema, key, the value before
    (empty: none of its own) and ours; of a run the program and its arguments.
    """

    token: str
    kind: Kind
    words: tuple[str, ...] = ()
    files: tuple[Replaced, ...] = ()
    unpick: Unpicking = "none"
    ours: bytes = b""


def render_change(change: Change) -> bytes:
    """The row of a change."""
    row = {
        "format": FORMAT,
        "token": change.token,
        "kind": change.kind,
        "words": change.words,
        "files": [_file_row(one) for one in change.files],
        "unpick": change.unpick,
        "ours": b64encode(change.ours).decode("ascii"),
    }
    return (json.dumps(row, sort_keys=True) + "\n").encode("ascii")


def _file_row(file: Replaced) -> dict[str, Any]:
    data = None if file.before.data is None else b64encode(file.before.data).decode("ascii")
    return {
        "path": str(file.path),
        "before": data,
        "mode": file.before.mode,
        "modified_ns": file.before.modified_ns,
        "after": file.after,
    }


def parse_change(data: bytes) -> Change:
    """The change of a row that ``render_change`` wrote. Raises ValueError."""
    row = json.loads(data)
    if not isinstance(row, dict):
        raise ValueError("a change is a JSON object")
    check_version("the journal", row.get("format"), reads=FORMAT)
    if row["kind"] not in get_args(Kind) or row["unpick"] not in get_args(Unpicking):
        raise ValueError("a change of a kind that this release does not know")
    if not _TOKEN.fullmatch(str(row["token"])):
        raise ValueError("a change without its token")
    return Change(
        token=row["token"],
        kind=row["kind"],
        words=tuple(str(word) for word in row["words"]),
        files=tuple(_file(one) for one in row["files"]),
        unpick=row["unpick"],
        ours=b64decode(row["ours"], validate=True),
    )


def _file(row: Mapping[str, Any]) -> Replaced:
    data = None if row["before"] is None else b64decode(row["before"], validate=True)
    stood = Stood(data=data, mode=int(row["mode"]), modified_ns=row["modified_ns"])
    return Replaced(path=Path(row["path"]), before=stood, after=str(row["after"]))
