"""Why a fetch brought nothing whole: a closed set of words, each in one of the four families of errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from tutela.kernel.errors import Invalid, Refused, TutelaError, Unavailable
from tutela.kernel.log import declare_words

Reason = Literal[
    "url_unreadable", "url_scheme", "url_credentials", "url_disputed", "url_host",
    "port_refused", "address_refused", "downgrade_refused", "redirect_refused", "redirects_too_many",
    "headers_too_large", "too_large", "expands_too_much",
    "onion_unavailable", "name_unresolved", "connect_failed", "tls_failed", "proxy_failed", "too_slow",
    "cut_short", "answer_malformed", "encoding_unknown", "encoding_broken", "host_busy", "sink_failed",
    "not_recorded",
]  # fmt: skip

# The same words again: what may stand in a log line is written out where it is declared.
declare_words("url_unreadable", "url_scheme", "url_credentials", "url_disputed", "url_host")
declare_words("port_refused", "address_refused", "downgrade_refused", "redirect_refused")
declare_words("redirects_too_many", "headers_too_large", "too_large", "expands_too_much")
declare_words("onion_unavailable", "name_unresolved", "connect_failed", "tls_failed", "proxy_failed")
declare_words("too_slow", "cut_short", "answer_malformed", "encoding_unknown", "encoding_broken")
declare_words("host_busy", "sink_failed", "not_recorded")

_INVALID: Mapping[str, str] = {
    "url_unreadable": "this is no web address such as https://host.example/path",
    "url_scheme": "only http and https addresses are fetched",
    "url_credentials": "a name or password in the address is never sent; leave it out",
    "url_disputed": "two parsers disagree about the host of this address; write it plainly",
    "url_host": "the host of this address is neither a name of letters, digits, - and _ nor an address",
}
_REFUSED: Mapping[str, str] = {
    "port_refused": "the port is not on the list of ports that may be met",
    "address_refused": "the host leads to an address that may not be met",
    "downgrade_refused": "the answer leads from https to http",
    "redirect_refused": "the answer leads to an address that would not be fetched",
    "redirects_too_many": "the answer leads on too often",
    "headers_too_large": "the head of the answer is larger than is taken",
    "too_large": "the body is larger than is taken",
    "expands_too_much": "the body grows too much when it is unpacked",
}
_UNAVAILABLE: Mapping[str, str] = {
    "onion_unavailable": "an .onion address needs the setting egress.socks",
    "name_unresolved": "the name has no address at present",
    "connect_failed": "nobody answers at the address",
    "tls_failed": "no verified encryption with the host",
    "proxy_failed": "the SOCKS proxy did not connect",
    "too_slow": "the answer was not there within the time limit",
    "cut_short": "the connection ended before the answer did",
    "answer_malformed": "the answer is not HTTP",
    "encoding_unknown": "the body is packed in a way that was not asked for",
    "encoding_broken": "the body could not be unpacked to its end",
    "host_busy": "this host was asked often enough for the moment",
    "sink_failed": "what was received could not be kept",
    "not_recorded": "no answer is recorded for this address",
}

#: The family of each reason (``kernel.errors``). Nothing here is a Conflict: a fetch changes nothing.
FAMILIES: Mapping[str, type[TutelaError]] = MappingProxyType(
    dict.fromkeys(_INVALID, Invalid)
    | dict.fromkeys(_REFUSED, Refused)
    | dict.fromkeys(_UNAVAILABLE, Unavailable)
)
#: The sentence that may be shown for each reason; it never quotes the address.
SENTENCES: Mapping[str, str] = MappingProxyType({**_INVALID, **_REFUSED, **_UNAVAILABLE})
#: Every word.
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why there is no whole answer.

    ``status`` is that of the last answer, 0 where there was none; ``redirects`` were followed before.
    ``kept_bytes`` > 0 says that the sink holds the beginning of a body: never a whole one.
    """

    reason: Reason
    status: int = 0
    redirects: int = 0
    kept_bytes: int = 0
    retry_after_seconds: float | None = None

    @property
    def partial(self) -> bool:
        """True when the sink holds a part of a body."""
        return self.kept_bytes > 0

    def error(self, *, field: str = "url") -> TutelaError:
        """The error of the reason's family, for whoever raises it."""
        family, sentence = FAMILIES[self.reason], SENTENCES[self.reason]
        if family is Invalid:
            return Invalid(sentence, field=field)
        if family is Unavailable:
            return Unavailable(sentence, retry_after_seconds=self.retry_after_seconds)
        return family(sentence)


class StoppedError(Exception):
    """Inside this room only: the fetch ends here, for this reason."""

    def __init__(self, reason: Reason, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.retry_after_seconds = retry_after_seconds
