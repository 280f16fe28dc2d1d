"""What a form says of the policy. A form comes from outside; what it lacks or has besides is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.page.wording import SWITCHES
from tutela.prevent.guard.person.loosening import HOSTS
from tutela.prevent.guard.person.policy import HOSTS_MAX, Policy, checked_hosts

#: The value of a switch that is on; one that is off is not in a form.
ON = "on"


def policy_of(untrusted_fields: Mapping[str, str]) -> Policy:
    """The policy of a form. Raises Invalid; ``field`` is ``host`` with the host, ``many``, or empty."""
    values: dict[str, Any] = {}
    for field in fields(Policy):
        text = untrusted_fields.get(field.name, "")
        if field.name in SWITCHES:
            values[field.name] = text == ON
        elif field.name == HOSTS:
            values[field.name] = hosts_of(text)
        else:
            values[field.name] = int(text) if field.name == "delay_hours" and text.isdecimal() else text
    try:
        return Policy(**values)
    except ValueError as error:
        raise Invalid(str(error)) from error


def hosts_of(untrusted_text: str) -> tuple[str, ...]:
    """The hosts of a text with one on each line. Raises Invalid."""
    lines = [line.strip() for line in untrusted_text.splitlines() if line.strip()]
    for line in lines:
        try:
            checked_hosts([line])
        except ValueError as error:
            raise Invalid(line[:80], field="host") from error
    if len(set(lines)) > HOSTS_MAX:
        raise Invalid(str(HOSTS_MAX), field="many")
    return checked_hosts(lines)


def fields_of(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The form of a policy: what ``policy_of`` reads it back from."""
    found = []
    for field in fields(Policy):
        value = getattr(policy, field.name)
        if field.name in SWITCHES:
            found += [(field.name, ON)] if value else []
        else:
            found.append((field.name, "\n".join(value) if field.name == HOSTS else str(value)))
    return tuple(found)
