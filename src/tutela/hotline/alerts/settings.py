"""Settings of the alerts: who is told, and from when on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from tutela.kernel.egress.mail_addresses import parse_mail_address


class AlertSettings(BaseModel):
    """Whom the sender tells that somebody has to look. Nobody, until a mailbox or a web-hook is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: tuple[str, ...] = Field(
        default=(),
        description="Mailboxes of the staff that alerts go to, through the mail server of the notices (no "
        "unit). Source: issue 5, alerts.",
    )
    hook: str = Field(
        default="",
        description="Address that alerts are posted to, signed as Standard Webhooks 1.0.0; empty: none (no "
        "unit). Source: issue 5, alerts.",
    )
    hook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret that they are signed with, whsec_...; a file in the secrets folder (no unit). "
        "Source: Standard Webhooks 1.0.0.",
    )
    certificates: tuple[str, ...] = Field(
        default=(),
        description="Files of certificates (PEM) whose end is looked for, such as that of the front (no "
        "unit). Source: issue 5, alerts.",
    )
    ends_days: int = Field(
        default=14,
        ge=1,
        le=365,
        description="Days before a certificate or a list ends from which on it is told. Source: our own; "
        "certificates of 90 days are renewed after 60.",
    )
    queue_hours: int = Field(
        default=24,
        ge=1,
        le=8_760,
        description="Hours after which an item that waits for people is told. Source: our own.",
    )
    urgent_minutes: int = Field(
        default=60,
        ge=1,
        le=10_080,
        description="Minutes after which an urgent item that waits for people is told. Source: our own.",
    )
    disk_free_percent: int = Field(
        default=10,
        ge=1,
        le=99,
        description="Free part of the disk of TUTELA_HOME below which it is told, percent. Source: our own.",
    )

    @field_validator("to")
    @classmethod
    def _to_are_mailboxes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(parse_mail_address(one)) for one in value)
