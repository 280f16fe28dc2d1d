"""Names over UDP, and the same without a server."""

from __future__ import annotations

import pytest
from dnslib import QTYPE, RCODE, DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.world.worlds import StillWorld
from tutela.demo.world.zones import AskedNames, NameServer, Zone
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.resolving import pinned
from tutela.kernel.errors import Refused, Unavailable

POLICY = AddressPolicy(exceptions=networks(["127.77.0.0/24"]))


def a_zone() -> Zone:
    return Zone({"one.test": "127.77.0.10"})


def asked(zone: Zone, name: str, kind: str) -> DNSRecord:
    return DNSRecord.parse(zone.reply(bytes(DNSRecord.question(name, kind).pack())))


def test_addresses_mail_and_texts_are_answered() -> None:
    zone = a_zone()
    zone.texts["key._domainkey.one.test"] = "v=DKIM1; p=" + "A" * 300
    assert [str(record.rdata) for record in asked(zone, "One.test", "A").rr] == ["127.77.0.10"]
    assert str(asked(zone, "one.test", "MX").rr[0].rdata) == "10 mail.test."
    text = b"".join(asked(zone, "key._domainkey.one.test", "TXT").rr[0].rdata.data)
    assert text == b"v=DKIM1; p=" + b"A" * 300
    assert asked(zone, "one.test", "AAAA").rr == []
    assert [record.rtype for record in asked(zone, "sixes.test", "AAAA").rr] == [QTYPE.AAAA]


def test_names_that_fail_say_so() -> None:
    zone = a_zone()
    assert asked(zone, "nowhere.test", "A").header.rcode == RCODE.NXDOMAIN
    assert asked(zone, "servfail.test", "A").header.rcode == RCODE.SERVFAIL
    assert str(asked(zone, "one-of-two.test", "A").rr[0].rdata) == "two-of-two.test."


def test_a_rebinding_name_changes_and_the_door_refuses_its_second_face() -> None:
    zone = a_zone()
    assert pinned("rebinding.test", POLICY, zone) == ("127.77.0.9",)
    with pytest.raises(Refused):
        pinned("rebinding.test", POLICY, zone)
    for name in ("inward.test", "mixed.test", "metadata.test"):
        with pytest.raises(Refused):
            pinned(name, POLICY, zone)
    with pytest.raises(Unavailable):
        zone.addresses("nowhere.test")


def test_another_process_can_ask_the_server(world: StillWorld) -> None:
    names = AskedNames(*world.name_server)
    assert names.addresses("obedient.test") == ["127.77.0.10"]
    assert names.addresses("sixes.test") == ["::1"]
    for name in ("nowhere.test", "servfail.test", "one-of-two.test"):
        with pytest.raises(Unavailable):
            names.addresses(name)


def test_what_is_no_question_gets_no_answer_and_harms_nothing(world: StillWorld) -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.sendto(b"nonsense", world.name_server)
    assert AskedNames(*world.name_server).addresses("slow.test") == ["127.77.0.11"]


class Kept:
    """A transport that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def sendto(self, data: bytes, addr: object) -> None:
        self.sent.append(data)


@given(st.one_of(st.binary(max_size=80), st.binary(max_size=40).map(lambda tail: b"\0\1\1\0\0\1" + tail)))
def test_any_bytes_get_an_answer_or_none(data: bytes) -> None:
    server, transport = NameServer(a_zone()), Kept()
    server.connection_made(transport)  # type: ignore[arg-type]  # it needs no more than to send
    server.datagram_received(data, ("127.0.0.1", 53))
    assert len(transport.sent) <= 1


@given(st.sampled_from(["one.test", "rebinding.test", "servfail.test", "x.test"]), st.integers(0, 65_535))
def test_every_kind_of_question_has_an_answer(name: str, kind: int) -> None:
    question = DNSRecord.question(name)
    question.q.qtype = kind
    assert DNSRecord.parse(a_zone().reply(bytes(question.pack()))).header.id == question.header.id
