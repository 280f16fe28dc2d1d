"""Settings of the hotline."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from tutela.hotline.operator_settings import OperatorSettings
from tutela.kernel.egress.mail_addresses import parse_mail_address


class OidcSettings(BaseModel):
    """Single sign-on with the house's own provider (OpenID Connect). Off while ``issuer`` is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(
        default="",
        description="Address of the provider, as in its tokens; empty: no single sign-on (no unit). "
        "Source: OpenID Connect Discovery 1.0, section 3.",
    )
    client_id: str = Field(
        default="",
        description="Name by which the provider knows this desk (no unit). Source: RFC 6749, section 2.2.",
    )
    client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret shared with the provider; in the secrets folder (no unit). "
        "Source: RFC 6749, section 2.3.1.",
    )
    hosts: tuple[str, ...] = Field(
        default=(),
        description="Further hosts at which the provider may name its own addresses; every other one but the "
        "issuer's is refused (no unit). Source: our own.",
    )
    networks: tuple[str, ...] = Field(
        default=(),
        description="Private networks in which the provider may stand, such as 10.1.0.0/16 (no unit). "
        "Source: threat model ST-01.",
    )
    name: str = Field(
        default="Single sign-on",
        description="What the button on the sign-in page says (no unit). Source: our own.",
    )


class OwnHelpSettings(BaseModel):
    """A place of help that a portal names before those of the directory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["emergency", "police", "children", "removal", "report", "worried"] = Field(
        default="children",
        description="What somebody finds there, a kind of the directory (no unit). Source: "
        "docs/reference/help.md.",
    )
    name: str = Field(description="Its name (no unit). Source: the operator.")
    phone: str = Field(
        default="", description="Its number, as people dial it (no unit). Source: the operator."
    )
    web: str = Field(
        default="",
        pattern=r"^(https://\S+)?$",
        description="Its page, https:// (no unit). Source: the operator.",
    )


class PortalSettings(BaseModel):
    """One face of this installation to the public: a country, its languages, a name and a look."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{1,23}$",
        description="Word by which it is kept with its reports, and first part of its addresses where it "
        "has no "
        "host of its own (no unit). Source: the operator's choice.",
    )
    hosts: tuple[str, ...] = Field(
        default=(),
        description="Host names that lead to it, in lower case; none: it is below public_url, under its key "
        "(no unit). Source: issue 5, portals.",
    )
    name: str = Field(
        default="", description="What stands at the head of its pages (no unit). Source: the operator."
    )
    country: str = Field(
        default="",
        pattern=r"^([A-Z]{2})?$",
        description="Country whose help is shown until the reader chooses another one, ISO 3166-1 alpha-2; "
        "empty: none (no unit). Source: standards 14.7, the person chooses.",
    )
    languages: tuple[str, ...] = Field(
        default=(),
        description="Languages that it offers, the first where the reader's is not among them; empty: all "
        "(no "
        "unit). Source: decisions.md section 8.",
    )
    look: Literal["blue", "green", "plum", "slate", "teal"] = Field(
        default="blue",
        description="Colour of its links and buttons; each keeps a contrast of 4.5 to 1 (no unit). Source: "
        "WCAG 2.2, "
        "1.4.3.",
    )
    help: tuple[OwnHelpSettings, ...] = Field(
        default=(),
        description="Places of help that stand before those of the directory (no unit). Source: issue 5.",
    )
    operator: OperatorSettings | None = Field(
        default=None,
        description="Who runs it, where that is not who runs the house, as [hotline.portals.operator]; "
        "empty: the house's (no unit). Source: issue 5, privacy notice and imprint.",
    )


class SenderSettings(BaseModel):
    """A partner or a helpline that hands reports in: through the API by its token, by mail, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{1,23}$",
        description="Word by which its reports are marked, and its user name (no unit). Source: the "
        "operator's "
        "choice.",
    )
    token_sha256: str = Field(
        default="",
        pattern=r"^([0-9a-f]{64})?$",
        description="SHA-256 of its token, hexadecimal; tutela report token makes one; empty: it has none "
        "(no unit). Source: our own, 160 random bits need no slow digest.",
    )
    mailboxes: tuple[str, ...] = Field(
        default=(),
        description="Mail addresses whose mail to the mailbox of reports counts as its own, where our mail "
        "server vouches for their domain (no unit). Source: issue 5, sender allow-list.",
    )
    urgent: bool = Field(
        default=False,
        description="Whether it may mark a report as urgent (no unit). Source: decisions.md section 2, "
        "urgent.",
    )

    @field_validator("mailboxes")
    @classmethod
    def _mailboxes_are_plain(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(parse_mail_address(one)).lower() for one in value)


class HotlineSettings(BaseModel):
    """Where the hotline stands. What it may do is no setting: that is the signed mandate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: SecretStr = Field(
        default=SecretStr(""),
        description="postgresql://USER@HOST/DATABASE for several machines, with a password in the secrets "
        "folder. Empty: hotline.sqlite in TUTELA_HOME (no unit). Source: architecture.md, the database.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8700",
        description="Address under which the public reaches intake and appeal, as in notices and receipts "
        "(no unit). Source: decisions.md section 8, ports.",
    )
    onion_url: str = Field(
        default="",
        pattern=r"^(http://([a-z0-9-]+\.)?[a-z2-7]{56}\.onion)?$",
        description="Address of the same pages as an onion service, http:// without a path; empty: none (no "
        "unit). Source: Tor rend-spec-v3, section 6, encoding onion addresses; RFC 7686.",
    )
    desk_url: str = Field(
        default="http://localhost:8701",
        description="Address of the staff's desk; passkeys are bound to its host, which must be a name (no "
        "unit). Source: decisions.md section 8, ports; Web Authentication Level 3, section 5.1.3.",
    )
    public_listen: str = Field(
        default="127.0.0.1:8700",
        pattern=r"^(\[[0-9a-fA-F:]+\]|[0-9a-zA-Z.-]+):[0-9]{1,5}$",
        description="Address and port at which the public process listens, behind whatever public_url leads "
        "to (no unit). Source: decisions.md section 8, ports.",
    )
    desk_listen: str = Field(
        default="127.0.0.1:8701",
        pattern=r"^(\[[0-9a-fA-F:]+\]|[0-9a-zA-Z.-]+):[0-9]{1,5}$",
        description="Address and port at which the desk listens, behind whatever desk_url leads to (no "
        "unit). Source: decisions.md section 8, ports.",
    )
    spare: str = Field(
        default="",
        description="Folder in which sealed reports wait while the database takes nothing, best on another "
        "disk. Empty: spare in TUTELA_HOME (no unit). Source: fault injection guide, FI-05.",
    )
    drop_folder: str = Field(
        default="",
        description="Folder in which partners, each in a folder of its own, find the sealed referrals to "
        "them. Empty: partners in TUTELA_HOME (no unit). Source: issue 5, referral to police.",
    )
    portals: tuple[PortalSettings, ...] = Field(
        default=(),
        description="Faces of this installation to the public, as [[hotline.portals]]; none: one, at "
        "public_url, "
        "of no country (no unit). Source: issue 5, 30 portals and more in one installation.",
    )
    senders: tuple[SenderSettings, ...] = Field(
        default=(),
        description="Partners and helplines that hand reports in by API or mail, as [[hotline.senders]] "
        "(no unit). "
        "Source: issue 5, intake.",
    )
    leave_to: str = Field(
        default="https://www.wikipedia.org/",
        pattern=r"^https://[A-Za-z0-9.-]+(/\S*)?$",
        description="Where the link leads with which a reader leaves in a hurry (no unit). Source: our "
        "own, a page "
        "that anybody may have open.",
    )
    reports_per_second: float = Field(
        default=5.0,
        gt=0,
        le=1_000,
        description="Reports a second that each lane of the public form takes in: plain, waited or worked "
        "for, "
        "urgent. Above it a reader waits 20 seconds. Source: our own, some 60 ms of processor time each.",
    )
    vantages: tuple[str, ...] = Field(
        default=("direct",),
        min_length=1,
        description="Ways to the internet from which a place is looked at again: direct, proxied where "
        "egress.socks names a proxy, and the names of egress.vantages. A removal needs two (no unit). "
        "Source: decisions.md section 2.",
    )
    workers: int = Field(
        default=2,
        ge=1,
        le=32,
        description="Workers that `tutela up` starts; each does one job at a time (a count). Source: our "
        "own, one for each core.",
    )
    host_jobs_max: int = Field(
        default=2,
        ge=1,
        le=100,
        description="Jobs that concern one host and run at once, all workers together (a count). Source: our "
        "own; the network door has limits of its own beside it.",
    )
    host_apart_seconds: float = Field(
        default=1.0,
        ge=0,
        le=3_600,
        description="Seconds between the beginnings of two jobs that concern one host, and from the end of "
        "one to the next, for each request that a job makes. Source: our own.",
    )
    fallen_items_max: int = Field(
        default=50,
        ge=0,
        le=1_000_000,
        description="Items that one list may cease to know at once: what was said of them is taken back by "
        "itself. Of more, a person is asked first (a count). Source: our own, a list that lost so much may "
        "be damaged.",
    )
    operator: OperatorSettings = Field(
        default_factory=OperatorSettings,
        description="Who runs the hotline, for imprint and privacy notice (no unit). Source: issue 5, "
        "privacy notice and imprint.",
    )
    oidc: OidcSettings = Field(
        default_factory=OidcSettings,
        description="Single sign-on (no unit). Source: issue 4, staff.",
    )

    @field_validator("senders")
    @classmethod
    def _mailboxes_have_one_owner(cls, value: tuple[SenderSettings, ...]) -> tuple[SenderSettings, ...]:
        mailboxes = [one for sender in value for one in set(sender.mailboxes)]
        if len(mailboxes) != len(set(mailboxes)):
            raise ValueError("a mailbox belongs to one sender")
        return value

    def spare_folder(self, home: Path) -> Path:
        """Where reports wait that the database did not take."""
        return Path(self.spare) if self.spare else home / "spare"
