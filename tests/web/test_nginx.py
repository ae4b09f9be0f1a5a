"""The settings for nginx that we ship hold in a real one, where there is one: TLS, headers, addresses, sizes, slow strangers."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import request

from admin_app.factory import create_app
from admin_app.foundation import clock
from admin_app.web import request_limits
from admin_app.web.front_server import FrontServer
from admin_app.web.headers import HEADERS
from tests.apps import make_settings
from tests.browser.desk import free_port
from tests.faults.processes import wait_until
from tests.slow_connections import slow_connections

SHIPPED = Path(__file__).resolve().parents[2] / "docs" / "nginx.conf"
HOST, STRANGER = "desk.example.org", "127.0.0.2"
MEGABYTE = 1024 * 1024
AROUND = """{user}daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/card-desk.conf;
}}
"""


class Site(NamedTuple):
    """An nginx before a desk."""

    plain: int
    """Its ports."""
    tls: int
    desk: int
    """The port of the desk itself."""
    trust: ssl.SSLContext
    """Knows the certificate."""

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer to a stranger who asks by TLS."""
        line = http.client.HTTPConnection(HOST)
        line.sock = self.secure()
        line.request(method, path, body, {"Host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        try:
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            line.close()

    def secure(self) -> ssl.SSLSocket:
        """A stranger's connection by TLS."""
        return self.trust.wrap_socket(self.open(self.tls), server_hostname=HOST)

    @staticmethod
    def open(port: int) -> socket.socket:
        """A stranger's connection."""
        return socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(STRANGER, 0))


@pytest.fixture(scope="module")
def nginx() -> str:
    """The program; without it nothing here is shown."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:{os.environ.get('NGINX_FOLDER', '')}")
    if not found:
        pytest.skip("no nginx on this machine (apt-get install nginx-light); the settings in docs/nginx.conf are not tried")
    return found


def certificate(folder: Path) -> None:
    """A key and a certificate for HOST, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    begin = clock.now() - timedelta(days=1)
    build = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(days=9))
    signed = build.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False).sign(key, hashes.SHA256())
    (folder / "desk.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "desk.key").write_bytes(key.private_bytes(*kinds))


def configured(folder: Path, shipped: str, plain: int, tls: int, desk: int) -> Path:
    """The shipped settings with ports and paths of this machine, and a shorter patience; the file that includes them."""
    changes = (
        (r"127\.0\.0\.1:8080;", f"127.0.0.1:{desk};"),
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        (r"/etc/ssl/desk\.example\.org\.pem", f"{folder}/desk.pem"),
        (r"/etc/ssl/private/desk\.example\.org\.key", f"{folder}/desk.key"),
        (r"(client_(?:header|body)_timeout) 20s", r"\1 2s"),
    )
    for pattern, here in changes:
        shipped, count = re.subn(pattern, here, shipped)
        assert count, pattern
    (folder / "card-desk.conf").write_text(shipped, encoding="utf-8")
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    return folder / "nginx.conf"


def checked(nginx: str, settings: Path) -> subprocess.CompletedProcess[str]:
    """What `nginx -t` says."""
    line = [nginx, "-t", "-e", "stderr", "-p", str(settings.parent), "-c", str(settings)]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def site(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk on its front server, and the nginx before it."""
    folder = tmp_path_factory.mktemp("nginx")
    url = f"sqlite:///{folder / 'card_desk.db'}"
    app = create_app(make_settings(folder, url, https=True, trusted_proxies="127.0.0.1", trusted_hosts=HOST))
    app.add_url_rule("/seen", "seen.static", lambda: [request.remote_addr, request.url])
    desk_line = socket.create_server(("127.0.0.1", 0))
    found = Site(free_port(), free_port(), int(desk_line.getsockname()[1]), ssl.create_default_context())
    certificate(folder)
    found.trust.load_verify_locations(folder / "desk.pem")
    settings = configured(folder, SHIPPED.read_text(encoding="utf-8"), found.plain, found.tls, found.desk)
    said = checked(nginx, settings)
    assert said.returncode == 0 and "successful" in said.stderr, said.stderr
    front = FrontServer(app, [desk_line], 2, app.config["MAX_CONTENT_LENGTH"], lambda path: request_limits.largest_body(app, path))
    ended = threading.Event()
    desk = threading.Thread(target=lambda: [front.turn() for _turn in iter(ended.is_set, True)], daemon=True)
    desk.start()
    running = subprocess.Popen([nginx, "-e", "stderr", "-p", str(folder), "-c", str(settings)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(found.tls), "nginx")
        yield found
    finally:
        running.terminate()
        running.wait(30)
        ended.set()
        front.server.pull_trigger()
        desk.join(30)
        front.stop(1, lambda: None)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_control_settings_with_a_fault_are_refused(nginx: str, tmp_path: Path) -> None:
    certificate(tmp_path)
    broken = SHIPPED.read_text(encoding="utf-8").replace("send_timeout", "sent_timeout")
    assert checked(nginx, configured(tmp_path, broken, 1080, 1443, 1081)).returncode != 0


def test_whoever_asks_without_tls_is_sent_to_it(site: Site) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=30)
    line.request("GET", "/queue/?tab=mine", headers={"Host": HOST})
    answer = line.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{HOST}/queue/?tab=mine")
    line.close()


def test_a_page_comes_by_new_tls_with_every_header_and_without_a_version(site: Site) -> None:
    with site.secure() as line:
        assert line.version() in {"TLSv1.2", "TLSv1.3"}
    status, headers, _text = site.ask("GET", "/no/such/place")
    told = {name.lower(): value for name, value in headers.items()}
    assert status == 404
    assert [name for name in (*HEADERS, "Content-Security-Policy", "Strict-Transport-Security") if name.lower() not in told] == []
    assert told["server"] == "nginx" and told["cache-control"] == "no-store"


def test_the_desk_knows_who_asked_whatever_the_stranger_says(site: Site) -> None:
    forged = {"X_Forwarded_For": "10.9.9.9", "X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "http", "Forwarded": "for=10.9.9.9"}
    for said in ({}, forged):
        _status, _headers, text = site.ask("GET", "/seen", **said)
        assert text.split('"')[1::2] == [STRANGER, f"https://{HOST}/seen"]


def test_control_a_server_that_hands_on_what_a_stranger_says_would_be_believed(site: Site) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.desk, timeout=30)
    line.request("GET", "/seen", headers={"Host": HOST, "X-Forwarded-For": "10.9.9.9"})
    assert "10.9.9.9" in line.getresponse().read().decode()
    line.close()


def test_another_host_is_nobody_s(site: Site) -> None:
    line = site.secure()
    line.sendall(b"GET /seen HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert line.recv(12) == b"HTTP/1.1 400"
    line.close()


def test_what_is_too_large_gets_the_desk_s_sentence_and_far_too_large_that_of_nginx(site: Site) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded", "Accept_Language": "zh"}
    status, _headers, text = site.ask("POST", "/sign-in", b"x" * 600_000, **form)
    assert status == 413 and "500 KB" in text
    line = site.secure()
    line.sendall(f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {200 * MEGABYTE}\r\n\r\n".encode())
    answer = http.client.HTTPResponse(line)
    answer.begin()
    text = answer.read().decode()
    assert answer.status == 413 and "128 MB" in text and "所有内容均未保存" in text
    line.close()


def test_slow_strangers_stop_nobody_and_are_hung_up_on(site: Site) -> None:
    with slow_connections(site.plain, 60, 10) as lines:
        assert site.ask("GET", "/seen")[0] == 200
        lines[1].settimeout(30)
        assert lines[1].recv(100) == b"", "half a line, then nothing"
