from __future__ import annotations

from pathlib import Path

from tutela.prevent.guard.person.folder import PAGE_PORT, PORT, Folder
from tutela.prevent.guard.system.ports import page_port_of, port_of


def test_each_port_is_the_one_that_was_set_up(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "calm")
    folder.make()
    assert (port_of(folder), page_port_of(folder)) == (8704, 8705)
    folder.write(PORT, b"18704")
    folder.write(PAGE_PORT, b"18705")
    assert (port_of(folder), page_port_of(folder)) == (18704, 18705)
    for damaged in (b"x", b""):
        folder.write(PORT, damaged)
        folder.write(PAGE_PORT, damaged)
        assert (port_of(folder), page_port_of(folder)) == (8704, 8705)
