"""Taking part without the guard on the device: the arm that waits answers questions, and nothing is changed.

A folder under a plain name with keys of its own, one level deeper than the guard's, so that setting the guard
up later neither finds nor clears it. No proxy, no certificate, no service, no counts.
"""

from __future__ import annotations

from pathlib import Path

from tutela.prevent.guard.person.folder import KEYS, POLICY, Folder
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.sealing import WORK_BITS, new_keys

#: Where it lies below the folder of a person's data.
PLACE = Path("evening-notes", "own")


def find_alone(data_home: Path) -> Folder | None:
    """The folder of somebody who takes part without the guard, None where nobody does."""
    folder = Folder(data_home / PLACE)
    return folder if folder.exists else None


def make_alone(data_home: Path, passphrase: str, *, work_bits: int = WORK_BITS) -> Folder:
    """A new folder. Raises Refused where one is there, Invalid for a passphrase that is too short."""
    keys = new_keys(passphrase, work_bits=work_bits)
    folder = Folder(data_home / PLACE)
    folder.make()
    folder.write(KEYS, keys.to_bytes())
    folder.write(POLICY, render_policy(Policy()).encode("ascii"))
    return folder


def is_alone(folder: Folder) -> bool:
    """Whether this is such a folder: leaving then takes all of it away."""
    return folder.path.parts[-2:] == PLACE.parts
