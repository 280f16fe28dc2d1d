"""A window over the whole screen that shows what it is given. Run as a program it is that window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tutela.prevent.guard.screen.shapes import Pixels


@contextmanager
def showing(folder: Path) -> Iterator[Callable[[Pixels], None]]:
    """A function that shows a frame on the screen of the environment; it returns once that was drawn."""
    command = [sys.executable, str(Path(__file__))]
    numbers = iter(range(1_000_000))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as window:
        said, heard = window.stdin, window.stdout
        if said is None or heard is None:
            raise RuntimeError("no pipes")

        def show(pixels: Pixels) -> None:
            file = folder / f"{next(numbers)}.png"
            Image.fromarray(pixels[..., 2::-1].copy()).save(file, compress_level=1)
            said.write(f"{file}\n")
            said.flush()
            heard.readline()

        try:
            yield show
        finally:
            window.kill()


def main() -> None:
    """Reads names of files and shows each; says a line once it is painted."""
    import threading

    from PySide6.QtCore import QObject, Qt, QTimer, Signal
    from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPaintEvent, QRasterWindow

    class Window(QRasterWindow):
        picture = QImage()
        asked = False

        def show_file(self, name: str) -> None:
            self.picture, self.asked = QImage(name), True
            self.update()

        def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            painter = QPainter(self)
            painter.fillRect(self.geometry(), QColor("white"))
            painter.drawImage(0, 0, self.picture)
            painter.end()
            if self.asked:
                self.asked = False
                QTimer.singleShot(0, lambda: print("shown", flush=True))

    class Names(QObject):
        came = Signal(str)

        def read(self) -> None:
            for line in sys.stdin:
                self.came.emit(line.strip())

    application = QGuiApplication(["showing"])
    window, names = Window(), Names()
    window.setFlags(Qt.WindowType.X11BypassWindowManagerHint)
    window.setGeometry(QGuiApplication.primaryScreen().geometry())
    window.show()
    names.came.connect(window.show_file)
    threading.Thread(target=names.read, daemon=True).start()
    application.exec()


if __name__ == "__main__":
    main()
