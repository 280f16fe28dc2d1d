"""The data folder, closed to others from the folder that is made first, whatever the umask."""

from __future__ import annotations

from pathlib import Path


def make_private(folder: Path) -> Path:
    """The folder, made with mode 0700 if it is missing, and so are the missing ones above it. Raises OSError.

    ``Path.mkdir(parents=True)`` gives the ones above what the umask leaves: often rights for a group.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
