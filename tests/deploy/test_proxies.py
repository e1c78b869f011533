"""The samples for nginx and Caddy, run for real on ports of their own, before a stand-in."""

import contextlib
import http.client
import os
import re
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.serving import free_port

from . import DEPLOY, NAME, Echo, needs, serving


@pytest.fixture(scope="module")
def site():
    with serving(Echo) as port:
        yield port


def certificate(folder):
    """A certificate of our own for NAME, and its key, as certbot would write them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, plain[1], plain[0]))


class Proxy:
    """A proxy that runs, for the time of a test, on two ports of its own."""

    def __init__(self, folder, command, *ports):
        self.folder, self.ports = folder, ports
        self.output = (folder / "output").open("w")
        environment = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.process = subprocess.Popen(
            command, stdout=self.output, stderr=self.output, env=environment
        )
        limit = time.monotonic() + 20
        while time.monotonic() < limit and self.process.poll() is None:
            try:
                self.ask("/")
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise RuntimeError((folder / "output").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.output.close()

    def ask(self, path, body=None, scheme="https", **headers):
        """The status, the words and the Location of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[scheme == "https"], 20)
        connection.connect()
        if scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection.sock = context.wrap_socket(connection.sock, server_hostname=NAME)
        method = "GET" if body is None else "POST"
        with contextlib.closing(connection):
            connection.request(method, path, body, {"Host": NAME, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("Location")

    def written(self):
        """Everything that it wrote down, in whichever file."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in files if path.suffix not in {".pem", ".conf"})


def of_nginx(folder, site):
    ports = free_port(), free_port()
    certificate(folder)
    sample = (
        (DEPLOY / "nginx.conf")
        .read_text()
        .replace("127.0.0.1:8000", f"127.0.0.1:{site}")
        .replace("listen 80;", f"listen 127.0.0.1:{ports[0]};")
        .replace("listen 443 ssl http2;", f"listen 127.0.0.1:{ports[1]} ssl http2;")
        .replace(f"/etc/letsencrypt/live/{NAME}/", f"{folder}/")
        .replace("/var/log/nginx/desescalade.log", f"{folder}/desescalade.log")
    )
    sample = re.sub(r" +listen \[::\].*\n", "", sample)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{}} http {{ {temporary} access_log {folder}/access.log;\n{sample}}}"
    )
    return Proxy(
        folder,
        ["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"],
        *ports,
    )


def of_caddy(folder, site):
    ports = free_port(), free_port()
    sample = (
        (DEPLOY / "Caddyfile")
        .read_text()
        .replace("127.0.0.1:8000", f"127.0.0.1:{site}")
        .replace("{\n", f"{{\n admin off\n http_port {ports[0]}\n https_port {ports[1]}\n"
                 " skip_install_trust\n", 1)
        .replace(f"{NAME} {{", f"{NAME} {{\n tls internal\n")
        .replace("lb_try_duration 5s", "lb_try_duration 100ms")
    )  # fmt: skip
    (folder / "Caddyfile.conf").write_text(sample)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile.conf"]
    return Proxy(folder, command, *ports)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(of_nginx, id="nginx", marks=needs("nginx")),
        pytest.param(of_caddy, id="caddy", marks=needs("caddy")),
    ],
)
def proxy(request, site, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param.__name__)
    running = request.param(folder, site)
    yield running
    running.stop()


def test_a_proxy_says_who_asks_and_how_whatever_the_visitor_pretends(proxy):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    assert proxy.ask("/", **forged)[:2] == (200, f"{NAME}|127.0.0.1|https")


def test_a_proxy_sends_to_https(proxy):
    code, _, location = proxy.ask("/aide/?q=1", scheme="http")
    assert code in {301, 308}
    assert re.fullmatch(f"https://{NAME}(:\\d+)?/aide/\\?q=1", location)


def test_a_proxy_lets_by_what_the_site_takes_and_says_in_french_what_is_too_large(proxy):
    assert proxy.ask("/", b"x" * 24 * 1024 * 1024)[0] == 200
    announced = {"Content-Length": str(32 * 1024 * 1024)}
    code, words, _ = proxy.ask("/", b"the beginning", **announced)
    assert (code, words.split(",")[0]) == (413, "Cet envoi dépasse 30 Mo")


def test_a_page_of_failure_of_the_site_is_not_replaced(proxy):
    assert proxy.ask("/panne")[:2] == (500, f"{NAME}|127.0.0.1|https")


def test_without_the_site_a_proxy_says_so_in_french_and_notes_no_page(tmp_path_factory, proxy):
    make = of_nginx if "nginx" in proxy.folder.name else of_caddy
    folder = tmp_path_factory.mktemp("away")
    alone = make(folder, free_port())
    try:
        code, words, _ = alone.ask("/programmes/s3cr3t/")
    finally:
        alone.stop()
    assert code in {502, 503}
    assert words.startswith("Le site ne répond pas en ce moment")
    assert b"s3cr3t" not in alone.written()


def test_a_proxy_notes_no_page(proxy):
    proxy.ask("/programmes/s3cr3t/panne")
    assert b"s3cr3t" not in proxy.written()
