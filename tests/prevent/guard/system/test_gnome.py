from __future__ import annotations

import pytest

from tests.prevent.guard.system.homes import Gnome
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.system.gnome import PROXY, has_setting, own_value, set_value, value
from tutela.prevent.guard.system.programs import Answer, FakePrograms


def test_a_value_of_its_own_is_told_from_the_default_where_dconf_is() -> None:
    gnome = Gnome()
    both = FakePrograms(gsettings=gnome.gsettings, dconf=gnome.dconf)
    assert value(both, PROXY, "mode") == "'none'" and own_value(both, PROXY, "mode") == ""
    assert own_value(FakePrograms(gsettings=gnome.gsettings), PROXY, "mode") == "'none'"
    set_value(both, f"{PROXY}.http", "port", "8704")
    assert own_value(both, f"{PROXY}.http", "port") == "8704"
    set_value(both, f"{PROXY}.http", "port", "")
    assert gnome.own == {}


def test_a_device_without_gnome_says_so() -> None:
    assert not has_setting(FakePrograms(), PROXY)
    failing = FakePrograms(
        gsettings=lambda words, given: Answer(code=1), dconf=lambda words, given: Answer(code=1)
    )
    assert not has_setting(failing, PROXY)
    assert has_setting(FakePrograms(gsettings=Gnome().gsettings), PROXY)
    for act in (
        lambda: value(failing, PROXY, "x"),
        lambda: own_value(failing, PROXY, "x"),
        lambda: set_value(failing, PROXY, "x", "1"),
    ):
        with pytest.raises(Unavailable):
            act()
