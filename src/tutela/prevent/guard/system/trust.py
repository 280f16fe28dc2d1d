"""Having the person's browsers trust this device's authority, and no longer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.system import nss
from tutela.prevent.guard.system.changes import Change
from tutela.prevent.guard.system.journal import Journal, Unpick
from tutela.prevent.guard.system.nss import NssStore
from tutela.prevent.guard.system.outside_files import Stood
from tutela.prevent.guard.system.programs import Programs

#: The program that changes NSS databases, and the package of it on Debian.
CERTUTIL, PACKAGE = "certutil", "libnss3-tools"
#: Debian's place for authorities of the device, and the program that takes them up.
SYSTEM_PLACE, SYSTEM_PROGRAM = "usr/local/share/ca-certificates", "update-ca-certificates"


def by_hand(certificate: Path) -> str:
    """How a person has their browser trust the certificate without our help."""
    return (
        f"in Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import {certificate}; "
        f"in Chromium: Settings, Privacy and security, Security, Manage certificates, Import {certificate}"
    )


def check_possible(programs: Programs, certificate: Path) -> None:
    """Returns where databases of browsers can be changed. Raises Unavailable with both other ways."""
    if not programs.has(CERTUTIL):
        raise Unavailable(
            f"the program {CERTUTIL} is missing (apt-get install {PACKAGE}); or {by_hand(certificate)}"
        )


def trust_in_browser(
    journal: Journal, store: NssStore, certificate_pem: bytes, name: str, *, programs: Programs, work: Path
) -> None:
    """Return once the browser trusts the authority. Raises Conflict while it runs, Unavailable.

    ``name``: the nickname in its list, the subject that was chosen.
    """
    files = nss.with_certificate(store, certificate_pem, name, programs, work)
    journal.write_files(files, unpick="certificate", ours=name.encode("utf-8"))


def unpick_certificates(programs: Programs, folder: Folder) -> Unpick:
    """How the certificate is taken out of a database that the browser has changed since."""

    def without(change: Change, now: Mapping[Path, Stood]) -> Mapping[Path, bytes | None] | None:
        store = NssStore(browser="your browser", folder=next(iter(now)).parent)
        if now.get(store.files[0], Stood(data=None)).data is None:
            return {}
        found = nss.without_certificate(store, change.ours.decode("utf-8"), programs, folder.path / "work")
        return {path: data for path, data in found.items() if path in now}

    return without


def trust_in_system(
    journal: Journal, certificate_pem: bytes, service: str, *, programs: Programs, root: Path, is_root: bool
) -> None:
    """Return once the device's own programs trust the authority: for root alone. Raises Refused, Unavailable.

    ``root``: ``/``, or a folder that a test made.
    """
    if not is_root:
        raise Refused("only root can have the whole device trust a certificate; the browsers need no root")
    if not programs.has(SYSTEM_PROGRAM):
        raise Unavailable(f"the program {SYSTEM_PROGRAM} is missing (apt-get install ca-certificates)")
    journal.run_on_the_way_back(SYSTEM_PROGRAM)
    journal.write_files({root / SYSTEM_PLACE / f"{service}.crt": certificate_pem}, mode=0o644)
    if programs.run([SYSTEM_PROGRAM]).code:
        raise Unavailable(f"the program {SYSTEM_PROGRAM} failed")
