"""Leaving: everything undone in reverse order, the key destroyed, the folder gone.

It needs no network and nobody's help, and it can be taken up again after a kill at any point. The delay is
asked for before anything is undone, and never again once leaving has begun.
"""

from __future__ import annotations

from pathlib import Path

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.consent import parse_consent
from tutela.prevent.guard.person.device_time import DeviceClock
from tutela.prevent.guard.person.discretion import Discretion, parse_discretion
from tutela.prevent.guard.person.folder import CONSENT, DISCRETION, GOING, KEY_PLACE, Folder
from tutela.prevent.guard.person.words import FALLBACK
from tutela.prevent.guard.system import service
from tutela.prevent.guard.system.journal import Journal, Left
from tutela.prevent.guard.system.key_places import FileKeyPlace, KeyPlace, SecretToolKeyPlace
from tutela.prevent.guard.system.nss import NssStore, check_closed
from tutela.prevent.guard.system.programs import Programs
from tutela.prevent.guard.system.trust import unpick_certificates

#: What stands in the folder where the key is in the desktop's store, and under which name.
DESKTOP = b"desktop "


def journal_of(folder: Folder, programs: Programs) -> Journal:
    """The journal of a folder, with every way to take ours out of what others changed."""
    return Journal(folder, programs, {"certificate": unpick_certificates(programs, folder)})


def key_place_of(folder: Folder, programs: Programs) -> KeyPlace:
    """Where the authority's key of this folder is."""
    place = folder.read(KEY_PLACE) or b""
    if place.startswith(DESKTOP):
        return SecretToolKeyPlace(programs, place.removeprefix(DESKTOP).decode("ascii"))
    return FileKeyPlace(folder)


def names_of(folder: Folder) -> Discretion | None:
    """The names that were chosen; None where they are not there, or damaged."""
    data = folder.read(DISCRETION)
    try:
        return None if data is None else parse_discretion(data.decode("utf-8"))
    except ValueError:
        return None


def language_of(folder: Folder) -> str:
    """The language in which the person agreed; the fallback where that cannot be read."""
    data = folder.read(CONSENT)
    try:
        return FALLBACK if data is None else parse_consent(data.decode("utf-8")).language
    except ValueError:
        return FALLBACK


def leave(folder: Folder, programs: Programs, clock: DeviceClock) -> tuple[Left, ...]:
    """What could not be put back as it was, once the guard is gone.

    Raises Refused while the delay runs, Conflict while a browser is open whose files come back: nothing is
    undone then. Raises Unavailable where the storage fails; it can then be called again.
    """
    if folder.finished:
        Choices(folder, clock).check_leaving()
    check_browsers(folder, programs)
    folder.write(GOING, b"")
    return undo_everything(folder, programs)


def undo_everything(folder: Folder, programs: Programs) -> tuple[Left, ...]:
    """What could not be put back, once the folder is gone. Asks for no delay."""
    left = list(journal_of(folder, programs).undo())
    names = names_of(folder)
    if names is not None:
        service.end(programs, names)
    try:
        key_place_of(folder, programs).erase()
    except Unavailable as error:
        left.append(Left(what="the key in the store of your desktop", why=error.message))
    folder.clear()
    return tuple(left)


def check_browsers(folder: Folder, programs: Programs) -> None:
    """Returns where no browser is open whose files will come back. Raises Conflict."""
    folders: set[Path] = set()
    for change in journal_of(folder, programs).changes():
        if change.unpick in {"certificate", "preferences"}:
            folders |= {file.path.parent for file in change.files}
    for one in sorted(folders):
        check_closed(NssStore(browser="your browser", folder=one))
