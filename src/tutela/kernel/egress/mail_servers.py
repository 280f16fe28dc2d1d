"""A mail server as the settings name it, and which addresses it may be met at."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Literal

from tutela.kernel.egress.addresses import AddressPolicy
from tutela.kernel.egress.destinations import is_loopback
from tutela.kernel.errors import Invalid

#: starttls: before anything else is said; tls: from the first byte; none: on loopback only.
Encryption = Literal["starttls", "tls", "none"]
#: Seconds from the connection to the last dot (our own; a local server needs milliseconds).
TALK_SECONDS = 60.0
#: Seconds of waiting for the answer to the last dot. RFC 5321 section 4.5.3.2.6 asks for 600 of who talks to
#: servers elsewhere; each second less makes a doubt more.
ANSWER_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """Where mail goes. ``host`` is a name or an address; ``own_name`` is what we call ourselves.

    Raises Invalid where something would leave this machine in the clear.
    """

    host: str = "127.0.0.1"
    port: int = 25
    encryption: Encryption = "none"
    own_name: str = "localhost"
    user: str = ""
    password: str = field(default="", repr=False)
    talk_seconds: float = TALK_SECONDS
    answer_seconds: float = ANSWER_SECONDS

    def __post_init__(self) -> None:
        if self.encryption == "none" and not is_loopback(self.host):
            raise Invalid("mail leaves this machine only encrypted: starttls or tls", field="encryption")
        if self.encryption == "none" and self.user:
            raise Invalid("a password is given over an encrypted connection only", field="user")

    def policy(self) -> AddressPolicy:
        """Public addresses, and this very address where it is written out.

        Raises Invalid for an address that nothing opens, such as a link-local one.
        """
        return policy_of(self.host)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxServer:
    """Where mail is read (IMAP). As ``MailServer``, but a password may be given in the clear on this machine.

    Raises Invalid where something would leave this machine in the clear.
    """

    host: str = "127.0.0.1"
    port: int = 143
    encryption: Encryption = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    talk_seconds: float = TALK_SECONDS

    def __post_init__(self) -> None:
        if self.encryption == "none" and not is_loopback(self.host):
            raise Invalid("mail elsewhere is read encrypted only: starttls or tls", field="encryption")

    def policy(self) -> AddressPolicy:
        """As ``MailServer.policy``."""
        return policy_of(self.host)


def policy_of(host: str) -> AddressPolicy:
    """Public addresses, and ``host`` where it is an address written out. Raises Invalid likewise."""
    try:
        own = ipaddress.ip_network(host)
    except ValueError:
        return AddressPolicy()
    try:
        return AddressPolicy(exceptions=(own,))
    except ValueError as error:
        raise Invalid(str(error), field="server") from error
