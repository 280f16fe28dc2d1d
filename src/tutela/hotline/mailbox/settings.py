"""Settings of the mailboxes that are read: of answers to notices, and of reports that partners send."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class MailboxSettings(BaseModel):
    """One folder of one mailbox, which nobody else reads or empties. Off until a server is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: str = Field(
        default="",
        description="Mailbox server (IMAP), by name or address; empty: no mailbox is read. An address "
        "written out is met even where it is private; a name has to lead to public addresses (no unit). "
        "Source: RFC 3501.",
    )
    port: int = Field(
        default=993,
        ge=1,
        lt=1 << 16,
        description="Port of the mailbox server. Source: RFC 8314 (993), RFC 3501 (143).",
    )
    encryption: Literal["starttls", "tls", "none"] = Field(
        default="tls",
        description="tls, starttls, or none, which is taken for a loopback address only (no unit). Source: "
        "RFC 8314.",
    )
    user: str = Field(
        default="",
        pattern=r'^[^\s"\\(){%*\]]{0,254}$',
        description="User name at the mailbox server (no unit). Source: RFC 3501 section 6.2.3.",
    )
    password: SecretStr = Field(
        default=SecretStr(""),
        description="Password at the mailbox server; a file in the secrets folder (no unit). Source: "
        "RFC 3501 section 6.2.3.",
    )
    certificates: str = Field(
        default="",
        description="File of the authority that signed the server's certificate; empty: those of this "
        "machine (no unit). Source: RFC 8446 section 4.4.2.",
    )
    folder: str = Field(
        default="INBOX",
        pattern=r"^[A-Za-z0-9 ._/+-]{1,100}$",
        description="Folder that is read: its messages that nobody marked as read (no unit). Source: "
        "RFC 3501 section 5.1.",
    )
    poll_seconds: float = Field(
        default=60.0,
        ge=1,
        le=86_400,
        description="Seconds between two looks into the mailbox. Source: our own.",
    )


class ReplySettings(MailboxSettings):
    """The mailbox that answers to notices come to."""

    afterwards: Literal["keep", "delete"] = Field(
        default="keep",
        description="What becomes of a message that was read: keep marks it as read, delete takes an answer "
        "away once it stands in the database; others stay (no unit). Source: our own.",
    )


class ReportMailSettings(MailboxSettings):
    """The mailbox that partners send reports to; whose mail counts is named in ``hotline.senders``."""

    authserv_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._-]{0,255}$",
        description="Name by which the server that receives this mail signs what it found out about a "
        "sender, the first word of its Authentication-Results; needed, since nothing else is believed (no "
        "unit). Source: RFC 8601 section 2.5.",
    )
    afterwards: Literal["keep", "delete"] = Field(
        default="keep",
        description="What becomes of a message that was read: keep marks it as read, delete takes it away "
        "once everything that it says stands in the database; others stay (no unit). Source: our own.",
    )
