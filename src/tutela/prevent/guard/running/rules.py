"""The person's policy as the network path reads it."""

from __future__ import annotations

from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.proxy import policy as network
from tutela.prevent.guard.running.mode import Mode


def network_policy(policy: Policy, mode: Mode) -> network.Policy:
    """What the network path does."""
    hosts = policy.never_intercepted
    return network.Policy(
        intercepts=mode == "on",
        films="check" if policy.films == "checked" else "hold",
        segments="pass" if policy.segments == "passed" else "hold",
        never_intercepted=frozenset(hosts) | {f"*.{host}" for host in hosts},
    )
