"""Addresses that somebody writes to make us meet what we must not, and some that are fine (bar i3-2).

The lists are the threat model's (ST-01, Appendix B) and stand here by themselves: a mistake in the product's
own table must not be repeated by its test. What counts as fine is ``GOOD``, and nothing else.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

#: The only two addresses that may be met; both are local inside the namespace, and belong to nobody there.
GOOD = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946")
#: Appendix B section 10.1, every row.
ROWS = (
    "224.0.0.1", "239.1.1.1", "ff02::1", "192.0.0.8", "192.0.0.9", "192.88.99.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "fec0::1", "5f00::1", "3fff::1", "0.0.0.0",
    "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "198.18.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2001:0:7f00:1::1", "2001:db8::1", "100::1",
    "fc00::1", "fe80::1",
)  # fmt: skip
#: Metadata services of clouds, and neighbours of the rows.
MORE = (
    "169.254.170.2", "100.100.100.200", "192.168.1.1", "172.16.0.1", "127.8.8.8", "fd00:ec2::254",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2620:4f:8000::1", "4000::1", "168.63.129.16",
)  # fmt: skip
#: Hosts that mean one of the above to somebody (sections 10.2 and 10.3), and user names that look like hosts.
SPELLINGS = (
    "127.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1", "0x7f.1", "0x7F.0.0.0x1", "127.0.1",
    "0", "①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1", "%31%32%37.0.0.1", "127%2e0.0.1", "127.0.0.1.",
    "0.0.0.0.", "localhost", "localhost.", "LocalHost", "ⓛocalhost", "loc\u00adalhost",
    "0xa9fea9fe", "2852039166", "169.254.43518", "0251.0376.0251.0376", "[::]", "[::ffff:127.0.0.1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[::127.0.0.1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[::1]:80", "127.0.0.1:80", "good.test@127.0.0.1",
    "good.test:80@127.0.0.1", "good.test%2f@127.0.0.1", "good.test%00@127.0.0.1", "good.test\\@127.0.0.1",
    "127.0.0.1\\@good.test", "127.0.0.1#@good.test", "127.0.0.1?@good.test", "127.0.0.1%23.good.test",
    "127.0.0.1 .good.test", "127.0.0.1%00.good.test", "127.0.0.1\t.good.test", "good.test\t@127.0.0.1",
)  # fmt: skip
#: Names with something odd in them; the name server gives each a forbidden address.
ODD_NAMES = (
    "a_b.test", "-a.test", "a-.test", "a!b.test", "*.test", "a$(b).test", "a,b.test", "a'b.test", "a;b.test",
    "xn--a.test", "bücher.test", "127.0.0.1.rebind.test", "7f000001.rebind.test",
    "metadata.google.internal", "metadata", "www.good.test.evil.test", f"{'a' * 63}.test", f"{'a' * 64}.test",
    f"{'.'.join(['abcdefg'] * 31)}.test", f"{'.'.join(['abcdefg'] * 40)}.test", "a..test", ".test", "test..",
    "evil.test.",
)  # fmt: skip
#: Whole URLs that no fetch should take.
WHOLE = (
    "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "gopher://127.0.0.1:6379/_INFO", "ftp://127.0.0.1/",
    "dict://127.0.0.1:6379/info", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "data:text/plain,x",
    "javascript:fetch('http://127.0.0.1/')", "http:///127.0.0.1/", "http:127.0.0.1", "http:/127.0.0.1",
    "http:\\\\127.0.0.1/", "//127.0.0.1/x", "ht\ntp://127.0.0.1/", "http://", "http://:80/", "127.0.0.1",
    "http://good.test:22/", "http://good.test:25/", "http://good.test:6379/", "http://good.test:8702/",
    "http://good.test:0/", "http://good.test:65616/", "http://good.test:80:22/", "http://169.254.169.254:80/latest/",
    "https://10.1.2.3/", "https://[::1]/", "http://user:word@good.test/", "http://[::1%00]/",
)  # fmt: skip
#: Redirects that are read in two ways, or lead out by themselves; they come from the good host.
LOCATIONS = (
    "//127.0.0.1/", "///127.0.0.1/", "/\\127.0.0.1/", "\\\\127.0.0.1/", "\\/127.0.0.1/",
    "http:\\\\127.0.0.1/", "//user@127.0.0.1/", "//good.test@127.0.0.1/", "https://127.0.0.1/", "http://good.test:22/",
    "file:///etc/passwd", "gopher://127.0.0.1:6379/", "//[::1]/", "http://127.0.0.1\r\n.good.test/",
)  # fmt: skip

#: Fetched where a SOCKS proxy is set, which resolves them itself; refused where none is.
ONIONS = ("http://expyuzz4wqqyqhjn.onion/", "http://EXPYUZZ4WQQYQHJN.Onion./x", "http://a.b.onion/")

Answers = Sequence[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vector:
    """One address to be fetched. ``zone``: what the name server says to the first, second, ... question."""

    way: str
    about: str
    url: str
    zone: Mapping[str, Answers] = field(default_factory=dict)
    expected: Literal["refused", "fetched"] = "refused"


def leading(location: str, host: str = "good.test") -> str:
    """The address on the good host that redirects to ``location``."""
    return f"http://{host}/to/{urlsafe_b64encode(location.encode()).decode()}"


def written(address: str) -> str:
    """The address as a URL has it."""
    return f"http://[{address}]/" if ":" in address else f"http://{address}/"


def vectors() -> list[Vector]:
    """Every vector; each name of a zone occurs once, so that its questions can be counted."""
    made = [*_forms(), *_spellings(), *_odd_names(), *_wholes(), *_names()]
    return [*made, *_fine()]


def _forms() -> Iterator[Vector]:
    for number, form in enumerate((*ROWS, *MORE)):
        yield Vector(way="written out", about=form, url=written(form))
        yield Vector(way="redirect", about=form, url=leading(written(form)))
        yield _named("resolved", form, f"a{number}.test", [(form,)])
        yield _named("among good ones", form, f"m{number}.test", [(*GOOD, form)])
        yield _named("rebinding", form, f"r{number}.test", [(GOOD[0],), (form,)], fine=True)


def _spellings() -> Iterator[Vector]:
    for host in SPELLINGS:
        yield Vector(way="spelling", about=host, url=f"http://{host}/")
        yield Vector(way="spelling in a redirect", about=host, url=leading(f"http://{host}/"))


def _odd_names() -> Iterator[Vector]:
    for name in ODD_NAMES:
        asked = name if name.isascii() else name.encode("idna").decode()
        zone = {asked.removesuffix("."): [("127.0.0.1",)]}
        yield Vector(way="odd name", about=name, url=f"http://{name}/", zone=zone)


def _wholes() -> Iterator[Vector]:
    for url in (*WHOLE, *ONIONS):
        yield Vector(way="whole address", about=url, url=url)
    for location in LOCATIONS:
        yield Vector(way="redirect that is read in two ways", about=location, url=leading(location))


def _names() -> Iterator[Vector]:
    """What only a name server and a patient host can do."""
    good, bad = GOOD[0], "10.1.2.3"
    many = tuple(f"93.184.216.{number}" for number in range(1, 31))
    yield _named("many answers", "30 good, one not", "many.test", [(*many, bad)])
    more = tuple(f"93.184.217.{number}" for number in range(1, 4))
    yield _named("many answers", "more than are looked at", "more.test", [(*many, *more, bad)])
    yield _named("many answers", "both families, the other one bad", "other.test", [(good, "::1")])
    yield _named("no answer", "none", "none.test", [()])
    yield _named("rebinding", "back and forth", "flip.test", [(good,), (bad,), (good,), (bad,)], fine=True)
    yield _named("rebinding", "bad first", "first.test", [(bad,), (good,)])
    yield _named("rebinding", "the other family", "family.test", [(good,), ("::1",)], fine=True)
    yield _named(
        "rebinding", "only at the redirect", "late.test", [(good,), (bad,)], path="/to/" + _again("late.test")
    )
    chain = leading("http://10.1.2.3/")
    for _ in range(4):
        chain = leading(chain)
    yield Vector(way="redirect", about="forbidden at the fifth", url=chain)
    yield Vector(way="redirect", about="one too many", url=leading(leading(chain)))
    yield _named("redirect", "to a name that is forbidden", "x1.test", [(bad,)], lead=True)
    yield _named("redirect", "to a name that is partly forbidden", "x2.test", [(good, bad)], lead=True)
    yield _named("redirect", "to a name that rebinds", "x3.test", [(good,), (bad,)], lead=True, fine=True)


def _again(host: str) -> str:
    return urlsafe_b64encode(f"http://{host}/".encode()).decode()


def _named(
    way: str,
    about: str,
    host: str,
    answers: Answers,
    *,
    fine: bool = False,
    lead: bool = False,
    path: str = "/",
) -> Vector:
    url = f"http://{host}{path}"
    return Vector(
        way=way,
        about=about,
        url=leading(url) if lead else url,
        zone={host: answers},
        expected="fetched" if fine else "refused",
    )


def _fine() -> Iterator[Vector]:
    """What must be fetched, or the bar would be met by a fetcher that does nothing."""
    urls = [
        *(written(address) for address in GOOD), "http://good.test/", "http://GOOD.test:80/a/../b?x#y",
        "http://good.test./", "http://good.test/a b", "http://good.test#@127.0.0.1/", "http://good.test?@127.0.0.1",
        "http://good.test/@127.0.0.1/", "http://[::ffff:93.184.216.34]/", leading("http://good.test/"),
        leading("/straße"), leading(leading(leading(leading(leading("http://good.test/"))))),
    ]  # fmt: skip
    for url in urls:
        yield Vector(way="fine", about=url, url=url, expected="fetched")
    yield _named("fine", "both families", "both.test", [GOOD], fine=True)
    yield _named("fine", "IPv6 alone", "six.test", [GOOD[1:]], fine=True)
    yield _named("fine", "an international name", "xn--strae-oqa.test", [GOOD[:1]], fine=True)
