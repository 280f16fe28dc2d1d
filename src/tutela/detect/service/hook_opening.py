"""Web-hooks of one data folder put together: opened in every process, delivered in one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from tutela.detect.service.changes import ChangeLog
from tutela.detect.service.hook_changes import ChangeTeller, Shelf
from tutela.detect.service.hook_courier import DoorCourier
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_queue import HookQueue
from tutela.detect.service.hooks import Hooks
from tutela.kernel.clock import Clock
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.posting import Poster
from tutela.kernel.errors import Invalid
from tutela.kernel.metrics import Metrics

#: Name of the queue inside the service's data folder.
QUEUE = "hooks.sqlite"


def open_hooks(
    folder: Path,
    endpoints: Iterable[Endpoint],
    *,
    open_networks: Sequence[str] = (),
    clock: Clock | None = None,
    metrics: Metrics | None = None,
) -> Hooks:
    """The web-hooks of the data folder, with the courier through the network door; ``close`` them.

    ``open_networks`` are private networks that endpoints may be in, such as ``10.1.2.0/24``. Raises Invalid
    for wrong settings or another file in the place of the queue, Unavailable when it cannot be opened.
    """
    try:
        policy = AddressPolicy(exceptions=networks(open_networks))
    except ValueError as error:
        raise Invalid(str(error), field="hook_networks") from error
    courier = DoorCourier(Poster(policy=policy).post, clock=clock)
    queue = HookQueue(folder / QUEUE)
    try:
        return Hooks(endpoints, queue, courier, clock=clock, metrics=metrics)
    except BaseException:
        queue.close()
        raise


def deliver(hooks: Hooks, log: ChangeLog, shelf: Shelf, stop: threading.Event) -> None:
    """Tells of list changes and delivers what waits, until ``stop`` is set. For one process of the service.

    Ends when the exchange in hand has ended: within 30 seconds at most.
    """
    teller = ChangeTeller(log, shelf, hooks, hooks.queue)
    telling = threading.Thread(target=teller.run, args=(stop,))
    telling.start()
    hooks.run(stop)
    telling.join()
