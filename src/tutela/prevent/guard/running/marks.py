"""What counts carry: this release, and which lists are in place, so that a study mixes no two."""

from __future__ import annotations

from tutela import __version__
from tutela.prevent.guard.lists.installed import kept_lists, said
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.pilot.versions import version_mark


def mark_of(folder: Folder) -> str:
    """The mark of what runs from this folder now."""
    lists = (said(one) for one in kept_lists(folder))
    return version_mark(__version__, [(one.name, one.number) for one in lists if one])
