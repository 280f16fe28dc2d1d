"""Settings of the network door. None of them opens an address, a network or a certificate."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tutela.kernel.egress.proxies import ProxyFor, parse_proxy

#: What a vantage point may be called, and the names that are taken.
VANTAGE = re.compile(r"[a-z][a-z0-9_-]{0,30}")
RESERVED_VANTAGES = frozenset({"direct", "proxied"})


class VantageSettings(BaseModel):
    """A SOCKS5 proxy in another place, from which the internet looks otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=rf"^{VANTAGE.pattern}$",
        description="Word by which it is named in hotline.vantages and in each look (no unit). Source: the "
        "operator's choice.",
    )
    socks: str = Field(
        description="SOCKS5 proxy such as 192.0.2.7:1080; everything goes through it, and it resolves the "
        "names. Source: RFC 1928.",
    )

    @field_validator("socks")
    @classmethod
    def _socks_is_an_address(cls, value: str) -> str:
        parse_proxy(value)
        return value


class EgressSettings(BaseModel):
    """How the fetcher behaves towards other people's hosts, and how much it takes from them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fetcher: str = Field(
        default="guarded",
        description="Name of the fetcher (slot tutela.fetchers): guarded, replay, or a plug-in. "
        "Source: style.md section 9.",
    )
    ports: tuple[int, ...] = Field(
        default=(80, 443),
        description="Ports that may be met; any other is refused before a name is looked up. "
        "Source: threat model ST-01.",
    )
    connect_seconds: float = Field(
        default=5.0,
        gt=0,
        le=60,
        description="Seconds for one connection attempt, and again for the TLS handshake; at most three "
        "addresses of a name are tried. Source: our own.",
    )
    read_seconds: float = Field(
        default=20.0,
        gt=0,
        le=300,
        description="Seconds without a byte after which an answer counts as too slow. Source: our own.",
    )
    total_seconds: float = Field(
        default=300.0,
        gt=0,
        le=3_600,
        description="Seconds for one fetch, all redirects included. Source: a film of 2 GiB at 60 Mbit/s.",
    )
    body_bytes_max: int = Field(
        default=2 << 30,
        ge=1,
        description="Bytes of a body after unpacking; a longer one is refused and marked. A caller may ask "
        "for less. Source: decisions.md section 1 (film streamed).",
    )
    header_bytes_max: int = Field(
        default=65_536,
        ge=1_024,
        le=1 << 20,
        description="Bytes of the head of an answer, interim answers included. Source: our own.",
    )
    headers_max: int = Field(
        default=100,
        ge=1,
        le=1_000,
        description="Header lines of an answer. Source: the limit of http.client.",
    )
    redirects_max: int = Field(
        default=5,
        ge=0,
        le=5,
        description="Redirects that are followed; each passes the whole guard. Source: threat model ST-01.",
    )
    allow_downgrade: bool = Field(
        default=False,
        description="Whether a redirect from https to http is followed. Source: our own; what was "
        "asked for in secret is not asked again in the open.",
    )
    host_requests_per_second: float = Field(
        default=1.0,
        gt=0,
        le=100,
        description="Fetches of one host a second, on average. Source: our own.",
    )
    host_burst: int = Field(
        default=5,
        ge=1,
        le=1_000,
        description="Fetches of one host that may come at once after a pause. Source: our own.",
    )
    host_concurrent: int = Field(
        default=2,
        ge=1,
        le=100,
        description="Fetches of one host at the same time, per process. Source: RFC 2616 section 8.1.4, "
        "the last one that named a number.",
    )
    user_agent: str = Field(
        default="Mozilla/5.0 (compatible; tutela)",
        min_length=1,
        max_length=256,
        pattern=r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$",
        description="What the fetcher calls itself; the same to every host. Source: RFC 9110 section 10.1.5.",
    )
    socks: str = Field(
        default="",
        description="SOCKS5 proxy such as 127.0.0.1:9050 (Tor); empty: .onion addresses are not fetched. It "
        "resolves the names itself. Source: RFC 1928, RFC 7686.",
    )
    socks_for: ProxyFor = Field(
        default="onion",
        description="What goes through the SOCKS proxy: onion, or all. With all, the addresses of names are "
        "known to the proxy alone and cannot be judged here. Source: RFC 7686.",
    )

    vantages: tuple[VantageSettings, ...] = Field(
        default=(),
        description="Ways to the internet beside direct and proxied, as [[egress.vantages]]; "
        "hotline.vantages says which are looked from. Source: issue 5, two vantage points.",
    )

    @field_validator("ports")
    @classmethod
    def _ports_are_ports(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not all(0 < port < 1 << 16 for port in value):
            raise ValueError("a port is a number from 1 to 65535")
        return value

    @field_validator("socks")
    @classmethod
    def _socks_is_an_address(cls, value: str) -> str:
        if value:
            parse_proxy(value)
        return value

    @field_validator("vantages")
    @classmethod
    def _vantages_differ(cls, value: tuple[VantageSettings, ...]) -> tuple[VantageSettings, ...]:
        names = [one.name for one in value]
        if len(set(names)) < len(names) or RESERVED_VANTAGES.intersection(names):
            raise ValueError("each vantage point has a name of its own, and none is direct or proxied")
        return value
