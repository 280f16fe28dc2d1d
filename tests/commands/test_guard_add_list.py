from __future__ import annotations

from tests.commands.guard_calls import PASSPHRASE, Person


def test_a_list_switches_known_pictures_on(person: Person) -> None:
    person("setup", "--adult", stdin=f"1\n{PASSPHRASE}\n{PASSPHRASE}\n")
    assert person.status()["policy"]["known_lists"] is False
    assert person("add-list", str(person.list), "--trust", str(person.trust)) == 0
    assert "sample for devices, number 1" in person.out
    assert person.status()["policy"]["known_lists"] is True


def test_a_newer_version_takes_the_place_and_an_older_one_does_not(person: Person) -> None:
    person.set_up()
    older = person.list.read_bytes()
    person.list.write_bytes(person.listing(number=2))
    assert person("add-list", str(person.list), "--trust", str(person.trust)) == 0
    person("lists")
    assert "number 2" in person.out and "2:" not in person.out.splitlines()[0][:2]
    person.list.write_bytes(older)
    assert person("add-list", str(person.list), "--trust", str(person.trust)) == 2
    assert "older" in person.err


def test_a_wrong_trust_or_key_is_refused(person: Person) -> None:
    person.set_up()
    key = person.home.parent / "devices.key"
    key.write_bytes(b"short")
    call = ("add-list", str(person.list), "--trust", str(person.trust))
    assert person(*call, "--prints-key", str(key)) == 2 and "32 bytes" in person.err
    person.trust.write_bytes(b"{}")
    assert person(*call) == 2 and "--trust" in person.err
