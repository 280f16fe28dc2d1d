"""What a signature on an HTTP message covers (RFC 9421 section 2): a message, its components, the base text.

Derived components of requests and responses, and fields as they are. The parameters ``sf``, ``key``, ``bs``,
``tr``, ``req`` and ``@query-param`` are refused: no signature of ours needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tutela.kernel.signing.structured_fields import InnerList, Item

_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+", re.ASCII)
#: Ports that are left out of an authority (RFC 9421 section 2.2.3).
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A request, or a response (with ``status``), as it is on the wire.

    ``path`` and ``query`` (None: there is no question mark) stand as they were sent; ``fields`` in order,
    names in any case, without trailers.
    """

    method: str = ""
    scheme: str = "https"
    authority: str = ""
    path: str = "/"
    query: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    status: int | None = None

    def field(self, name: str) -> str:
        """All lines of this field as one value (RFC 9421 section 2.1). Raises ValueError for none."""
        values = [_unfolded(value) for key, value in self.fields if key.lower() == name]
        if not values:
            raise ValueError(f"the message has no field {name}")
        combined = ", ".join(values)
        if "\n" in combined or "\r" in combined:
            raise ValueError(f"the field {name} has a line break")
        return combined

    def with_fields(self, more: Mapping[str, str]) -> Message:
        """The same message with these fields instead of any of their names."""
        replaced = {name.lower() for name in more}
        kept = tuple(one for one in self.fields if one[0].lower() not in replaced)
        return Message(
            method=self.method,
            scheme=self.scheme,
            authority=self.authority,
            path=self.path,
            query=self.query,
            fields=(*kept, *more.items()),
            status=self.status,
        )

    @property
    def _host(self) -> str:
        lower = self.authority.lower()
        return lower.removesuffix(_DEFAULT_PORTS.get(self.scheme.lower(), ""))

    @property
    def _target(self) -> str:
        return (self.path or "/") + ("" if self.query is None else f"?{self.query}")


def _unfolded(untrusted_value: str) -> str:
    """A value on one line; a line break that no white space follows stays. Takes time by its length alone."""
    first, *more = untrusted_value.replace("\r\n", "\n").split("\n")
    lines = [f" {line.strip()}" if line[:1] in (" ", "\t") else f"\n{line}" for line in more]
    return "".join([first.rstrip(), *lines]).strip()


_DERIVED: Mapping[str, Callable[[Message], str]] = {
    "@method": lambda message: message.method,
    "@target-uri": lambda message: f"{message.scheme.lower()}://{message._host}{message._target}",
    "@authority": lambda message: message._host,
    "@scheme": lambda message: message.scheme.lower(),
    "@request-target": lambda message: message._target,
    "@path": lambda message: message.path or "/",
    "@query": lambda message: f"?{message.query or ''}",
}


def signature_base(message: Message, covered: InnerList) -> str:
    """The text that is signed (RFC 9421 section 2.5). Raises ValueError for what the message lacks."""
    names = [_name(item) for item in covered.items]
    if len(set(names)) != len(names):
        raise ValueError("a component stands twice among those that are signed")
    lines = [f'"{name}": {_component(message, name)}' for name in names]
    return "\n".join([*lines, f'"@signature-params": {covered}'])


def _name(item: Item) -> str:
    if not isinstance(item.value, str) or item.parameters:
        raise ValueError("a signed component is a name without parameters")
    return item.value


def _component(message: Message, name: str) -> str:
    if name.startswith("@"):
        value = _derived(message, name)
        if any(ord(sign) < 0x20 or ord(sign) > 0x7E for sign in value):
            raise ValueError(f"{name} is not of visible ASCII")
        return value
    if not _FIELD_NAME.fullmatch(name):
        raise ValueError("a field's name is of lower-case letters, digits and a few signs")
    return message.field(name)


def _derived(message: Message, name: str) -> str:
    if name == "@status" and message.status is not None:
        return f"{message.status:03d}"
    if name not in _DERIVED or message.status is not None:
        raise ValueError(f"this message has no component {name}")
    return _DERIVED[name](message)
