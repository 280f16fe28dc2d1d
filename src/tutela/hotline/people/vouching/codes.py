"""The code that a person reads to colleagues from their own page: so these vouch for the account's holder.

It changes with each renewal, and only the desk's process can make it: whoever reads the database cannot.
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from tutela.hotline.people.models import Person

#: Decimal digits: a colleague types them once, and a guess is right once in a hundred million.
DIGITS = 8
_PURPOSE = "tutela.hotline.people.vouching"


def code_of(person: Person) -> str:
    """The code of this person's present renewal, in two groups of four."""
    told = salted_hmac(_PURPOSE, f"{person.public_id} {person.renewal}", algorithm="sha256").digest()
    digits = f"{int.from_bytes(told, 'big') % 10**DIGITS:0{DIGITS}}"
    return f"{digits[:4]} {digits[4:]}"


def is_code_of(person: Person, untrusted_code: str) -> bool:
    """Whether this is the person's code; spaces are passed over."""
    return constant_time_compare("".join(untrusted_code.split()), code_of(person).replace(" ", ""))
