"""What stands before the public's pages, as it is shipped: nginx and tor accept it, and it fits the code."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.front import SHIPPED, Front, laid_out
from tests.house.reading import ROOT, product
from tests.needs import _path
from tutela.hotline.settings import HotlineSettings
from tutela.web import public_settings

TORRC = ROOT / "packaging" / "tor" / "torrc"
PAGE = ROOT / "docs" / "how-to" / "front.md"
CONFIGURATIONS = ("nginx.conf", "public.conf", "onion.conf", "desk.conf", "pages.inc")
#: Rooms of which the public process serves nothing.
STAFF = ("tutela.hotline.people", "tutela.hotline.review", "tutela.detect", "tutela.share", "tutela.demo")


def shipped(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def directive(name: str, text: str) -> str:
    """The value of a directive that stands once."""
    (value,) = re.findall(rf"^\s*{name} ([^;]+);", text, re.MULTILINE)
    return str(value)


def megabytes(name: str) -> int:
    return int(directive(name, shipped("nginx.conf")).removesuffix("m")) << 20


@pytest.fixture
def front(tmp_path: Path) -> Front:
    return laid_out(tmp_path / "front", public=8700)


@pytest.mark.needs("nginx")
def test_nginx_accepts_what_is_shipped(front: Front) -> None:
    done = front.tried()
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.needs("nginx")
def test_nginx_accepts_a_desk_for_one_network(front: Front) -> None:
    for line in ("allow 10.20.0.0/16;", "allow 2001:db8:20::/48;", "deny all;"):
        front.change(f"# {line}", line, file="tutela/desk.conf")
    done = front.tried()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.needs("nginx")
def test_nginx_would_tell_of_a_mistake(front: Front) -> None:
    front.change("gzip off;", "gzipp off;")
    assert "gzipp" in front.tried().stderr


def test_bodies_fit_into_memory_and_are_those_that_tutela_reads() -> None:
    assert megabytes("client_max_body_size") == public_settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert megabytes("client_body_buffer_size") > megabytes("client_max_body_size")


def test_it_speaks_no_old_tls() -> None:
    text = shipped("nginx.conf")
    assert directive("ssl_protocols", text).split() == ["TLSv1.2", "TLSv1.3"]
    assert all("GCM" in one or "CHACHA20" in one for one in directive("ssl_ciphers", text).split(":"))


def test_no_server_keeps_a_log_of_its_own() -> None:
    for name in CONFIGURATIONS:
        logs = re.findall(r"^\s*(access_log|error_log) ([^;]+);", shipped(name), re.MULTILINE)
        expected = [("error_log", "stderr notice"), ("access_log", "off"), ("error_log", "/dev/null emerg")]
        assert logs == (expected if name == "nginx.conf" else [])


def test_its_ports_are_those_of_the_settings_and_of_tor() -> None:
    settings = HotlineSettings()
    assert f"proxy_pass http://{settings.public_listen};" in shipped("public.conf")
    assert f"proxy_pass http://{settings.public_listen};" in shipped("onion.conf")
    assert f"proxy_pass http://{settings.desk_listen};" in shipped("desk.conf")
    listens = re.findall(r"listen (\S+?)(?: default_server)?;", shipped("onion.conf"))
    assert {f"HiddenServicePort 80 {port}" in TORRC.read_text(encoding="utf-8") for port in listens} == {True}


def headers_read() -> set[str]:
    """Names of request headers that modules of the public's side read, in lower case."""
    found = set()
    for module in product():
        if module.name.startswith(STAFF):
            continue
        for node in ast.walk(module.tree):
            name = _asked(node)
            if name:
                found.add(name.lower())
    return found


def _asked(node: ast.AST) -> str:
    """``x`` of ``request.headers.get("x")`` and ``request.headers["x"]``; else empty."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "request.headers.get":
        return str(ast.literal_eval(node.args[0]))
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "request.headers":
        return str(ast.literal_eval(node.slice))
    return ""


def test_every_header_that_the_public_side_reads_is_handed_on() -> None:
    lines = re.findall(r"^    proxy_set_header (\S+)", shipped("nginx.conf"), re.MULTILINE)
    handed, read = {name.lower() for name in lines}, headers_read()
    assert {"authorization", "idempotency-key", "host"} <= read
    assert read | {"accept-language", "content-type"} <= handed
    assert not handed & {"x-forwarded-for", "x-real-ip", "forwarded", "user-agent", "referer", "cookie"}


def test_its_pages_are_plain_and_in_every_language() -> None:
    pages = sorted((SHIPPED / "pages").glob("*.html"))
    named = set(re.findall(r"/front/([a-z-]+\.html)", shipped("nginx.conf")))
    assert {page.name for page in pages} == named
    for page in pages:
        text = page.read_text(encoding="utf-8")
        languages = re.findall(r'<section lang="([a-z]+)">', text)
        assert languages == [code for code, _ in public_settings.LANGUAGES]
        assert not re.search(r"<(script|style|link|img|a)\b|\sstyle=|https?:", text)
    for name in ("public.conf", "onion.conf", "desk.conf"):
        included = shipped(name).count("include /etc/nginx/tutela/pages.inc;")
        assert included == shipped(name).count("proxy_pass http")


@pytest.mark.needs("tor")
def test_tor_accepts_what_is_shipped(tmp_path: Path) -> None:
    text = TORRC.read_text(encoding="utf-8").replace("/var/lib/tor/", f"{tmp_path}/")
    done = verified(tmp_path, text)
    assert done.returncode == 0 and "Configuration was valid" in done.stdout
    assert verified(tmp_path, text.replace("SocksPort", "SockPort")).returncode != 0


def verified(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What tor says of a configuration; it meets no network for that."""
    (folder / "torrc").write_text(text, encoding="utf-8")
    (folder / "defaults").touch()
    program = shutil.which("tor", path=_path()) or "tor"
    places = ["-f", str(folder / "torrc"), "--defaults-torrc", str(folder / "defaults")]
    asked = [program, "--verify-config", *places, "--DataDirectory", str(folder / "tor")]
    return subprocess.run(asked, capture_output=True, text=True, timeout=60)


@pytest.mark.needs("systemd")
def test_systemd_accepts_what_is_added_to_nginx(tmp_path: Path) -> None:
    unit = tmp_path / "nginx.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    shutil.copytree(SHIPPED / "nginx.service.d", tmp_path / "nginx.service.d")
    asked = ["systemd-analyze", "verify", "--man=no", str(unit)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_guide_names_every_file() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = {path.name for path in SHIPPED.iterdir()} | {"packaging/tor/torrc"}
    assert not [name for name in names if name not in text]
