from __future__ import annotations

import base64

from tests.commands.log_calls import Notary
from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint
from tutela.kernel.custody.notes import parse


def test_entries_are_shown_the_newest_first(notary: Notary) -> None:
    notary.entries(4)
    assert notary("show", "--limit", "2") == 0
    assert [line.split()[0] for line in notary.out.splitlines()] == ["3", "2"]
    assert "tried_in_a_test  worker  -  number=4" in notary.out
    assert [row["index"] for row in notary.json("show", "--by", "worker", "--before", "2")] == [1, 0]
    assert notary.json("show", "--about", "itm_" + "0" * 32) == []
    assert notary("show", "--about", "a", "--by", "b") == 2


def test_what_may_be_published_holds_no_entry_and_no_small_number(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    assert notary("show", "--public") == 2 and "tutela log checkpoint" in notary.err
    notary.entries(9)
    notary("checkpoint")
    assert notary("show", "--public") == 0
    assert notary.out.startswith("       <10  tried_in_a_test\nhotline.test/log\n9\n")
    assert notary.json("show", "--public")["counts"] == {"tried_in_a_test": "<10"}


def test_anybody_makes_the_root_of_the_hashes(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.entries(2)
    notary("checkpoint")
    root = Checkpoint.read(parse(notary.out).text).root
    notary("show", "--hashes")
    left, right = (bytes.fromhex(line) for line in notary.out.split())
    assert merkle.node_hash(left, right) == root


def test_a_proof_is_checked_without_the_log(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.entries(11)
    notary("checkpoint")
    assert notary("show", "--proof", "6") == 0
    head, text = notary.out.split("\n\n", 1)
    first, extra, index, *hashes = head.split("\n")
    assert (first, index) == ("c2sp.org/tlog-proof@v1", "index 6")
    here = Checkpoint.read(parse(text).text)
    leaf = base64.b64decode(extra.removeprefix("extra "))
    assert merkle.includes(leaf, 6, here.size, [base64.b64decode(one) for one in hashes], here.root)
    assert '"act":"tried_in_a_test"' in notary.json("show", "--proof", "6")["leaf"]
    assert notary("show", "--proof", "11") == 2
