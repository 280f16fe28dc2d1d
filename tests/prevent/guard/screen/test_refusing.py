from __future__ import annotations

import pytest

from tutela.kernel.errors import Refused
from tutela.prevent.guard.screen.refusing import PACKAGES, check_screen, is_installed


def all_here(_: str) -> bool:
    return True


def refusal(environment: dict[str, str], platform: str = "linux", installed=all_here) -> str:  # type: ignore[no-untyped-def]  # a function of a name
    with pytest.raises(Refused) as told:
        check_screen(environment, platform, installed)
    return told.value.message


@pytest.mark.parametrize(
    "environment",
    [
        {"WAYLAND_DISPLAY": "wayland-0"},
        {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"},
        {"XDG_SESSION_TYPE": "Wayland", "DISPLAY": ":0"},
    ],
)
def test_wayland_is_refused_honestly_also_with_an_x11_display_beside_it(environment: dict[str, str]) -> None:
    told = refusal(environment)
    assert "Wayland" in told and "network is held as before" in told


def test_no_display_and_an_unknown_platform_are_refused() -> None:
    assert "DISPLAY" in refusal({}) and "DISPLAY" in refusal({"DISPLAY": ""})
    assert "X11, Windows and macOS" in refusal({"DISPLAY": ":0"}, "freebsd14")


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_missing_packages_are_refused_with_the_name_of_the_extra(platform: str) -> None:
    told = refusal({"DISPLAY": ":0"}, platform, lambda name: name != "PySide6")
    assert "guard-screen" in told and "PySide6" in told and "mss" not in told


def test_x11_windows_and_macos_pass_with_the_packages() -> None:
    check_screen({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "linux", all_here)
    check_screen({}, "win32", all_here)
    check_screen({}, "darwin", all_here)
    assert is_installed("json") and not is_installed("no_such_package") and PACKAGES == ("mss", "PySide6")
