"""The demonstration's own fetcher: it may meet the demonstration's hosts on loopback, and nothing else there.

``python -m tutela.demo.hotline_fetcher PORT``: the same process as ``tutela run fetcher`` but for the policy,
which is written here and comes in as an argument of a constructor. Nothing in ``tutela run fetcher`` leads
here: no setting, no variable, no option.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tutela.config import load_with_origin
from tutela.demo.host import ADDRESS, NETWORK
from tutela.kernel import log
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.errors import Unavailable
from tutela.kernel.settings import home
from tutela.processes.ending import stop_event
from tutela.processes.fetching import PROXIED, run_fetcher
from tutela.processes.starting import module_command

#: Where names under .test lead here (RFC 6761: no name server knows them).
_ENDING = ".test"
#: Fetches of one host at once and a second: the demonstration's host is ours.
_BURST, _A_SECOND = 100, 100.0


class DemoNames:
    """A resolver that knows the demonstration's names."""

    def addresses(self, host: str) -> Sequence[str]:
        """The one address. Raises Unavailable for other names."""
        if not host.endswith(_ENDING):
            raise Unavailable("the name has no address")
        return (ADDRESS,)


def demo_fetcher(port: int) -> GuardedFetcher:
    """A fetcher for hosts of the demonstration at this port."""
    egress = EgressSettings(ports=(port,), host_burst=_BURST, host_requests_per_second=_A_SECOND)
    policy = AddressPolicy(exceptions=networks([NETWORK]))
    return GuardedFetcher(egress, policy=policy, resolver=DemoNames())


def command(port: int) -> tuple[str, ...]:
    """What starts this process, for ``processes.assembly``."""
    return module_command("tutela.demo.hotline_fetcher", str(port))


def main(arguments: Sequence[str]) -> None:
    """Answers orders until it is told to end."""
    log.configure(level="warning")
    stop = stop_event()
    fetcher = demo_fetcher(int(arguments[0]))
    loaded = load_with_origin()
    run_fetcher({"direct": fetcher, PROXIED: fetcher}, loaded.values, home(), stop, say=_nothing)


def _nothing(_text: str) -> None:
    """Say nothing: the demonstration says what it shows."""


if __name__ == "__main__":
    main(sys.argv[1:])
