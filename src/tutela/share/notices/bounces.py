"""What a mail server says became of a message: delivery status notifications (RFC 3464, RFC 6533).

Anybody can forge one. It says that somebody should look at the address, and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]

#: Kinds of the part that holds the fields (RFC 3464, RFC 6533).
KINDS = frozenset({"message/delivery-status", "message/global-delivery-status"})
#: Recipients of one report that are read: a notice has one (ours).
RECIPIENTS_MAX = 20
#: Codes after which no letter will ever reach that mailbox: no such mailbox, no such domain, bad syntax,
#: moved, no mail taken there, mailbox switched off (RFC 3463 sections 3.2 and 3.3, RFC 7505). Others may be
#: our own trouble: a full mailbox, a policy.
DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
#: An address behind its type, as ``rfc822; abuse@host.test`` (RFC 3464 section 2.3.2).
_TYPED = re.compile(r"\s*[A-Za-z0-9-]{1,30}\s*;\s*(.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounce:
    """One recipient's line of a report. ``status`` is a code of RFC 3463, empty where none could be read."""

    action: Action
    status: str
    untrusted_recipient: str = field(repr=False)

    @property
    def is_undelivered(self) -> bool:
        """The server has given up: this message will not arrive."""
        return self.action == "failed"

    @property
    def is_permanent(self) -> bool:
        """It has given up and says that another try would end the same way."""
        return self.action == "failed" and self.status.startswith("5")

    @property
    def address_is_dead(self) -> bool:
        """It says that the mailbox is not there."""
        return self.is_permanent and self.status in DEAD


def parse_bounces(untrusted_fields: str) -> tuple[Bounce, ...]:
    """One for each recipient of a report's fields; a block without a known action is none."""
    found: list[Bounce] = []
    for block in _blocks(untrusted_fields):
        action = block.get("action", "").strip().lower()
        if action in get_args(Action) and len(found) < RECIPIENTS_MAX:
            found.append(
                Bounce(
                    action=cast(Action, action),
                    status=_status(block.get("status", "")),
                    untrusted_recipient=_recipient(block),
                )
            )
    return tuple(found)


def parse_fields(untrusted_fields: str) -> dict[str, str]:
    """The first of each field, names in lower case, folded lines put together."""
    found: dict[str, str] = {}
    name = ""
    for line in untrusted_fields.splitlines():
        if line[:1] in {" ", "\t"} and name:
            found[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower() if colon else ""
        if name and name not in found:
            found[name] = value.strip()
        else:
            name = ""
    return found


def _blocks(text: str) -> Iterator[Mapping[str, str]]:
    for block in re.split(r"(?:\r?\n){2,}", text):
        yield parse_fields(block)


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return found[0] if found else ""


def _recipient(block: Mapping[str, str]) -> str:
    """The address as we wrote it where the server tells it, else the one that it tried."""
    text = block.get("original-recipient") or block.get("final-recipient") or ""
    typed = _TYPED.fullmatch(text)
    return (typed[1] if typed else text).strip()[:320]
