from __future__ import annotations

from tests.commands.log_calls import Notary
from tutela.kernel.custody.checkpoints import WitnessKey
from tutela.kernel.custody.witness_requests import parse_answer


def test_two_machines_exchange_files(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    key = WitnessKey.read(notary.witness())
    for size in (3, 7):
        notary.entries(size - (0 if size == 3 else 3))
        notary("checkpoint", "--since", str(0 if size == 3 else 3))
        request = notary.out
        notary.at("witness")
        assert notary("witness", "sign", typed=request) == 0, notary.err
        (signature,) = parse_answer(notary.out)
        assert (signature.name, signature.number) == (key.name, key.number)
        assert notary.json("witness", "show") == {"log": "hotline.test/log", "size": size}
        notary.at("house")
    notary.at("witness")
    assert notary("witness", "show", "hotline.test/log") == 0 and notary.out.startswith(
        "hotline.test/log\n7\n"
    )


def test_another_history_is_not_signed(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.witness()
    notary.entries(4)
    notary("checkpoint", "--since", "0")
    first = notary.out
    notary.entries(1)
    notary("checkpoint", "--since", "3")
    wrong = notary.out
    notary.at("witness")
    assert notary("witness", "sign", typed=first) == 0
    assert notary("witness", "sign", typed=wrong) == 2 and "has 4 leaves" in notary.err
    assert notary("witness", "sign", typed=wrong.replace("old 3", "old 4", 1)) == 2 and "proof" in notary.err
    assert notary("witness", "sign", typed=first) == 2 and notary.out == ""


def test_who_is_not_known_gets_no_signature(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.entries(1)
    notary("checkpoint", "--since", "0")
    request = notary.out
    notary.at("witness")
    assert notary("witness", "sign", typed=request) == 3 and "witness.key" in notary.err
    notary("witness", "init", "witness.test")
    assert notary("witness", "sign", typed=request) == 2 and "knows no log" in notary.err
    assert notary("witness", "sign", typed="please") == 2 and "request" in notary.err
    assert notary("witness", "add", "hotline.test/log") == 2
    assert notary("witness", "init", "witness.test") == 2, "a key is never replaced"
    assert notary("witness", "init", "two words") == 2
    assert notary("witness", "show", "hotline.test/log") == 2


def test_json_says_the_same(notary: Notary) -> None:
    notary.at("witness")
    made = notary.json("witness", "init", "witness.test")
    assert WitnessKey.read(made["public_key"]).name == made["witness"] == "witness.test"
