"""What a letter says, checked: one recipient, the addresses, and why. All rendering starts here.

Values are checked when they are made, so that a renderer needs no rules of its own: what stands in a header
or a line of its own is one line of printable characters. No address shows in ``repr``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tutela.kernel.egress.addresses import Address
from tutela.kernel.egress.mail_addresses import MailAddress
from tutela.kernel.egress.urls import Url, read_url
from tutela.kernel.errors import Invalid
from tutela.kernel.ids import is_id
from tutela.kernel.taxonomy.classes import legal_classes
from tutela.share.notices.ladder import Rung

#: How we know: byte for byte an assessed file, or people who looked (decisions.md section 2, ``confirmed``).
Basis = Literal["sha256", "person"]
#: What the recipient's law asks to be kept (``laws.toml``).
Keeping = Literal["as_law", "police", "delete", "us"]
#: Where a digest is told: nowhere, in the letter and its list, or in the X-ARF part as well, which is for
#: recipients who agreed to get digests (standards 10b.5, privacy).
Digests = Literal["none", "letter", "machine"]
#: The severity that an analyst chose; never derived from another scheme (standards 06, last rule).
Classification = Literal["", "baseline", "A1", "A2", "B1", "B2"]

#: Addresses of one letter: 300 of 200 characters stay below a message's 1 MiB with all parts
#: (test_letters.py). Whoever has more makes several notices.
SIGHTINGS_MAX = 300
#: Characters of a name, a legal base or a citation, which stand in the letter on a line of their own (ours).
LINE_CHARACTERS_MAX = 300
#: ``<left@right>`` without anything that ends a header or a list of them (RFC 5322 section 3.6.4).
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+=-]{1,120}@[a-z0-9.-]{1,253}>")
#: What stands behind ``/verify/``: an id of kernel.ids, or a token of the same alphabet and hyphens.
TOKEN = re.compile(r"[A-Za-z0-9_-]{10,80}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Letterhead:
    """Whose letter it is: the mailbox, the house's name, the root of its public pages, where to object."""

    sender: MailAddress
    name: str
    public_url: str
    appeal: str = ""

    def __post_init__(self) -> None:
        _check_line(self.name, "name", characters_max=80)
        if read_url(self.public_url, field="public_url").canonical.rstrip("/") != self.public_url:
            raise Invalid(
                "the root of the public pages is written as https://host.example", field="public_url"
            )
        if self.appeal:
            _check_line(self.appeal, "appeal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """An address and what was met there: times in UTC, network address, network number, country, SHA-256.

    ``notice`` is its number in a letter of several: what takes one back names that and no address.
    """

    url: Url = field(repr=False)
    first_seen: datetime
    last_seen: datetime
    address: Address | None = field(default=None, repr=False)
    network_number: int | None = None
    country: str = ""
    sha256: str = field(default="", repr=False)
    notice: str = ""

    def __post_init__(self) -> None:
        if self.notice and not is_id(self.notice):
            raise Invalid("a notice is named by its id", field="notice")
        if self.first_seen.tzinfo is None or self.last_seen.tzinfo is None:
            raise Invalid("a time has a zone", field="seen")
        if self.first_seen > self.last_seen:
            raise Invalid("nothing is seen last before it is seen first", field="seen")
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            raise Invalid("a SHA-256 is 64 hexadecimal digits in lower case", field="sha256")
        if self.network_number is not None and not 0 < self.network_number < 1 << 32:
            raise Invalid("a network number is 1 to 4294967295", field="network_number")
        if self.country and not re.fullmatch("[A-Z]{2}", self.country):
            raise Invalid("a country is two capital letters, such as NL", field="country")


@dataclass(frozen=True, kw_only=True, slots=True)
class Law:
    """What a country says: the provision as it is cited there (may be empty), and what it asks to be kept."""

    country: str
    citation: str = ""
    keeping: Keeping = "as_law"
    in_union: bool = False

    def __post_init__(self) -> None:
        if self.citation:
            _check_line(self.citation, "citation")


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """An order of an authority that the house hands on: who gave it, under which provision, until when."""

    authority: str
    legal_base: str
    deadline: datetime

    def __post_init__(self) -> None:
        _check_line(self.authority, "authority")
        _check_line(self.legal_base, "legal_base")
        if self.deadline.tzinfo is None:
            raise Invalid("a time has a zone", field="deadline")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """That it was written before: which reminder this is (from 1), the first letter's day and Message-ID."""

    number: int
    first_sent: datetime
    first_message_id: str

    def __post_init__(self) -> None:
        if self.number < 1:
            raise Invalid("reminders are counted from 1", field="number")
        _check_message_id(self.first_message_id, "first_message_id")


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeContent:
    """One letter to one recipient. With ``order`` it is an order, without one a request.

    ``notice`` is its number: a letter's own where every sighting has a number of a notice, else a notice's.
    ``is_proxy`` adds the question for the origin. ``names_notifier`` may be off for abuse of children only
    (DSA Article 16(2)(c)). ``language`` is a tag such as ``pt-BR``; a language we do not write gets English.
    """

    notice: str
    message_id: str
    verify_token: str
    recipient: MailAddress
    language: str
    rung: Rung
    legal_class: str
    basis: Basis
    sightings: tuple[Sighting, ...] = field(repr=False)
    is_proxy: bool = False
    sender_law: Law | None = None
    receiver_law: Law | None = None
    order: Order | None = None
    reminder: Reminder | None = None
    classification: Classification = ""
    digests: Digests = "letter"
    names_notifier: bool = True

    def __post_init__(self) -> None:
        _check_numbers(self)
        if not 0 < len(self.sightings) <= SIGHTINGS_MAX:
            raise Invalid(f"a notice names 1 to {SIGHTINGS_MAX} addresses", field="sightings")
        if self.legal_class not in {known.name for known in legal_classes()}:
            raise Invalid("a notice says which legal class it is about", field="legal_class")
        if not self.names_notifier and self.legal_class not in {"csam", "generated_csam"}:
            raise Invalid(
                "the notifier is left out for sexual abuse of children only", field="names_notifier"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class RetractionContent:
    """That a notice is taken back, to the recipient who got it. It names no address: it has none.

    ``retracts_message_id`` is empty where nobody knows in which letter it went out.
    """

    notice: str
    message_id: str
    verify_token: str
    recipient: MailAddress
    language: str
    retracts: str
    retracts_message_id: str
    retracts_sent: datetime

    def __post_init__(self) -> None:
        _check_numbers(self)
        if not is_id(self.retracts):
            raise Invalid("a notice is named by its id", field="retracts")
        if self.retracts_message_id:
            _check_message_id(self.retracts_message_id, "retracts_message_id")


def _check_numbers(content: NoticeContent | RetractionContent) -> None:
    if not is_id(content.notice):
        raise Invalid("a notice is named by its id", field="notice")
    _check_message_id(content.message_id, "message_id")
    if not TOKEN.fullmatch(content.verify_token):
        raise Invalid("a token has 10 to 80 letters, digits, _ and -", field="verify_token")
    if not _LANGUAGE.fullmatch(content.language):
        raise Invalid("a language is a tag such as pt or pt-BR", field="language")


def _check_message_id(text: str, name: str) -> None:
    if not MESSAGE_ID.fullmatch(text):
        raise Invalid("a Message-ID is written as <left@host.example>", field=name)


def _check_line(text: str, name: str, *, characters_max: int = LINE_CHARACTERS_MAX) -> None:
    if not text.strip() or not text.isprintable() or len(text) > characters_max:
        raise Invalid(f"this is one line of at most {characters_max} printable characters", field=name)
