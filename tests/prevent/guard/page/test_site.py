from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.prevent.guard.page.conftest import Home
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.page.sessions import IDLE_SECONDS
from tutela.prevent.guard.page.site import Site
from tutela.prevent.guard.person.consent import TEXT_VERSION
from tutela.prevent.guard.person.discretion import offered
from tutela.prevent.guard.person.folder import CONSENT, DISCRETION, KEYS
from tutela.prevent.guard.person.policy import Policy


@pytest.fixture
def site(home: Home) -> Site:
    return Site(
        folder=home.folder,
        running=home.running,
        clock=home.clock,
        device_clock=home.device_clock,
        is_own_account=lambda _peer, _own: True,
    )


def test_it_reads_what_the_folder_holds(site: Site, home: Home) -> None:
    assert site.name == offered()[0].name and site.choices.policy() == Policy()
    assert site.consent is not None and site.consent.text == TEXT_VERSION
    assert site.keys == home.keys


def test_damaged_files_leave_a_neutral_name_and_no_consent(site: Site, home: Home) -> None:
    for name in (DISCRETION, CONSENT, KEYS):
        home.folder.write(name, b"\xff{")
    assert site.name == offered()[0].name and site.consent is None
    with pytest.raises(Unavailable):
        _ = site.keys


def test_a_folder_that_cannot_be_read_leaves_them_too(site: Site, home: Home) -> None:
    (home.folder.path / DISCRETION).unlink()
    (home.folder.path / DISCRETION).mkdir()
    assert site.name == offered()[0].name


def test_the_day_is_the_one_of_this_device(site: Site) -> None:
    site.clock = FixedClock(datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert site.today == date(2026, 5, 4)


def test_idle_sessions_are_forgotten(site: Site, home: Home) -> None:
    site.sessions.begin("a", b"key", home.device_clock.read().boot_seconds)
    home.wait(IDLE_SECONDS - 1)
    site.purge()
    assert len(site.sessions) == 1
    home.wait(1)
    site.purge()
    assert len(site.sessions) == 0


def test_each_run_has_a_secret_of_its_own(site: Site, home: Home) -> None:
    other = Site(
        folder=home.folder,
        running=home.running,
        clock=home.clock,
        device_clock=home.device_clock,
        is_own_account=lambda _peer, _own: True,
    )
    assert site.secret != other.secret and len(site.secret) == 32 and repr(site.secret) not in repr(site)
