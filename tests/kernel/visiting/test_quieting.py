from __future__ import annotations

import pytest

from tests.kernel.egress.speaking import LOOPBACK
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.visiting.quieting import MAKERS, QuietGuard

NAMES = FixedResolver(table={name: [("127.0.0.1",)] for name in (*MAKERS, "host.test")})


def test_the_browser_s_maker_hears_nothing_and_everything_else_is_judged_as_before() -> None:
    inner = Guard(policy=LOOPBACK, resolver=NAMES)
    quiet = QuietGuard(inner)
    for name in MAKERS:
        assert inner.way(parse_url(f"https://{name}/")).addresses
        with pytest.raises(StoppedError):
            quiet.way(parse_url(f"https://{name}/"))
        with pytest.raises(StoppedError):
            quiet.way(parse_url(f"https://{name}./"))
    assert quiet.way(parse_url("https://host.test/")) == inner.way(parse_url("https://host.test/"))
    with pytest.raises(StoppedError):
        QuietGuard(Guard(resolver=NAMES)).way(parse_url("https://host.test/"))
