"""A name becomes addresses once; all of them are judged; what connects later gets these and no name.

Resolving again at connection time would let a name server answer twice (DNS rebinding, ST-01), and one
forbidden answer among good ones refuses the name as a whole. The spelling of the host proves nothing:
``getaddrinfo`` takes ``0x7f000001`` for 127.0.0.1 (threat model section 10.2), so answers are judged.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol

from tutela.kernel.egress.addresses import AddressPolicy, Judged
from tutela.kernel.errors import Refused, Unavailable

#: Seconds for one resolution. The system's resolver gives up after 2 x 5 s a server (resolv.conf(5)).
RESOLVE_TIMEOUT_SECONDS = 10.0
#: Addresses of one name that are looked at; a name with more is an attack or a mistake.
ADDRESSES_MAX = 32


class Resolver(Protocol):
    """Turns a host into address literals."""

    def addresses(self, host: str) -> Sequence[str]:
        """The address literals of ``host``, best first. Raises Unavailable when there are none in time."""
        ...


class SystemResolver:
    """The resolver of this machine, with a time limit that ``getaddrinfo`` itself does not have."""

    def __init__(self, *, timeout_seconds: float = RESOLVE_TIMEOUT_SECONDS) -> None:
        self._timeout_seconds = timeout_seconds

    def addresses(self, host: str) -> Sequence[str]:
        """The address literals of ``host``. Raises Unavailable when there are none in time."""
        answers: SimpleQueue[tuple[str, ...]] = SimpleQueue()
        threading.Thread(target=_look_up, args=(host, answers), daemon=True).start()
        try:
            found = answers.get(timeout=self._timeout_seconds)
        except Empty as error:
            raise Unavailable("the name server did not answer in time") from error
        if not found:
            raise Unavailable("the name has no address")
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedResolver:
    """A resolver with a table. For tests: each call takes the next answer, the last one stays."""

    table: Mapping[str, list[tuple[str, ...]]]

    def addresses(self, host: str) -> Sequence[str]:
        """The next answer of the table. Raises Unavailable for a host that it does not hold."""
        answers = self.table.get(host)
        if not answers:
            raise Unavailable("the name has no address")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def pinned(host: str, policy: AddressPolicy, resolver: Resolver) -> tuple[str, ...]:
    """The addresses that a connection to ``host`` may use, best first, each of them judged.

    Raises Refused when any of them may not be connected to, Unavailable when there is none.
    """
    untrusted = list(dict.fromkeys(resolver.addresses(host)))[: ADDRESSES_MAX + 1]
    if len(untrusted) > ADDRESSES_MAX:
        raise Refused("the destination has too many addresses")
    judged = [_judge(policy, address) for address in untrusted]
    if not judged:
        raise Unavailable("the name has no address")
    if not all(one.allowed for one in judged):
        raise Refused("the destination resolves to an address that may not be connected to")
    return tuple(str(one.address) for one in judged)


def _judge(policy: AddressPolicy, untrusted_address: str) -> Judged:
    try:
        return policy.judge(untrusted_address)
    except ValueError as error:
        raise Refused("the name server answered with something that is no address") from error


def _look_up(host: str, answers: SimpleQueue[tuple[str, ...]]) -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    answers.put(tuple(str(one[4][0]) for one in found))
