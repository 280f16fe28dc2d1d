from __future__ import annotations

from pathlib import Path

from tests.detect.matching.making import entry, header, value
from tutela.detect.matching.live_writer import create_live
from tutela.detect.service.counting import count_entries, count_fingerprints, count_standing


def test_entries_are_counted_by_id_and_fingerprints_by_row(tmp_path: Path) -> None:
    rows = [entry(f"e{number}", "pdq", value(number)) for number in range(10)]
    rows += [entry(f"e{number}", "md5", value(number, 16)) for number in range(10)]
    with create_live(tmp_path, header(), rows) as live:
        assert (count_entries(live), count_fingerprints(live)) == (10, 20)
        live.remove("e1")
        live.remove("e2", kind="md5")
        assert (count_entries(live), count_fingerprints(live)) == (9, 17)
        live.add([entry("new", "pdq", value(50)), entry("new", "md5", value(50, 16))])
        assert (count_entries(live), count_fingerprints(live)) == (10, 19)
        live.remove("new", kind="pdq")
        assert (count_entries(live), count_fingerprints(live)) == (10, 18)
        assert count_standing(live, ["e0", "e1", "e2", "new", "e0", "nobody"]) == 3
        before = count_entries(live), count_fingerprints(live)
        live.compact()
        assert (count_entries(live), count_fingerprints(live)) == before
