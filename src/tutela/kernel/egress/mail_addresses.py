"""A mail address read once: ASCII, one of them, nothing that a header or a command could take for more.

Quoted local parts, comments, address literals and display names are valid mail and are refused: an abuse desk
has none of them, and each has been used to smuggle a second recipient (threat model ST-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Characters of an address and of its local part (RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3, RFC 3696).
ADDRESS_CHARACTERS_MAX, LOCAL_CHARACTERS_MAX = 254, 64
#: A dot-atom (RFC 5322 section 3.2.3) without ``%`` and ``!``, which old servers read as routes.
_LOCAL = re.compile(r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*")
#: Two labels or more (RFC 1035 section 2.3.1, RFC 1123 section 2.1); international names as ``xn--``.
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, kw_only=True, slots=True)
class MailAddress:
    """One mailbox. ``host`` is the domain in lower case."""

    local: str
    host: str

    def __str__(self) -> str:
        return f"{self.local}@{self.host}"


def parse_mail_address(untrusted_text: str) -> MailAddress:
    """The mailbox that the text names. Raises ValueError for anything but a plain one."""
    local, at, domain = untrusted_text.rpartition("@")
    host = domain.lower() if domain.isascii() else ""
    if (
        not at
        or len(untrusted_text) > ADDRESS_CHARACTERS_MAX
        or len(local) > LOCAL_CHARACTERS_MAX
        or not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(host)
    ):
        raise ValueError(
            "a mail address is written as abuse@host.example, in ASCII, without a name around it"
        )
    return MailAddress(local=local, host=host)
