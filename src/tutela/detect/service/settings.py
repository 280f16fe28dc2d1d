"""Settings of the room ``detect.service``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

MIB = 1 << 20


class HmaSettings(BaseModel):
    """The shape of HMA, for clients that can change nothing but their base address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(
        default=False,
        description="Answer under /hma/TOKEN/ (no unit). Source: decisions.md section 9, off by default.",
    )
    signal_types: tuple[str, ...] = Field(
        default=("pdq", "video_md5"),
        description="Signal types by HMA's names (no unit). Source: HMA's reference configuration.",
    )
    bank_class: str = Field(
        default="csam",
        description="Legal class of what is in a bank made through this shape, which HMA does not ask "
        "(no unit). Source: decisions.md section 2.",
    )
    bank_law: str = Field(
        default="",
        description="Law under which such a bank is kept; empty says nothing (no unit). "
        "Source: architecture, the nouns.",
    )
    change_wait_seconds: float = Field(
        default=2.0,
        ge=0,
        le=60,
        description="Seconds that an answer waits until its change is live here. "
        "Source: our own, twice the second in which a change is to be live.",
    )
    urls: bool = Field(
        default=False,
        description="Fetch the addresses that clients name as url=, through the guarded network door "
        "(no unit); needs the extra fetch. Source: threat ST-01, nothing is fetched by default.",
    )


class HookSettings(BaseModel):
    """One receiver of web-hooks; its secrets stand under its name in ``hook_secrets``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        description="Lower-case letters, digits and hyphens (no unit). Source: the operator's choice."
    )
    url: SecretStr = Field(
        description="Exact https:// address, which may hold a token (no unit). Source: the receiver."
    )
    kinds: tuple[Literal["match.found", "list.changed"], ...] = Field(
        default=("match.found", "list.changed"),
        description="Events that it gets (no unit). Source: our own, all of them.",
    )
    role: Literal["match", "detail"] = Field(
        default="match",
        description="How much it is told, as for a token (no unit). Source: decisions.md section 9.",
    )
    lists: tuple[str, ...] = Field(
        default=(), description="Only about these lists; none means all (no unit). Source: our own."
    )
    callers: tuple[str, ...] = Field(
        default=(),
        description="Only matches of these callers' questions; none means all (no unit). Source: our own.",
    )


class OpinionTerms(BaseModel):
    """Why one outside opinion may be asked, and what may leave the house for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    legal_basis: str = Field(
        default="",
        description="Law or agreement under which contents may be sent there; without one the service does "
        "not start (no unit). Source: the operator's counsel.",
    )
    leaves: tuple[Literal["bytes", "md5", "sha1", "sha256", "pdq", "photodna"], ...] = Field(
        default=(),
        description="What may leave the house (no unit). Source: our own, nothing by default.",
    )
    options: dict[str, Any] = Field(
        default={}, description="The plug-in's own settings (no unit). Source: the plug-in."
    )


class ServiceSettings(BaseModel):
    """Where the match service listens, how much it takes on at once, and what one request may cost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on (no unit). Put a proxy that speaks TLS in front before it is "
        "anything but loopback. Source: threat model section 2.",
    )
    port: int = Field(
        default=8702,
        ge=0,
        le=65_535,
        description="TCP port to listen on; 0 takes a free one. Source: decisions.md section 8.",
    )
    workers: int = Field(
        default=0,
        ge=0,
        le=256,
        description="Service processes; 0 is one per core. Source: performance.md section 7.",
    )
    media_workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Sandboxed media processes of each kind for one service process. "
        "Source: performance.md section 7.",
    )
    looks_at_once: int = Field(
        default=4,
        ge=1,
        le=256,
        description="Uploads that one service process looks at at the same time (threads); the others wait. "
        "Films and archives get half of them; JPEGs go to the media workers without a thread. "
        "Source: our own, so that films do not hold up pictures.",
    )
    requests_max: int = Field(
        default=256,
        ge=1,
        le=65_536,
        description="Requests that one service process has in hand: being received, waiting, looked at; one "
        "more is answered 429. Source: our own, four times the 64 connections of the load bar.",
    )
    caller_requests_max: int = Field(
        default=192,
        ge=1,
        le=65_536,
        description="Of them at most so many of one token; one more is answered 429. Source: our own, three "
        "quarters of requests_max, so that no token with slow uploads keeps all others out.",
    )
    wait_seconds_max: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="Longest wait in seconds of a received upload for its turn; then 429. "
        "Source: our own, half of a client's usual 60 s.",
    )
    look_seconds_max: float = Field(
        default=180.0,
        gt=0,
        le=3_600,
        description="Seconds after which no further member of one upload is looked at, and its status says "
        "so. Source: our own, above film_cpu_seconds of the profile web (decisions.md section 1).",
    )
    body_bytes_max: int = Field(
        default=100 * MIB,
        ge=1_024,
        description="Size in bytes of an upload; of a film media.web.film_bytes_max holds instead. "
        "Source: the service's issue, bad input.",
    )
    json_bytes_max: int = Field(
        default=4 * MIB,
        ge=1_024,
        description="Size in bytes of a JSON body. Source: our own, 10,000 fingerprints with room to spare.",
    )
    held_bytes_max: int = Field(
        default=2_560 * MIB,
        ge=1_024,
        description="Bytes of uploads that one service process holds in memory at once; further ones are "
        "answered 429. Source: our own, one film of 2 GiB (decisions.md section 1) beside pictures.",
    )
    upload_grace_seconds: float = Field(
        default=20.0,
        gt=0,
        le=600,
        description="Seconds that an upload may take whatever its rate. Source: Apache's mod_reqtimeout, "
        "body=20.",
    )
    upload_bytes_per_second_min: int = Field(
        default=16_384,
        ge=0,
        description="Rate in bytes a second below which an upload is refused (408) once the grace is over. "
        "Source: our own, 100 MiB in at most 107 minutes.",
    )
    prints_max: int = Field(
        default=1_000,
        ge=1,
        le=100_000,
        description="Fingerprints of one question (count). Source: our own, 300 frames in a few kinds.",
    )
    batch_items_max: int = Field(
        default=1_000,
        ge=1,
        le=100_000,
        description="Questions of one batch (count). Source: our own.",
    )
    behind_seconds_max: float = Field(
        default=5.0,
        gt=0,
        le=3_600,
        description="Seconds behind the change log from which a replica says that it is not ready. "
        "Source: our own, five times the one second in which a change is to be live.",
    )
    change_log: SecretStr = Field(
        default=SecretStr(""),
        description="Address of the PostgreSQL database with the change log that several machines share, "
        "postgresql://...; empty keeps the log in the data folder (no unit). "
        "Source: architecture, PostgreSQL for several machines.",
    )
    hma: HmaSettings = Field(default_factory=HmaSettings, description="The shape of HMA.")
    arachnid_enabled: bool = Field(
        default=False,
        description="Answer in the shape of Arachnid Shield too (no unit). Source: our own, as for HMA's.",
    )
    arachnid_urls: bool = Field(
        default=False,
        description="Fetch the addresses that callers of Arachnid Shield's v1/url/ name, through the guarded "
        "network door (no unit); needs the extra fetch. Source: threat ST-01, nothing is fetched by default.",
    )
    fetch_networks: tuple[str, ...] = Field(
        default=(),
        description="Private networks that the addresses of callers may lead into, such as 10.1.2.0/24; "
        "never loopback (no unit). Source: threat ST-01, none by default.",
    )
    hooks: tuple[HookSettings, ...] = Field(
        default=(),
        description="Receivers of web-hooks, a table each: name, url, kinds, role, lists, callers (no unit). "
        "Source: our own, nobody is told by default.",
    )
    hook_secrets: dict[str, tuple[SecretStr, ...]] = Field(
        default={},
        description="Signing secrets by the receiver's name, whsec_..., the newest first: one, or two while "
        "it changes over (no unit). Source: Standard Webhooks 1.0.0.",
    )
    hook_networks: tuple[str, ...] = Field(
        default=(),
        description="Private networks that receivers may be in, such as 10.1.2.0/24 (no unit). "
        "Source: threat ST-17, none by default.",
    )
    opinions: tuple[str, ...] = Field(
        default=(),
        description="Outside opinions that are asked about uploads which no list knows, by name (no unit). "
        "Source: our own, nobody is asked by default.",
    )
    opinion_terms: dict[str, OpinionTerms] = Field(
        default={},
        description="By an opinion's name: legal_basis, leaves, options (no unit). "
        "Source: our own, nothing leaves by default.",
    )
    opinion_seconds: float = Field(
        default=5.0,
        gt=0,
        le=60,
        description="Seconds for all outside opinions on one upload together. "
        "Source: our own, below the 15 s after which a client usually gives up.",
    )
    metrics_open: bool = Field(
        default=False,
        description="Give /metrics without a token (no unit); otherwise it needs the role statistics. "
        "Source: decisions.md section 9.",
    )
