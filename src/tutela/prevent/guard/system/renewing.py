"""A new authority in the place of one that ends soon, trusted wherever the old one is.

The new one is trusted first and used last: killed in between, the old one goes on serving. The journal has a
row for each change more, so that leaving gives back what stood there before the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tutela.kernel.clock import Clock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.folder import CERTIFICATE, Folder
from tutela.prevent.guard.system import trust
from tutela.prevent.guard.system.authority import new_authority, read_authority
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.leaving import check_browsers, journal_of, key_place_of, names_of
from tutela.prevent.guard.system.nss import NssStore
from tutela.prevent.guard.system.setting_up import Device


def days_left(folder: Folder, device: Device, clock: Clock) -> int | None:
    """Whole days until the authority ends, once a new one is due; None before. Raises Unavailable."""
    authority = read_authority(key_place_of(folder, device.programs).get())
    return authority.days_left(clock) if authority.due(clock) else None


def renew(folder: Folder, device: Device, clock: Clock) -> None:
    """Return once a new authority is trusted and in its place; a guard that runs takes it up when it starts.

    Raises Conflict while a browser is open whose database is changed, Refused, Unavailable.
    """
    names = names_of(folder)
    if names is None:
        raise Unavailable("the names that you chose are damaged: leave, and set it up again")
    check_browsers(folder, device.programs)
    new, journal = new_authority(names.subject, clock), journal_of(folder, device.programs)
    for store in trusting(journal):
        work = folder.path / "work"
        trust.trust_in_browser(
            journal, store, new.certificate_pem, names.subject, programs=device.programs, work=work
        )
    if any(change.words == (trust.SYSTEM_PROGRAM,) for change in journal.changes()):
        trust.trust_in_system(
            journal,
            new.certificate_pem,
            names.service,
            programs=device.programs,
            root=device.root,
            is_root=device.is_root,
        )
    key_place_of(folder, device.programs).put(new.bundle_pem)
    folder.write(CERTIFICATE, new.certificate_pem)


def trusting(journal: Journal) -> Iterator[NssStore]:
    """The databases into which the guard put a certificate, each once, where they still are."""
    changes = (change for change in journal.changes() if change.unpick == "certificate")
    folders: dict[Path, None] = {file.path.parent: None for change in changes for file in change.files}
    return (NssStore(browser="your browser", folder=one) for one in folders if one.is_dir())
