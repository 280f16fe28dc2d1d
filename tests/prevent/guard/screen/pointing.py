"""Which window a click would meet, asked of the X server. Run as a program with DISPLAY set."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys


def under_pointer(left: int, top: int) -> int:
    """The top window at a place of the screen that takes clicks, 0 for the bare screen."""
    x11 = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
    zero, number = ctypes.c_ulong(0), ctypes.c_int
    x11.XWarpPointer(display, zero, root, 0, 0, 0, 0, number(left), number(top))
    x11.XSync(display, 0)
    root_back, child, mask = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
    places = [ctypes.c_int() for _ in range(4)]
    refs = [ctypes.byref(one) for one in (root_back, child, *places, mask)]
    x11.XQueryPointer(display, root, *refs)
    return int(child.value)


if __name__ == "__main__":
    print(under_pointer(int(sys.argv[1]), int(sys.argv[2])))
