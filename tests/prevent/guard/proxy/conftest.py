"""A site on loopback, a proxy before it, and what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.pictures import jpeg, landscape, png
from tests.prevent.guard.proxy.origin import Answer, Authority, Got, Site, authority, get, serving
from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.running import RunningProxy, Setup

HELD = jpeg(landscape(1, 64, 48), quality=80)
SHOWN = png(landscape(2, 40, 40))


@dataclass
class Guarded:
    """A site behind the guard. ``blocked``: the tier of each block."""

    site: Site
    proxy: RunningProxy
    judge: FakeJudge
    blocked: list[str] = field(default_factory=list)

    def get(self, answer: Answer, headers: Mapping[str, str] | None = None, *, method: str = "GET") -> Got:
        """What a client gets when the site gives ``answer``."""
        self.site.answers["/x"] = answer
        return get(self.proxy.port, f"http://127.0.0.1:{self.site.port}/x", headers, method=method)


@pytest.fixture(scope="session")
def device_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority of the device on which the guard runs."""
    return authority(tmp_path_factory.mktemp("device"), "device")


@pytest.fixture
def policy() -> Policy:
    """The policy of ``guarded``; a test module has its own where it needs another."""
    return Policy()


@pytest.fixture
def judge() -> FakeJudge:
    """The judge of ``guarded``: it stops ``HELD`` and nothing else."""
    return FakeJudge([HELD])


@pytest.fixture
def guarded(
    device_authority: Authority, policy: Policy, judge: FakeJudge, tmp_path: Path
) -> Iterator[Guarded]:
    """A site in plain HTTP behind the guard."""
    blocked: list[str] = []
    setup = Setup(
        authority=device_authority.pem,
        folder=tmp_path / "none",
        policy=policy,
        blocked=lambda _path, tier: blocked.append(tier),
    )
    with serving(Site()) as site, RunningProxy(judge, setup) as proxy:
        yield Guarded(site, proxy, judge, blocked)
    assert not (tmp_path / "none").exists()
