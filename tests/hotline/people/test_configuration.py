from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.people.mandate.samples import NOW
from tutela.hotline.people import configuration
from tutela.hotline.people.configuration import configuration_in_force, rehearse
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.signing.documents import digest_of, read

CLOCK = FixedClock(NOW)


def test_start_up_says_what_is_in_force_with_its_digests(tmp_path: Path) -> None:
    found = rehearse(tmp_path, mandate="police-first", quorum="standard", clock=CLOCK)
    assert found == configuration_in_force(tmp_path, clock=CLOCK)
    said = "\n".join(found.lines)
    assert "A REHEARSAL" in said and "mandate 'police first' number 1" in said and "quorum 'standard'" in said
    assert all(digest in said for digest in found.digests.values())
    text = read(tmp_path / "configuration" / "mandate.toml").text
    assert found.digests["mandate.toml"] == digest_of(text) and found.anchor == found.digests["signers"]


def test_a_rehearsal_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by killing it: the signers stood there without a mandate, and no second start could go on."""

    def dies(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(configuration, "profile_text", dies)
        with pytest.raises(KeyboardInterrupt):
            rehearse(tmp_path, clock=CLOCK)
    assert not (tmp_path / "configuration").exists()
    rehearse(tmp_path, clock=CLOCK)
    with pytest.raises(Conflict, match="already"):
        rehearse(tmp_path, clock=CLOCK)


@pytest.mark.parametrize("name", ["mandate.toml", "quorum.toml", "signers/1.toml"])
def test_nothing_starts_without_one_of_the_files(tmp_path: Path, name: str) -> None:
    rehearse(tmp_path, clock=CLOCK)
    (tmp_path / "configuration" / name).unlink()
    with pytest.raises(Refused, match=r"there is none|nobody is named"):
        configuration_in_force(tmp_path, clock=CLOCK)


def test_nothing_starts_with_files_of_another_house(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    first, second = rehearse(here, clock=CLOCK), rehearse(there, clock=CLOCK)
    assert first.anchor != second.anchor
    for name in ("mandate.toml", "quorum.toml"):
        place = here / "configuration" / name
        kept = place.read_bytes()
        place.write_bytes((there / "configuration" / name).read_bytes())
        with pytest.raises(Refused, match="no signer of this house"):
            configuration_in_force(here, clock=CLOCK)
        place.write_bytes(kept)
    configuration_in_force(here, clock=CLOCK)


def test_one_kind_of_file_does_not_pass_for_another(tmp_path: Path) -> None:
    rehearse(tmp_path, clock=CLOCK)
    folder = tmp_path / "configuration"
    (folder / "mandate.toml").write_bytes((folder / "quorum.toml").read_bytes())
    with pytest.raises(Refused, match="schema: this is to be tutela-mandate/1"):
        configuration_in_force(tmp_path, clock=CLOCK)


def test_it_says_what_the_mandate_puts_out_of_reach(tmp_path: Path) -> None:
    assert rehearse(tmp_path / "a", clock=CLOCK).unreachable() == ()
    assert rehearse(tmp_path / "b", mandate="no-storage", clock=CLOCK).unreachable() == ("legal_hold",)
    unseen = rehearse(tmp_path / "c", mandate="no-viewing", quorum="solo-duty", clock=CLOCK).unreachable()
    assert "own_list" in unseen and "notice_known" not in unseen and "referral" not in unseen


def test_what_a_first_release_signed_is_still_in_force() -> None:
    """The folder ``kept`` is never made anew: it is what houses have (format version 1 of all three)."""
    found = configuration_in_force(Path(__file__).parent / "kept", clock=CLOCK)
    assert (found.mandate.name, found.quorum.name) == ("police first", "standard")
    assert found.numbers == {"mandate": 1, "quorum": 1, "roster": 0, "signers": 1}
    assert found.mandate.grants("notify_host") and found.quorum.needs("own_list").votes == 3
    assert found.anchor == found.digests["signers"]
