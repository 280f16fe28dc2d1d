"""A house in earnest: its mandate is of a country, so that the others are abroad. And places that stay up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hotline.takedown.contacts.registered import Registered, registered
from tests.hotline.takedown.making import a_clock
from tests.share.notices.registry_answers import NETWORK_URL, network
from tutela.hotline.people import configuration
from tutela.hotline.people.mandate.reading import sample_text

#: Sections of a mandate that grant passing on to others, and not.
_SHARES = '[grants.share]  # Pass on to others than the police.\ngranted = true\nlaw = "partners"'
_KEEPS = "[grants.share]  # Pass on to others than the police.\ngranted = false"
#: A right to notify hosts, and a statute that says the same.
_ASKS, _ORDERS = 'basis = "notice_right"', 'basis = "statute"'


def found_house(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    country: str = "DE",
    sample: str = "view-and-notify",
    shares: bool = True,
    orders: bool = False,
) -> None:
    """The process works in a house of this country from now on; with ``orders`` its law lets it order."""

    def text(name: str, **facts: object) -> str:
        found = sample_text(name, **facts).replace('"XX"', f'"{country}"')  # type: ignore[arg-type]  # as given
        assert _SHARES in found and _ASKS in found
        found = found.replace(_ASKS, _ORDERS) if orders else found
        return found if shares else found.replace(_SHARES, _KEEPS)

    with monkeypatch.context() as changed:
        changed.setattr(configuration, "sample_text", text)
        configuration.rehearse(home, mandate=sample, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(home))


@contextmanager
def nobody_left() -> Iterator[Registered]:
    """A place of which registries know the country and nobody who could take it down."""
    with registered() as made:
        made.registries.table = {NETWORK_URL: network()}
        yield made
