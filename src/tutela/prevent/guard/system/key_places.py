"""Where the key of the device's authority lies, and what that protects it from.

``FileKeyPlace``: a file that only the person's own account reads. It keeps the key from other accounts of the
device, not from programs that run as the person, nor from whoever takes the disk out (encrypt the disk).
Sealing it with a key that lies beside it would look better and protect from nothing; the guard starts with
the session and cannot ask for a passphrase.

``SecretToolKeyPlace``: the desktop's own store (Secret Service), through the program ``secret-tool`` where it
is installed: sealed on the disk with the person's password while they are not signed in. A store that is
locked keeps the guard from starting, and then nothing is shown.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Protocol

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.folder import AUTHORITY, Folder
from tutela.prevent.guard.system.programs import Programs

#: By what the store knows the key; it says no more than the name that was chosen.
_ATTRIBUTE = "service"


class KeyPlace(Protocol):
    """Keeps one secret."""

    def put(self, secret: bytes) -> None:
        """Return once it is kept, in place of an older one. Raises Unavailable."""
        ...

    def get(self) -> bytes:
        """The secret. Raises Unavailable where there is none, or where the place is locked."""
        ...

    def erase(self) -> None:
        """Return once it is gone. Safe to call twice."""
        ...


class FileKeyPlace:
    """A file of the guard's folder, which the account alone can read."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def put(self, secret: bytes) -> None:
        """Return once it is kept."""
        self._folder.write(AUTHORITY, secret)

    def get(self) -> bytes:
        """The secret. Raises Unavailable where there is none, Refused where the folder is open to others."""
        self._folder.check()
        secret = self._folder.read(AUTHORITY)
        if secret is None:
            raise Unavailable("the key of this device is not there: set it up again")
        return secret

    def erase(self) -> None:
        """Return once its bytes are overwritten and its name is gone."""
        self._folder.remove(AUTHORITY)


class SecretToolKeyPlace:
    """The desktop's own store. ``service`` is the neutral name that was chosen (``discretion``)."""

    def __init__(self, programs: Programs, service: str) -> None:
        self._programs, self._service = programs, service

    def put(self, secret: bytes) -> None:
        """Return once it is kept and comes back. Raises Unavailable."""
        words = ["secret-tool", "store", "--label", self._service, _ATTRIBUTE, self._service]
        if self._programs.run(words, given=b64encode(secret)).code or self.get() != secret:
            raise Unavailable("the key store of your desktop does not keep the key: is it unlocked?")

    def get(self) -> bytes:
        """The secret. Raises Unavailable where there is none, or where the store is locked."""
        answer = self._programs.run(["secret-tool", "lookup", _ATTRIBUTE, self._service])
        if answer.code or not answer.said.strip():
            raise Unavailable("the key store of your desktop does not give the key: is it unlocked?")
        try:
            return b64decode(answer.said.strip(), validate=True)
        except ValueError as error:
            raise Unavailable("the key store of your desktop gives another key") from error

    def erase(self) -> None:
        """Return once it is gone."""
        self._programs.run(["secret-tool", "clear", _ATTRIBUTE, self._service])


class MemoryKeyPlace:
    """For tests: gone with the process."""

    def __init__(self) -> None:
        self.secret: bytes | None = None

    def put(self, secret: bytes) -> None:
        """Keep it."""
        self.secret = secret

    def get(self) -> bytes:
        """The secret. Raises Unavailable where there is none."""
        if self.secret is None:
            raise Unavailable("the key of this device is not there: set it up again")
        return self.secret

    def erase(self) -> None:
        """Forget it."""
        self.secret = None
