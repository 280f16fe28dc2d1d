"""Is the service reached only from where the settings say."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from tutela.detect.service.doctor.findings import Finding, fail, ok, warn
from tutela.detect.service.doctor.processes import Listener


def listening(host: str, listeners: Sequence[Listener]) -> Finding:
    """Does it listen on loopback only, unless ``service.host`` says otherwise (threat model section 2)."""
    if not is_loopback(host):
        advice = "put a proxy that speaks TLS in front, and let nobody else reach this port"
        return warn("listening", "service.host lets others than this machine ask, without TLS", advice)
    if any(not one.is_loopback for one in listeners):
        said = "the service's port is open beyond this machine, and service.host does not say so"
        return fail("listening", said, "leave out --host, or say it in the settings and put TLS in front")
    return ok("listening", "the service is for this machine only; a proxy that speaks TLS lets others in")


def is_loopback(host: str) -> bool:
    """True for an address of this machine only, and for the name localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
