"""A browser as the page sees it: cookies, forms, and what browsers say of where a form comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import client as http_client  # noqa: TID251 - the client of these tests
from urllib.parse import urlencode

PASSPHRASE = "four calm words here"
SECONDS_MAX = 20


@dataclass(frozen=True, kw_only=True)
class Got:
    """One answer."""

    status: int
    headers: http_client.HTTPMessage
    text: str

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""


@dataclass
class Visitor:
    """``form``: the token of the last page that had one."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    form: str = ""

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Got:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded"}
            sent |= {"Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        connection = http_client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        try:
            connection.request(method, path, body, sent | dict(headers or {}))
            answer = connection.getresponse()
            got = Got(status=answer.status, headers=answer.headers, text=answer.read().decode("utf-8"))
        finally:
            connection.close()
        for cookie in got.headers.get_all("Set-Cookie", []):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        token = re.search(r'name="form" value="([0-9a-f]+)"', got.text)
        self.form = token[1] if token else self.form
        return got

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Got:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, /, **fields: str) -> Got:
        """What a form of the page gets that has these fields."""
        return self.post_with({}, path, **fields)

    def post_with(self, headers: Mapping[str, str], path: str, /, **fields: str) -> Got:
        """The same, where the browser says something else of where the form comes from."""
        return self.ask("POST", path, urlencode({"form": self.form, **fields}), headers)

    def sign_in(self, passphrase: str = PASSPHRASE) -> Got:
        """What the form of the passphrase gets; the next form is one of the page that follows."""
        self.get("/")
        got = self.post("/open", passphrase=passphrase)
        if got.status == 303:
            self.get("/")
        return got
