"""The private key of a signer as a file, on the signer's own machine; in the clear or under a passphrase.

``<name>.key`` holds the key's one line as ``kernel.custody.note_keys`` writes it, ``<name>.key.age`` the same
sealed with a passphrase (age, scrypt). Both are closed to others.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tutela.kernel.custody import age, durable
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.signing.signers import check_name

#: Ends of the names of the files.
_PLAIN, _WRAPPED = ".key", ".key.age"
#: Bytes of the largest file: a key sealed with a passphrase has some 400.
_FILE_BYTES_MAX = 4_096


def new_key(name: str) -> SigningKey:
    """A new key for the signer of this name. Raises Invalid for a name that no signer may have."""
    try:
        check_name(name)
    except ValueError as error:
        raise Invalid(str(error), field="name") from error
    return SigningKey.new(name)


def write_key(folder: Path, key: SigningKey, passphrase: str = "") -> Path:
    """The file that holds this key durably, 0600; sealed where a passphrase is given.

    Raises Conflict where a key of this name is there, Unavailable.
    """
    if find_key(folder, key.name) is not None:
        raise Conflict(f"there is a key of {key.name} already; nothing was changed")
    data = (key.text() + "\n").encode("ascii")
    if passphrase:
        path, data = folder / f"{key.name}{_WRAPPED}", age.seal_with_passphrase(data, passphrase)
    else:
        path = folder / f"{key.name}{_PLAIN}"
    durable.write_file(path, data)
    return path


def find_key(folder: Path, name: str) -> Path | None:
    """The file with the key of this name, None where none is there."""
    found = (folder / f"{name}{end}" for end in (_PLAIN, _WRAPPED))
    return next((path for path in found if path.exists()), None)


def read_key(path: Path, ask: Callable[[], str]) -> SigningKey:
    """The key in this file; ``ask`` gives the passphrase where it is sealed.

    Raises Refused where none is there, others may read it or the passphrase is wrong, Invalid for no key.
    """
    if not path.exists():
        raise Refused("there is no such key here: tutela signers key makes one")
    durable.refuse_others(path)
    data = durable.read_file(path, _FILE_BYTES_MAX)
    if path.name.endswith(_WRAPPED):
        data = age.unseal_with_passphrase(data, ask())
    try:
        return SigningKey.read(data.decode("ascii"))
    except ValueError as error:
        raise Invalid("this file holds no private key of a signer", field=path.name) from error
