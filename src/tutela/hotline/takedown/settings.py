"""Settings of the notices: where mail goes, who it is from, and how the server's traces are read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from tutela.kernel.egress.mail_addresses import parse_mail_address


class NoticeSettings(BaseModel):
    """One mail server. On this machine where possible: its queue and log can then be asked after a crash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Mail server, by name or address. An address written out is met even where it is "
        "private; a name has to lead to public addresses. Source: fault-injection.md section 4, rule 3.",
    )
    port: int = Field(
        default=25,
        ge=1,
        lt=1 << 16,
        description="Port of the mail server. Source: RFC 5321 (25), RFC 6409 (587), RFC 8314 (465).",
    )
    encryption: Literal["starttls", "tls", "none"] = Field(
        default="none",
        description="starttls, tls, or none, which is taken for a loopback address only. What is set here is "
        "kept to: a server that does not offer it gets no mail. Source: RFC 3207, RFC 8314.",
    )
    user: str = Field(
        default="",
        description="User name at the mail server; empty: none is given. Source: RFC 4954.",
    )
    password: SecretStr = Field(
        default=SecretStr(""),
        description="Password at the mail server; a file in the secrets folder. Source: RFC 4954.",
    )
    certificates: str = Field(
        default="",
        description="File of the authority that signed the mail server's certificate; empty: those of this "
        "machine. Source: RFC 8446 section 4.4.2.",
    )
    from_address: str = Field(
        default="notices@hotline.test",
        description="Mailbox that notices are from, and that is read by somebody. One under .test goes to a "
        "server on this machine only. Source: RFC 6761.",
    )
    from_name: str = Field(
        default="tutela hotline",
        min_length=1,
        max_length=80,
        description="Name beside that mailbox. Source: our own.",
    )
    country: str = Field(
        default="",
        pattern=r"^([A-Z]{2})?$",
        description="Country of this house, such as NL; its provision stands in the letters. Source: ISO "
        "3166-1 alpha-2.",
    )
    digests: Literal["none", "letter", "machine"] = Field(
        default="letter",
        description="Where a recipient is told the SHA-256 of a file: nowhere; in the letter and its list; "
        "or in the reports for programs too, which pass it on. Source: standards 10b.5.",
    )
    gather_seconds: float = Field(
        default=3.0,
        ge=0,
        le=600,
        description="Seconds for which a notice waits for others to go out in one letter with it, and up to "
        "ten minutes while its page is still read; urgent ones never wait, and with 0 none does. Source: our "
        "own.",
    )
    dkim_selector: str = Field(
        default="",
        pattern=r"^([a-z0-9]([a-z0-9-]{0,57}[a-z0-9])?)?$",
        description="Selector of the Ed25519 key that letters are signed with; that of the RSA key ends in "
        "-rsa. tutela notices dkim shows the records. Source: RFC 6376 section 3.1.",
    )
    dkim_ed25519: SecretStr = Field(
        default=SecretStr(""),
        description="Private key in PEM (PKCS#8) that letters are signed with; a file in the secrets folder. "
        "Source: RFC 8463.",
    )
    dkim_rsa: SecretStr = Field(
        default=SecretStr(""),
        description="RSA key of 2048 bits or more, in PEM, for recipients who cannot read the other "
        "signature; a file in the secrets folder. Source: RFC 8301 section 3.2.",
    )
    test_mailbox: str = Field(
        default="",
        description="Where every letter goes instead of to its recipient, marked as a test; empty: they go "
        "out. Source: issue 5, test mail.",
    )
    own_name: str = Field(
        default="localhost",
        pattern=r"^[A-Za-z0-9.-]{1,253}$",
        description="What the sender calls itself to the mail server. Source: RFC 5321 section 4.1.1.1.",
    )
    talk_seconds: float = Field(
        default=60.0,
        gt=0,
        le=600,
        description="Seconds from the connection to the last dot of a message. Source: our own.",
    )
    answer_seconds: float = Field(
        default=120.0,
        gt=0,
        le=1_200,
        description="Seconds of waiting for the answer to the last dot; after them the notice is in doubt. "
        "600 for a server elsewhere. Source: RFC 5321 section 4.5.3.2.6.",
    )
    per_host_per_minute: int = Field(
        default=120,
        ge=1,
        description="Letters per minute to mailboxes of one domain, per sender. Source: our own.",
    )
    trace: Literal["none", "postfix"] = Field(
        default="none",
        description="How doubts are settled by the mail server on this machine: postfix reads its log. "
        "Source: fault-injection.md section 4, rule 4.",
    )
    remind_days: float = Field(
        default=2.0,
        gt=0,
        le=60,
        description="Days after a notice was sent after which its recipient is reminded where the content is "
        "still there, weekends and all. Source: our own.",
    )
    remind_urgent_days: float = Field(
        default=1.0,
        gt=0,
        le=60,
        description="The same for what is urgent, in days. Source: our own.",
    )
    reminders_max: int = Field(
        default=2,
        ge=0,
        le=20,
        description="Reminders of one recipient, a count; after them whoever stands on the next rung is "
        "told. Source: our own.",
    )
    bootstrap: str = Field(
        default="",
        description="File of IANA's four RDAP bootstrap files in one, under the names ipv4, ipv6, asn, dns: "
        "which registry is asked about what. Empty: the copy that came with this release. Source: RFC 9224.",
    )
    trace_log: str = Field(
        default="/var/log/mail.log",
        description="Log of that mail server. Source: postfix(1), maillog_file and syslog.",
    )

    @field_validator("from_address", "test_mailbox")
    @classmethod
    def _is_a_mailbox(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "test_mailbox":
            return value
        return str(parse_mail_address(value))
