"""What an answer of ``tutela init`` must be like. No command itself.

Each check gives the answer as it is kept; ``earlier`` are the answers before it. Each raises ValueError with
what would be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address

Earlier = Mapping[str, str]
Check = Callable[[str, Earlier], str]

#: Between several answers to one question, and between the lines of a postal address.
COMMA, NEW_LINE = ",", ";"
#: As in share.notices.texts, which is imported when something is checked; a test compares them.
LANGUAGES = ("en", "es", "pt", "fr", "de", "nl")
#: What a mail server may be asked for (hotline.takedown.settings; a test compares them).
ENCRYPTIONS = ("starttls", "tls", "none")
DATABASES = ("sqlite", "postgresql")


def text_of(characters_max: int) -> Check:
    """A check that takes one line of at most so many characters."""

    def check(untrusted_text: str, _earlier: Earlier) -> str:
        text = " ".join(untrusted_text.split())
        if len(text) > characters_max or not text.isprintable():
            raise ValueError(f"is one line of {characters_max} characters at most")
        return text

    return check


def postal_address(untrusted_text: str, _earlier: Earlier) -> str:
    """Lines of a postal address, parted by semicolons."""
    lines = [" ".join(line.split()) for line in untrusted_text.replace("\n", NEW_LINE).split(NEW_LINE)]
    return text_of(500)(f"{NEW_LINE} ".join(line for line in lines if line), _earlier)


def country(untrusted_text: str, _earlier: Earlier) -> str:
    """A country that the directory of help knows, as ISO 3166-1 alpha-2."""
    from tutela.kernel.help import is_country

    code = untrusted_text.strip().upper()
    if not is_country(code):
        raise ValueError("a country is two letters of ISO 3166-1, such as NL or BR")
    return code


def languages(untrusted_text: str, _earlier: Earlier) -> str:
    """Languages that the public's pages speak, the first one first."""
    found = [one.lower() for one in parts(untrusted_text)]
    if not found or not set(found) <= set(LANGUAGES):
        raise ValueError(f"the pages speak {', '.join(LANGUAGES)}; several are parted by commas")
    return ", ".join(dict.fromkeys(found))


def mailbox(untrusted_text: str, _earlier: Earlier) -> str:
    """One plain mail address."""
    from tutela.kernel.egress.mail_addresses import parse_mail_address

    return str(parse_mail_address(untrusted_text.strip()))


def mailboxes(untrusted_text: str, earlier: Earlier) -> str:
    """Mail addresses, parted by commas."""
    return ", ".join(mailbox(one, earlier) for one in parts(untrusted_text))


def page_root(untrusted_text: str, _earlier: Earlier) -> str:
    """The address of pages: https and a host, nothing after it. http is for this machine alone."""
    from tutela.kernel.egress.urls import parse_url

    try:
        url = parse_url(untrusted_text.strip().rstrip("/"))
    except ValueError as error:
        raise ValueError("an address is written as https://host.example") from error
    root = url.canonical.rstrip("/")
    if root != f"{url.scheme}://{url.authority}":
        raise ValueError("the address ends with the host: no path, no user, no question mark")
    if not url.encrypted and not is_here(url.host):
        raise ValueError("reports and sign-ins go encrypted: https://, and a proxy in front that speaks TLS")
    return root


def desk_root(untrusted_text: str, earlier: Earlier) -> str:
    """The desk's address: as that of the public's pages, another one, and with a name as its host."""
    root = page_root(untrusted_text, earlier)
    if root == earlier.get("public_url"):
        raise ValueError("the desk has an address of its own, another one than the public's pages")
    if _is_address(_host(root)):
        raise ValueError(
            "passkeys are bound to a name: https://desk.hotline.example, or http://localhost:8701"
        )
    return root


def server(untrusted_text: str, _earlier: Earlier) -> str:
    """A mail server by name or address."""
    text = untrusted_text.strip().lower()
    if not _is_address(text) and not all(_is_label(one) for one in text.removesuffix(".").split(".")):
        raise ValueError("a mail server is a name or an address alone, such as mail.hotline.example")
    return text


def port(untrusted_text: str, _earlier: Earlier) -> str:
    """The number of a port."""
    text = untrusted_text.strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1 << 16):
        raise ValueError("a port is a number from 1 to 65535")
    return str(int(text))


def encryption(untrusted_text: str, earlier: Earlier) -> str:
    """How mail goes to its server; in the clear on this machine alone."""
    word = _one_of(ENCRYPTIONS)(untrusted_text, earlier)
    if word == "none" and not is_here(earlier["mail_server"]):
        raise ValueError("mail leaves this machine encrypted: starttls, or tls")
    return word


def database(untrusted_text: str, earlier: Earlier) -> str:
    """The word of a database; its address is a secret and no answer."""
    return _one_of(DATABASES)(untrusted_text, earlier)


def socks(untrusted_text: str, _earlier: Earlier) -> str:
    """A SOCKS5 proxy by address and port."""
    from tutela.kernel.egress.proxies import parse_proxy

    text = untrusted_text.strip()
    try:
        parse_proxy(text)
    except ValueError as error:
        raise ValueError("a SOCKS proxy is written as 127.0.0.1:9050, by address and not by name") from error
    return text


def is_here(host: str) -> bool:
    """True for this machine, by name or loopback address."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def parts(text: str) -> list[str]:
    """The answers in an answer that may hold several."""
    return [one.strip() for one in text.split(COMMA) if one.strip()]


def _one_of(words: tuple[str, ...]) -> Check:
    def check(untrusted_text: str, _earlier: Earlier) -> str:
        word = untrusted_text.strip().lower()
        if word not in words:
            raise ValueError(f"is one of {', '.join(words)}")
        return word

    return check


def _host(root: str) -> str:
    from tutela.kernel.egress.urls import parse_url

    return parse_url(root).host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_label(text: str) -> bool:
    """A part of a host's name (RFC 1123 section 2.1)."""
    bare = text.replace("-", "")
    return 0 < len(text) < 64 and bare.isascii() and bare.isalnum() and text[0] != "-" != text[-1]
