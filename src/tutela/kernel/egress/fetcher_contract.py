"""Contract of the slot ``tutela.fetchers``: plain functions that raise AssertionError.

Nothing leaves the house: what is asked here is refused by its text alone.
"""

from __future__ import annotations

import io

from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import Fetcher, FetchRequest
from tutela.kernel.slots import Slot

#: The group of entry points.
GROUP = "tutela.fetchers"
#: What every fetcher refuses by the text alone, and the word for it (threat model section 10.3).
REFUSED = {
    "no address": "url_unreadable",
    "file:///etc/passwd": "url_scheme",
    "gopher://host.example/": "url_scheme",
    "http://name:word@host.example/": "url_credentials",
    "http://host.example\\@127.0.0.1/": "url_disputed",
    "http://0x7f.1/": "url_disputed",
    "http://host!.example/": "url_host",
}


def check_fetcher(fetcher: Fetcher) -> None:
    """Raises AssertionError with the broken rule unless ``fetcher`` keeps the contract of its protocol."""
    _holds(isinstance(fetcher, Fetcher), "it offers fetch(request)")
    for url, word in REFUSED.items():
        sink = io.BytesIO()
        answer = fetcher.fetch(FetchRequest(untrusted_url=url, sink=sink))
        _holds(isinstance(answer, Failure), f"a wrong address is refused as {word}, not fetched")
        _holds(getattr(answer, "reason", "") == word, f"a wrong address is refused as {word}")
        _holds(not sink.getvalue(), "nothing is written for an address that was refused")


def _holds(condition: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise AssertionError(rule)


#: The slot: a fetcher is loaded by name and checked once, without anything leaving the house.
SLOT: Slot[Fetcher] = Slot(group=GROUP, protocol=Fetcher, contract=check_fetcher)


def enabled_fetcher(settings: EgressSettings) -> Fetcher:
    """The fetcher that the settings name, after the contract check. It gets the settings and nothing else.

    Raises Unavailable, Conflict and Invalid as ``Slot.load`` does; ``guarded`` needs the extra ``fetch``.
    """
    return SLOT.load(settings.fetcher, {"settings": settings})
