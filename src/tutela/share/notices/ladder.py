"""The ladder of recipients, and what is known of each: where the address is from, and why to believe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

#: Who is told, the first first (issue 5; SCART climbs from hoster to owner to registrar). ``index`` is a
#: search engine or cache, ``hotline`` the one of the country where the host stands.
Rung = Literal["hoster", "site_owner", "upstream", "registrar", "index", "hotline"]
RUNGS: tuple[Rung, ...] = get_args(Rung)
#: How somebody is told. ``form``: a person fills it in; ``api``: by a channel that the hotline has set up.
Kind = Literal["mail", "form", "api"]
#: Where an address is from.
Source = Literal[
    "book", "rdap_network", "rdap_parent", "rdap_number", "rdap_domain", "rdap_entity", "security_txt",
    "rfc2142", "table",
]  # fmt: skip
#: Whether somebody has to say yes before anything goes there: never, before the first time, each time.
Person = Literal["none", "first_contact", "always"]

Reason = Literal[
    "from_book", "book_agrees", "abuse_role", "own_table",
    "could_be_the_offender", "unconfirmed", "not_for_abuse", "guessed", "free_mailbox", "origin_unknown",
    "no_hotline_known",
]  # fmt: skip
#: What each word says to a person; those that speak for an address come first.
REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        "from_book": "the contacts book of this house names it",
        "book_agrees": "the contacts book and a registry name it independently",
        "abuse_role": "the registry names it as the contact for abuse",
        "own_table": "it came with this release, from a public page",
        "could_be_the_offender": "it belongs, or may belong, to whoever runs the reported site",
        "unconfirmed": "nobody has confirmed it yet",
        "not_for_abuse": "it is meant for something else than abuse",
        "guessed": "nobody named it; it is only usual that it exists",
        "free_mailbox": "it is a mailbox that anybody can open",
        "origin_unknown": "it is a proxy: the host behind it has to be asked for",
        "no_hotline_known": "no hotline of the country is known; tell the police of this house too",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where an address is from. ``sha256`` (hex) is of the whole answer, empty for what is no answer.

    ``url`` was asked at ``at`` (UTC), ``path`` says where in the answer the address stood.
    """

    source: Source
    url: str = field(default="", repr=False)
    path: str = ""
    at: datetime
    sha256: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody who can take the place down, or hide it, or knows who can.

    ``address`` is a mailbox, the https address of a form, or the name of a channel, by ``kind``. ``country``
    is ISO 3166-1 alpha-2 or empty; ``languages`` are in order of preference. ``reasons`` say why, and why
    not, to believe the address; ``person`` says who has to agree before it is used. With ``proxy_service``
    the notice asks for the host behind it.
    """

    rung: Rung
    kind: Kind
    address: str = field(repr=False)
    organisation: str = field(repr=False)
    country: str
    languages: tuple[str, ...]
    provenance: Provenance
    reasons: tuple[Reason, ...]
    person: Person
    proxy_service: bool = False

    @property
    def first_contact_needs_person(self) -> bool:
        """Whether somebody has to agree before the first notice goes there."""
        return self.person != "none"

    @property
    def could_be_the_offender(self) -> bool:
        """Whether a notice could warn whoever runs the site: somebody has to agree each time."""
        return "could_be_the_offender" in self.reasons
