"""The fetcher of a proof's house: it may meet the benign internet on loopback, and nothing else there.

``python -m proofs.chain_fetcher PORT``: the process ``tutela run fetcher`` but for the policy and the names,
which are written here and come in as arguments of a constructor.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tutela.config import load_with_origin
from tutela.demo.host import NETWORK
from tutela.demo.world.addresses import named_addresses
from tutela.demo.world.cast import build_sites
from tutela.demo.world.crowd import HOSTS_MAX, crowd_names
from tutela.demo.world.zones import Zone
from tutela.kernel import log
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.settings import home
from tutela.processes.ending import stop_event
from tutela.processes.fetching import run_fetcher, vantage_points
from tutela.processes.starting import module_command


def world_names(port: int) -> Zone:
    """The names of the benign internet and its whole crowd, as its own name server has them."""
    places = [site.place for site in build_sites(0, port)]
    return Zone(named_addresses(places, crowd_names(HOSTS_MAX)))


def command(port: int) -> tuple[str, ...]:
    """What starts this process, for ``processes.assembly``."""
    return module_command("proofs.chain_fetcher", str(port))


def main(arguments: Sequence[str]) -> None:
    """Answers orders until it is told to end. One request a second to each host, as for any other."""
    log.configure(level="warning")
    stop, port = stop_event(), int(arguments[0])
    names, policy = world_names(port), AddressPolicy(exceptions=networks([NETWORK]))

    def door(egress: EgressSettings) -> GuardedFetcher:
        return GuardedFetcher(egress, policy=policy, resolver=names)

    loaded = load_with_origin()
    egress = loaded.values.egress.model_copy(update={"ports": (port,)})
    ways = dict(vantage_points(egress, door))
    ways.setdefault("proxied", ways["direct"])
    run_fetcher(ways, loaded.values, home(), stop, say=lambda _text: None)


if __name__ == "__main__":
    main(sys.argv[1:])
