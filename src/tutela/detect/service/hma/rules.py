"""What an operator decides about HMA's shape. ``ServiceSettings`` carries these values as ``hma``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.detect.service.hma.signals import DEFAULT_SIGNALS, SIGNALS, Signal
from tutela.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True, slots=True)
class HmaRules:
    """The values in force; the defaults are those of a service that HMA's clients do not use.

    ``bank_class`` and ``bank_law`` are what a bank made through the shape says of its contents, which HMA
    does not ask. ``change_wait_seconds``: how long an answer waits until its change is live here. ``urls``:
    whether the addresses that clients name are fetched.
    """

    enabled: bool = False
    #: Signal types by HMA's names (source: HMA's reference configuration).
    signal_types: tuple[str, ...] = DEFAULT_SIGNALS
    bank_class: str = "csam"
    bank_law: str = ""
    #: Seconds (source: design of the service, a change is live within one).
    change_wait_seconds: float = 2.0
    urls: bool = False

    def signals(self) -> Mapping[str, Signal]:
        """The enabled signal types by name. Raises Invalid for one that is not known."""
        unknown = [name for name in self.signal_types if name not in SIGNALS]
        if unknown:
            raise Invalid(f"known are {', '.join(SIGNALS)}", field="service.hma.signal_types")
        return {name: SIGNALS[name] for name in self.signal_types}
