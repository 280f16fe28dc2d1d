from __future__ import annotations

from pathlib import Path

from tests.detect.service.hma import exports
from tutela.detect.service.hma.dumped import Dump
from tutela.detect.service.hma.exported import Tally


def test_tables_may_stand_in_any_order(tmp_path: Path) -> None:
    head, *blocks = exports.dump().split("COPY ")
    path = tmp_path / "dump.sql"
    path.write_text(head + "".join("COPY " + block for block in reversed(blocks)))
    turned = Dump(path)
    path.write_text(exports.dump())
    straight = Dump(path)
    assert turned.banks == straight.banks
    assert list(turned.entries(Tally())) == list(straight.entries(Tally()))
    assert list(turned.switched_off()) == list(straight.switched_off())


def test_a_dump_of_an_hma_without_notes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_text(
        exports.dump(contents=[(7, 1, "1", "\\N")], signals=[(7, "pdq", exports.PDQ)]).replace(
            ", note)", ", other)"
        )
    )
    found = list(Dump(path).entries(Tally()))
    assert [(bank, entry.note) for bank, entry in found] == [("SHOP_KNOWN", "")]
