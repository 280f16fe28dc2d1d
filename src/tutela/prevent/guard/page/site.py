"""What all pages work with: the person's folder, the guard that runs, clocks, sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from secrets import token_bytes

from tutela.kernel.clock import Clock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.page.sessions import Sessions, Slowing
from tutela.prevent.guard.page.shapes import Running
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.consent import Consent, parse_consent
from tutela.prevent.guard.person.device_time import DeviceClock
from tutela.prevent.guard.person.discretion import offered, parse_discretion
from tutela.prevent.guard.person.folder import CONSENT, DISCRETION, KEYS, POLICY, Folder
from tutela.prevent.guard.person.policy import parse_policy
from tutela.prevent.guard.person.sealing import SealedKeys, read_keys
from tutela.prevent.guard.system.accounts import End

#: Bytes of the secret of one run, under which the tokens of forms are made.
_SECRET_BYTES = 32
#: Says of the peer's end and ours of a connection whether this account asks (``system.accounts``).
IsOwnAccount = Callable[[End, End], bool]


@dataclass(kw_only=True)
class Site:
    """What the pages share. ``port`` is set once it listens."""

    folder: Folder
    running: Running
    clock: Clock
    device_clock: DeviceClock
    is_own_account: IsOwnAccount
    port: int = 0
    secret: bytes = field(default_factory=lambda: token_bytes(_SECRET_BYTES), repr=False)
    sessions: Sessions = field(default_factory=Sessions)
    slowing: Slowing = field(default_factory=Slowing)
    #: Trying a passphrase takes 128 MiB: never two at the same time.
    one_try: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def choices(self) -> Choices:
        """The person's choices."""
        return Choices(self.folder, self.device_clock)

    @property
    def choices_damaged(self) -> bool:
        """Whether the file of the choices cannot be read, so that the strict ones of ``Choices`` hold."""
        try:
            parse_policy(self._text(POLICY))
        except ValueError:
            return True
        return False

    @property
    def keys(self) -> SealedKeys:
        """The keys that the passphrase opens. Raises Unavailable where they are missing or damaged."""
        return read_keys(self.folder.read(KEYS) or b"")

    @property
    def name(self) -> str:
        """The neutral name that was chosen; the first one offered where its file is damaged."""
        try:
            return parse_discretion(self._text(DISCRETION)).name
        except ValueError:
            return offered()[0].name

    @property
    def consent(self) -> Consent | None:
        """What was agreed to; None where the record is missing or damaged."""
        try:
            return parse_consent(self._text(CONSENT))
        except ValueError:
            return None

    @property
    def today(self) -> date:
        """The day in the time of this device."""
        return self.clock.now().astimezone().date()

    def _text(self, name: str) -> str:
        """A file as text, empty where there is none. Raises ValueError where it is none."""
        try:
            return (self.folder.read(name) or b"").decode("utf-8")
        except Unavailable:
            return ""

    def purge(self) -> None:
        """Forget the sessions that were idle for too long."""
        self.sessions.purge(self.device_clock.read().boot_seconds)
