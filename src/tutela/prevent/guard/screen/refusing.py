"""Where there is no screen path, and why, and what still works, in one sentence."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping

from tutela.kernel.errors import Refused

#: The packages of the extra ``guard-screen``.
PACKAGES = ("mss", "PySide6")
_STILL = "What comes over the network is held as before."
_WAYLAND = (
    "This desktop uses Wayland, which lets no program see or cover the windows of others: the screen is not "
    f"covered here. Choose an X11 session (often named Xorg) at sign-in if you want that. {_STILL}"
)
_NO_DISPLAY = f"There is no screen here (DISPLAY is not set), so none is covered. {_STILL}"
_PLATFORM = f"The screen is covered on X11, Windows and macOS only, and not here. {_STILL}"
_MISSING = (
    "The screen path needs packages that are not installed ({missing}): install the extra guard-screen, "
    f"for example with pip install 'tutela[guard-screen]'. {_STILL}"
)


def is_installed(package: str) -> bool:
    """Whether a package could be imported here."""
    return importlib.util.find_spec(package) is not None


def check_screen(
    environment: Mapping[str, str], platform: str, installed: Callable[[str], bool] = is_installed
) -> None:
    """Returns where the screen path can work. Raises Refused with the sentence for the person.

    A Wayland session often has an X11 display too, on which only some windows are seen: refused as well.
    """
    if platform not in ("win32", "darwin"):
        _check_display(environment, platform)
    missing = [package for package in PACKAGES if not installed(package)]
    if missing:
        raise Refused(_MISSING.format(missing=", ".join(missing)))


def _check_display(environment: Mapping[str, str], platform: str) -> None:
    if not platform.startswith("linux"):
        raise Refused(_PLATFORM)
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE", "").lower() == "wayland":
        raise Refused(_WAYLAND)
    if not environment.get("DISPLAY"):
        raise Refused(_NO_DISPLAY)
