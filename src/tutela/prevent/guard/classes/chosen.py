"""Which plug-ins stand behind the person's switch for classifiers: a JSON list of names in their folder."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.folder import CLASSES, Folder


def render_classes(names: Sequence[str]) -> bytes:
    """The one text of these names."""
    return json.dumps(sorted(set(names))).encode("ascii")


def read_classes(folder: Folder) -> tuple[str, ...]:
    """The names in the folder. Raises Unavailable where they are damaged."""
    try:
        names = json.loads(folder.read(CLASSES) or b"[]")
    except ValueError as error:
        raise _damaged() from error
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise _damaged()
    return tuple(names)


def _damaged() -> Unavailable:
    return Unavailable("the names of your classifiers are damaged: name them again")
