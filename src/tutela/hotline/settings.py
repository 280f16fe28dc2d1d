"""Settings of the hotline."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


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
    vantages: tuple[str, ...] = Field(
        default=("direct",),
        min_length=1,
        description="Ways to the internet from which a place is looked at again: direct, and proxied where "
        "egress.socks names a proxy. A removal needs two (no unit). Source: decisions.md section 2.",
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
        description="Seconds between the beginnings of two jobs that concern one host. Source: our own.",
    )
    oidc: OidcSettings = Field(
        default_factory=OidcSettings,
        description="Single sign-on (no unit). Source: issue 4, staff.",
    )
