"""What a look found says whether a list knows it."""

from __future__ import annotations

from tutela.hotline.cases.actions import Met
from tutela.hotline.cases.looking import Found, Looked


def test_a_file_that_met_an_entry_is_matched() -> None:
    met = Met(
        list_id="l", list_version="1", entry="e", status="candidate", confirmed="", approved=False, reason="x"
    )
    found = Found(kind="md5", form="file", met=met)
    assert Looked(status="candidate", prints=(), found=(found,)).is_matched
    assert not Looked(status="unknown", prints=()).is_matched
