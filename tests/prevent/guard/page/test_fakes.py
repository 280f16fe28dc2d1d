from __future__ import annotations

from tutela.prevent.guard.page.fakes import FakeRunning


def test_it_stops_and_starts_and_counts_what_it_is_told() -> None:
    fake = FakeRunning()
    fake.stop_now()
    assert (fake.state(), fake.stops) == ("stopped", 1)
    fake.start_again()
    fake.policy_changed()
    assert (fake.state(), fake.changed) == ("on", 1)


def test_it_says_what_the_test_sets() -> None:
    fake = FakeRunning()
    assert (fake.lists(), fake.classifiers(), fake.troubles()) == ((), (), ())
    assert fake.certificate_days() is None
    fake.said_troubles = ("disk_full",)
    assert fake.troubles() == ("disk_full",)
