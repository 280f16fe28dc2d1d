"""Who may read what: owner and rights of everything below a folder. Names of files are counted, not told."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tutela.detect.service.doctor.findings import Finding, count, fail, ok, warn

#: Rights of group and others: none of them may be set below the data folder (decisions.md section 4).
OPEN_BITS = 0o077
#: Rights of group and others to write.
WRITE_BITS = 0o022


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """Counts of what stands below a folder: all, open to others, of another owner, not to be read by us."""

    all: int = 0
    open: int = 0
    foreign: int = 0
    unread: int = 0


def may_read(folder: Path) -> bool:
    """True when this process may look into the folder, or there is none."""
    try:
        os.scandir(folder).close()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def rights_below(folder: Path) -> Rights:
    """What stands below ``folder``. Symbolic links have no rights of their own and are not followed.

    Raises OSError when there is no such folder.
    """
    owner = os.stat(folder).st_uid
    unread: list[OSError] = []
    facts = list(_facts_below(folder, unread))
    return Rights(
        all=len(facts),
        open=sum(bool(one.st_mode & OPEN_BITS) for one in facts if not stat.S_ISLNK(one.st_mode)),
        foreign=sum(one.st_uid != owner for one in facts),
        unread=len(unread),
    )


def _facts_below(folder: Path, unread: list[OSError]) -> Iterator[os.stat_result]:
    """What the file system says of everything below; what vanishes meanwhile is left out."""
    for parent, folders, files in os.walk(folder, onerror=unread.append):
        for name in (*folders, *files):
            try:
                yield os.lstat(os.path.join(parent, name))
            except FileNotFoundError:
                continue


def home_rights(home: Path) -> Iterator[Finding]:
    """Is the data folder there, whole in one hand, and closed to everybody else."""
    try:
        facts, below = home.stat(), rights_below(home)
    except FileNotFoundError:
        yield warn("home", "nothing is set up yet: there is no TUTELA_HOME", "give out a first token")
        return
    except OSError:
        yield fail("home", "TUTELA_HOME cannot be read", "run this as the user of the service")
        return
    if below.unread:
        advice = "run this as the user of the service, or as root"
        yield fail("home", f"{count(below.unread, 'folder')} below TUTELA_HOME cannot be read", advice)
        return
    yield _home(facts, below)
    yield _owner(below)


def _home(facts: os.stat_result, below: Rights) -> Finding:
    if facts.st_mode & WRITE_BITS:
        return fail("home", "others than its owner may write to TUTELA_HOME", "chmod go= TUTELA_HOME")
    if below.open:
        advice = "chmod -R go= TUTELA_HOME, and start the service with UMask=0077"
        return fail(
            "home",
            f"{count(below.open, 'thing')} below TUTELA_HOME {_are(below.open)} open to others",
            advice,
        )
    return ok("home", f"TUTELA_HOME is closed to others ({count(below.all, 'thing')} below it)")


def _owner(below: Rights) -> Finding:
    if below.foreign:
        said = f"{count(below.foreign, 'thing')} below TUTELA_HOME {_are(below.foreign)} of another owner"
        return fail("owner", said, "chown -R the service's user TUTELA_HOME")
    return ok("owner", "everything below TUTELA_HOME has one owner")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def secrets_rights(folder: Path | None) -> Iterator[Finding]:
    """Is the secrets folder closed to others, if there is one."""
    if folder is None:
        return
    try:
        below = rights_below(folder)
        opened = below.open and folder.stat().st_mode & OPEN_BITS
    except OSError:
        yield fail("secrets", "TUTELA_SECRETS cannot be read", "run this as the user of the service")
        return
    if opened:
        yield fail("secrets", "others than its owner may read secrets", "chmod -R go= TUTELA_SECRETS")
    else:
        yield ok("secrets", "the secrets folder is closed to others")
