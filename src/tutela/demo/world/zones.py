"""The names of the benign internet: a small name server over UDP, and the same answers without a server."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dnslib import AAAA, CNAME, MX, QTYPE, RCODE, RR, TXT, A, DNSError, DNSRecord

from tutela.kernel.errors import Unavailable

#: Seconds for which an answer may be kept: no longer than one look.
LIFE_SECONDS = 1
#: Seconds that an asker waits.
ASK_SECONDS = 5.0
#: The name of the mail server, to which every name's MX leads.
MAIL_HOST = "mail.test"
#: Names whose address changes from one question to the next, or leads where nothing may be met (ST-01).
REBINDING = {
    "rebinding.test": (("127.77.0.9",), ("169.254.169.254",)),
    "inward.test": (("127.0.0.1",),),
    "mixed.test": (("127.77.0.9", "10.0.0.1"),),
    "metadata.test": (("169.254.169.254",),),
}
#: Names about which the server fails, and which are aliases of each other.
FAILING, CIRCLE = (
    "servfail.test",
    {"one-of-two.test": "two-of-two.test", "two-of-two.test": "one-of-two.test"},
)
#: A name that has an address of IPv6 only.
SIXES = {"sixes.test": "::1"}


class Zone:
    """Every name under ``.test`` that the world knows. A ``Resolver`` of ``kernel.egress``, too."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(addresses)
        self._turns = {name: itertools.cycle(answers) for name, answers in REBINDING.items()}
        #: Texts by name: a hotline's DKIM key goes here (RFC 6376 section 3.6.2).
        self.texts: dict[str, str] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str) -> Sequence[str]:
        """The addresses of a name at this moment. Raises Unavailable for a name that has none."""
        found = self.fours(host) or ([SIXES[host]] if host in SIXES else [])
        if not found:
            raise Unavailable("the name has no address")
        return found

    def fours(self, host: str) -> list[str]:
        """Its IPv4 addresses, none where there are none; a rebinding name takes its next turn."""
        with self._lock:
            if host in self._turns:
                return list(next(self._turns[host]))
        return [self._addresses[host]] if host in self._addresses else []

    def reply(self, untrusted_question: bytes) -> bytes:
        """The answer to one question of the protocol. Raises DNSError for what is none."""
        asked = DNSRecord.parse(untrusted_question)
        name, kind = str(asked.q.qname).rstrip(".").lower(), QTYPE[asked.q.qtype]
        answer = asked.reply()
        if name == FAILING:
            answer.header.rcode = RCODE.SERVFAIL
        elif not self._knows(name):
            answer.header.rcode = RCODE.NXDOMAIN
        else:
            for data in self._data(name, kind):
                answer.add_answer(RR(asked.q.qname, data[0], ttl=LIFE_SECONDS, rdata=data[1]))
        return bytes(answer.pack())

    def _knows(self, name: str) -> bool:
        return any(name in names for names in (self._addresses, self._turns, self.texts, CIRCLE, SIXES))

    def _data(self, name: str, kind: str) -> Iterable[tuple[int, Any]]:
        """(type, data) of each record that answers."""
        if name in CIRCLE:
            yield QTYPE.CNAME, CNAME(CIRCLE[name])
        elif kind == "A":
            yield from ((QTYPE.A, A(address)) for address in self.fours(name))
        elif kind == "AAAA" and name in SIXES:
            yield QTYPE.AAAA, AAAA(SIXES[name])
        elif kind == "MX" and name in self._addresses:
            yield QTYPE.MX, MX(MAIL_HOST, 10)
        elif kind == "TXT" and name in self.texts:
            text = self.texts[name].encode("ascii")
            yield QTYPE.TXT, TXT([text[start : start + 255] for start in range(0, len(text), 255)])


class NameServer(asyncio.DatagramProtocol):
    """The zone, spoken over UDP."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go out through."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer one question; what is none gets no answer."""
        try:
            self._transport.sendto(self._zone.reply(data), addr)
        except (DNSError, ValueError, IndexError):
            return


class AskedNames:
    """A ``Resolver`` that asks the world's name server: for processes other than the world's own."""

    def __init__(self, address: str, port: int) -> None:
        self._address, self._port = address, port

    def addresses(self, host: str) -> Sequence[str]:
        """The addresses of a name, IPv4 before IPv6. Raises Unavailable for a name that has none in time."""
        found = [one for kind in ("A", "AAAA") for one in self._asked(host, kind)]
        if not found:
            raise Unavailable("the name has no address")
        return found

    def _asked(self, host: str, kind: str) -> list[str]:
        try:
            question = DNSRecord.question(host, kind)
            told = DNSRecord.parse(question.send(self._address, self._port, timeout=ASK_SECONDS))
        except (DNSError, OSError, ValueError) as error:
            raise Unavailable("the name server of the demonstration did not answer") from error
        return [str(record.rdata) for record in told.rr if record.rtype == getattr(QTYPE, kind)]
