"""The process that draws the veils: one window over the whole screen, cut down to what is veiled.

The only module that knows PySide6. It gets orders on standard input, answers on standard output and ends
with its input. The window takes no keys and no clicks, is in no list of windows, and needs no compositor:
what is not veiled is cut out of its shape. Single pixels of each veil are left open (``peeping``).
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QRasterWindow, QRegion

from tutela.prevent.guard.screen import wire
from tutela.prevent.guard.screen.peeping import GREY, holes

#: A shape outside of the window: an empty one would mean no shape at all.
_NOTHING: Final = QRegion(-2, -2, 1, 1)
_FLAGS: Final = (
    Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.Tool
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.X11BypassWindowManagerHint
)


class Orders(QObject):
    """Orders as they come in, read by a thread: pipes cannot be waited for in Qt's loop on Windows."""

    came = Signal(bytes)
    ended = Signal()

    def read(self) -> None:
        """Passes every order on until the input ends."""
        try:
            while True:
                kind, payload = wire.read_frame(lambda size: os.read(0, size))
                if kind == wire.SHOW:
                    self.came.emit(payload)
        except (EOFError, OSError, ValueError):
            self.ended.emit()


class VeilWindow(QRasterWindow):
    """The one window."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlags(_FLAGS)
        self._painted: list[int] = []
        self._cover_screen()
        self.setMask(_NOTHING)
        self.show()

    def obey(self, payload: bytes) -> None:
        """Carries an order out; says so once it is painted."""
        order = wire.parse_order(payload)
        self._cover_screen()
        self.setMask(_region(order, self.geometry()) if order.veiled else _NOTHING)
        self.raise_()
        self._painted.append(order.serial)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints grey; answers when that has been sent to the screen."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(GREY, GREY, GREY))
        painter.end()
        if self._painted:
            QTimer.singleShot(0, self._answer)

    def _answer(self) -> None:
        painted, self._painted = self._painted, []
        for serial in painted:
            _say(wire.render_shown(serial))

    def _cover_screen(self) -> None:
        whole = QGuiApplication.primaryScreen().virtualGeometry()
        if self.geometry() != whole:
            self.setGeometry(whole)


def _region(order: wire.Order, window: QRect) -> QRegion:
    """The shape of an order: its rectangles without their holes, in the pixels of the window."""
    across, down = window.width() / order.width, window.height() / order.height
    region = QRegion()
    for one in order.veiled:
        corner = QPoint(int(one.left * across), int(one.top * down))
        end = QPoint(-int(-one.right * across // 1) - 1, -int(-one.bottom * down // 1) - 1)
        region += QRect(corner, end)
    dots = QRegion()
    for one in order.veiled:
        for left, top in holes(one):
            dots += QRect(int(left * across), int(top * down), 1, 1)
    return region - dots


def _say(frame: bytes) -> None:
    try:
        os.write(1, frame)
    except OSError:  # the guard is gone
        QGuiApplication.quit()


def main() -> None:
    """Runs until the input ends."""
    application = QGuiApplication(["window"])
    application.setQuitOnLastWindowClosed(False)
    window, orders = VeilWindow(), Orders()
    orders.came.connect(window.obey)
    orders.ended.connect(application.quit)
    threading.Thread(target=orders.read, daemon=True).start()
    _say(wire.frame(wire.READY))
    application.exec()
    sys.stdout.flush()
    os._exit(0)  # the thread that reads would be waited for
