from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hotline.partners.certificates import MAILBOX, a_pem, ending
from tests.hotline.partners.making import OFFICER, PUBLIC_KEY, a_clock, acts, new_partner
from tests.hotline.people import making
from tests.hotline.people.vouching.houses import House
from tutela.hotline.ledger.actors import person, process
from tutela.hotline.partners.actions import NewPartner, confirm_partner, name_partner
from tutela.hotline.partners.actions.naming import KEYS_MAX
from tutela.hotline.partners.actions.queueing import is_usable
from tutela.hotline.partners.models import Partner
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def signers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house whose signers put people on its roster."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return House(tmp_path)


def test_a_partner_is_a_test_endpoint_until_somebody_says_otherwise() -> None:
    partner = name_partner(new_partner(), actor=OFFICER, clock=a_clock())
    assert partner.test and is_usable(partner) and partner.keys == {"v": 1, "age": [PUBLIC_KEY]}
    assert acts(partner.public_id) == ["partner_named"]


def test_a_real_one_is_used_once_a_second_person_confirmed_it(signers: House) -> None:
    first, second = (making.person("takedown_officer", name=name) for name in ("Ada", "Ben"))
    signers.names(first, second)
    partner = name_partner(new_partner(test=False), actor=person(first.public_id))
    assert not is_usable(partner)
    with pytest.raises(Refused, match="second person"):
        confirm_partner(partner.public_id, actor=person(first.public_id))
    confirmed = confirm_partner(partner.public_id, actor=person(second.public_id))
    assert is_usable(confirmed) and acts(partner.public_id) == ["partner_named", "partner_confirmed"]
    with pytest.raises(Conflict, match="already"):
        confirm_partner(partner.public_id, actor=person(second.public_id))


@pytest.mark.parametrize("known", [(), ("first",), ("second",)])
def test_a_puppet_is_no_second_person(signers: House, known: tuple[str, ...]) -> None:
    """An administrator could invite one, and hand cases to a key of their own."""
    people = {name: making.person("takedown_officer", name=name) for name in ("first", "second")}
    signers.names(*(people[name] for name in known))
    partner = name_partner(new_partner(test=False), actor=person(people["first"].public_id))
    with pytest.raises(Refused, match="vouched for"):
        confirm_partner(partner.public_id, actor=person(people["second"].public_id))
    assert not Partner.objects.filter(confirmed_at__isnull=False).exists()


def test_the_shell_needs_nobody_s_word(signers: House) -> None:
    second = making.person("takedown_officer", name="Ben")
    signers.names(second)
    partner = name_partner(new_partner(test=False), actor=process("operator"))
    assert is_usable(confirm_partner(partner.public_id, actor=person(second.public_id)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("keys", ()),
        ("keys", ("age1nothing",)),
        ("keys", ("AGE-SECRET-KEY-1ABC",)),
        ("keys", tuple(f"age1{one}" for one in range(KEYS_MAX + 1))),
        ("kind", "friend"),
        ("country", "de"),
        ("country", "D"),
        ("name", "  "),
    ],
)
def test_what_is_wrong_is_named(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as error:
        name_partner(new_partner(**{field: value}), actor=OFFICER, clock=a_clock())
    assert error.value.field == field and not Partner.objects.exists()


def test_a_process_names_and_confirms_nobody() -> None:
    partner = name_partner(new_partner(test=False), actor=OFFICER, clock=a_clock())
    for act in (
        lambda: name_partner(new_partner(), actor=process("worker"), clock=a_clock()),
        lambda: confirm_partner(partner.public_id, actor=process("sender"), clock=a_clock()),
    ):
        with pytest.raises(Refused, match="person"):
            act()  # type: ignore[no-untyped-call]  # a lambda without arguments


def test_an_office_that_gets_mail_needs_a_mailbox_and_a_good_certificate() -> None:
    clock = a_clock()
    for wrong, field in (
        ({"how": "pigeon"}, "how"),
        ({"mailbox": "no mailbox"}, "mailbox"),
        ({"certificates": "none"}, "certificates"),
        ({"mailbox": "other@police.test"}, "certificates"),
        ({"certificates": ending(-1, clock.now())}, "certificates"),
    ):
        with pytest.raises(Invalid) as error:
            name_partner(mailed(**wrong), actor=OFFICER, clock=clock)
        assert error.value.field == field
    partner = name_partner(mailed(), actor=OFFICER, clock=clock)
    assert partner.keys == {"v": 1, "smime": [a_pem()]} and partner.mailbox == MAILBOX


def test_a_certificate_that_expired_since_it_was_named_is_not_confirmed(signers: House) -> None:
    people = [making.person("takedown_officer", name=name) for name in ("Ada", "Ben")]
    signers.names(*people)
    soon = ending(1, SystemClock().now())
    partner = name_partner(mailed(test=False, certificates=soon), actor=person(people[0].public_id))
    Partner.objects.update(keys={"v": 1, "smime": [ending(-1, SystemClock().now())]})
    with pytest.raises(Invalid, match="expired"):
        confirm_partner(partner.public_id, actor=person(people[1].public_id))
    assert not is_usable(Partner.objects.get())


def mailed(**facts: Any) -> NewPartner:
    known = {"how": "mail", "mailbox": MAILBOX, "certificates": a_pem(), "keys": ()}
    return new_partner(**known | facts)
