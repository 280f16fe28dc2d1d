"""Web-hooks of one data folder put together: opened in every process, delivered in one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.detect.service.changes import ChangeLog
from tutela.detect.service.hook_changes import ChangeTeller, Shelf
from tutela.detect.service.hook_courier import DoorCourier
from tutela.detect.service.hook_endpoints import Endpoint, checked_endpoints
from tutela.detect.service.hook_queue import HookQueue
from tutela.detect.service.hooks import Hooks
from tutela.kernel.clock import Clock
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.posting import Poster
from tutela.kernel.errors import Invalid
from tutela.kernel.metrics import Metrics

if TYPE_CHECKING:
    from tutela.detect.service.settings import ServiceSettings

#: Name of the queue inside the service's data folder.
QUEUE = "hooks.sqlite"


def endpoints_of(settings: ServiceSettings) -> tuple[Endpoint, ...]:
    """The endpoints that the settings name, with their secrets; all of it checked, nothing opened.

    Raises Invalid for an endpoint that could not work, and for secrets of one that is not there.
    """
    secrets = settings.hook_secrets
    found = checked_endpoints(
        Endpoint(
            name=hook.name,
            url=hook.url.get_secret_value(),
            secrets=tuple(one.get_secret_value() for one in secrets.get(hook.name, ())),
            kinds=hook.kinds,
            role=hook.role,
            lists=hook.lists,
            callers=hook.callers,
        )
        for hook in settings.hooks
    )
    if not set(secrets) <= set(found):
        raise Invalid("secrets of an endpoint that hooks does not name", field="service.hook_secrets")
    _policy(settings.hook_networks)
    return tuple(found.values())


def _policy(open_networks: Sequence[str]) -> AddressPolicy:
    try:
        return AddressPolicy(exceptions=networks(open_networks))
    except ValueError as error:
        raise Invalid(str(error), field="hook_networks") from error


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
    courier = DoorCourier(Poster(policy=_policy(open_networks)).post, clock=clock)
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
