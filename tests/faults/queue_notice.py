"""A process of its own that puts a notice into the outbox of the house in TUTELA_HOME, and prints its id."""

from __future__ import annotations

from typing import Any

from tutela.config import load
from tutela.hotline.cases.addresses import SealingKeys, fetch_key_store, seal_address
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.egress.urls import read_url
from tutela.kernel.settings import home
from tutela.processes.places import vault_places
from tutela.web.starting import start_django

#: The address that the notice is about.
URL = "https://canary.test/in-doubt"


def main() -> None:
    start_django()
    from tests.hotline.takedown.making import WORKER, a_recipient, a_sighting
    from tutela.hotline.takedown.actions import queue_notice

    clock: Any = SystemClock()
    places = vault_places(load().custody, home())
    keys = SealingKeys(
        vault=FileKeyStore(places.public, places.private, clock), fetch=fetch_key_store(home(), clock)
    )
    sighting = a_sighting(clock, address=seal_address(read_url(URL), keys))
    notice = queue_notice(sighting, a_recipient(clock), actor=WORKER)
    print(notice.public_id)


if __name__ == "__main__":
    main()
