from __future__ import annotations

from pathlib import Path

from tests.commands.log_calls import Notary
from tutela.kernel.custody.note_keys import SigningKey


def answered(notary: Notary) -> tuple[str, str]:
    """A witness's key and its answer for 3 entries; the log went on meanwhile."""
    notary("init", "hotline.test/log")
    key = notary.witness()
    notary.entries(3)
    notary("checkpoint", "--since", "0")
    request = notary.out
    notary.at("witness")
    notary("witness", "sign", typed=request)
    answer = notary.out
    notary.at("house")
    notary.entries(2)
    notary("checkpoint")
    return key, answer


def test_the_answer_finds_its_checkpoint(notary: Notary, tmp_path: Path) -> None:
    key, answer = answered(notary)
    assert notary("cosigned", "--witness", key, typed=answer) == 0
    assert notary.out.startswith("witness.test saw the log of 3 entries at 20")
    note = (tmp_path / "house" / "checkpoints" / "3.note").read_text()
    assert note.startswith("hotline.test/log\n3\n") and note.endswith(answer)
    assert notary("fsck") == 0
    assert notary.json("cosigned", "--witness", key, typed=answer)["size"] == 3


def test_an_answer_of_somebody_else_is_refused(notary: Notary, tmp_path: Path) -> None:
    _, answer = answered(notary)
    other = str(SigningKey.new("witness.test").witness_key)
    assert notary("cosigned", "--witness", other, typed=answer) == 2 and "another witness" in notary.err
    assert notary("cosigned", "--witness", other, typed="thanks\n") == 2
    assert notary("cosigned", "--witness", "witness.test", typed=answer) == 2 and "--witness" in notary.err
    assert not (tmp_path / "house" / "checkpoints" / "3.note").exists()
