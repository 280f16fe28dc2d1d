"""What the clinic's server keeps: sealed reports, each a file named for its digest, and a list of what came.

Nothing is ever changed: a report comes once however often it is sent, and goes only when its person takes it
back; then its bytes are overwritten, and a line says that so many went. The list knows days and digests, no
time of the day and no address.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tutela.kernel.clock import Clock
from tutela.kernel.custody import durable
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.prevent.guard.pilot.codes import admitted
from tutela.prevent.guard.pilot.lines import Lines
from tutela.prevent.guard.pilot.office import ADMITTED
from tutela.prevent.guard.pilot.wire import FRAME_BYTES_MAX, Frame, parse_frame

#: Folder of the reports, and the list of what came, in the clinic's folder.
RECEIVED, LIST = "received", "received.list"
_END = ".report"
#: Reports that one code may have here (our own: one a fortnight for 13 months, and some again).
REPORTS_MAX = 40
_FILE_BYTES_MAX = 4 * 1024 * 1024


class Store:
    """The reports below ``path``. Thread-safe; one process writes.

    Raises Unavailable where the list of admitted codes is missing, Refused where the list was changed.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock, self._lines = path, clock, Lines(path / LIST)
        self._lock = threading.Lock()
        self._marks: dict[str, tuple[str, str]] = {}
        for row in self._lines.read():
            self._replay(row)

    def take(self, untrusted_frame: bytes) -> dict[str, Any]:
        """What the sender is told. Raises Invalid, Refused for an unknown token, Unavailable."""
        try:
            frame = parse_frame(untrusted_frame)
        except ValueError as error:
            raise Invalid(str(error)) from error
        who = admitted(frame.token)
        if who not in self._admitted():
            raise Refused("no such code")
        with self._lock:
            if frame.takes_back:
                return {"taken_back": self._take_back(who, frame.mark)}
            return {"receipt": self._keep(who, frame.mark, untrusted_frame)}

    def sweep(self) -> None:
        """Return once no file is left that the list does not name. For the server alone, before it takes any.

        Such a file is one that was being taken back, or for which nobody got a receipt.
        """
        known = {self._file(digest).name for digest in self._marks}
        with durable.storage():
            folder = self._path / RECEIVED
            left_over = [one for one in folder.iterdir() if one.name not in known] if folder.is_dir() else []
            for one in left_over:
                durable.erase(one)

    def frames(self) -> Iterator[Frame]:
        """Every report that is here, in the order in which they came. Raises Unavailable."""
        for digest in self._marks:
            try:
                data = durable.read_file(self._file(digest), FRAME_BYTES_MAX)
            except LookupError as error:
                raise Unavailable(f"{digest}{_END} is missing") from error
            if hashlib.sha256(data).hexdigest() != digest:
                raise Unavailable(f"{digest}{_END} is damaged")
            yield parse_frame(data)

    def _keep(self, who: str, mark: str, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        if digest in self._marks:
            return digest
        if Counter(one for one, _ in self._marks.values())[who] >= REPORTS_MAX:
            raise Refused("this code has sent enough")
        durable.write_file(self._file(digest), data)
        self._note({"came": digest, "who": who, "mark": mark})
        return digest

    def _take_back(self, who: str, mark: str) -> int:
        """The number of reports that went. From the line on none counts; a kill leaves bytes to ``sweep``."""
        mine = [digest for digest, one in self._marks.items() if one == (who, mark)]
        if mine:
            self._note({"went": mine})
        for digest in mine:
            durable.destroy_file(self._file(digest))
        return len(mine)

    def _note(self, row: dict[str, Any]) -> None:
        self._lines.add({**row, "day": self._clock.now().date().isoformat()})
        self._replay(row)

    def _replay(self, row: Any) -> None:
        for digest in row.get("went", ()):
            self._marks.pop(digest, None)
        if "came" in row:
            self._marks[row["came"]] = (row["who"], row["mark"])

    def _file(self, digest: str) -> Path:
        return self._path / RECEIVED / f"{digest}{_END}"

    def _admitted(self) -> frozenset[str]:
        """Read afresh: a site that opens later is known without a restart."""
        try:
            return frozenset(durable.read_file(self._path / ADMITTED, _FILE_BYTES_MAX).decode().split())
        except LookupError as error:
            raise Unavailable("no codes were issued yet") from error
