"""nginx and Caddy with the samples of deploy/, on ports of their own, for the time of a test."""

import contextlib
import http.client
import os
import re
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.serving import free_port

from . import DEPLOY, NAME


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


def of_nginx(folder, *sites):
    """Before the sites that listen on these ports, one on each machine."""
    ports = free_port(), free_port()
    certificate(folder)
    sample = (
        (DEPLOY / "nginx.conf")
        .read_text()
        .replace("server 127.0.0.1:8000;", " ".join(f"server 127.0.0.1:{p};" for p in sites))
        .replace("listen 80;", f"listen 127.0.0.1:{ports[0]};")
        .replace("listen 443 ssl http2;", f"listen 127.0.0.1:{ports[1]} ssl http2;")
        .replace(f"/etc/letsencrypt/live/{NAME}/", f"{folder}/")
        .replace("/var/log/nginx/desescalade.log", f"{folder}/desescalade.log")
    )
    sample = re.sub(r" +listen \[::\].*\n", "", sample)
    return _nginx(folder, ports, sample)


def of_yunohost(folder, site):
    """Its part, within a server as YunoHost writes it around."""
    ports = free_port(), free_port()
    certificate(folder)
    part = (DEPLOY / "yunohost/conf/nginx.conf").read_text()
    part = part.replace("__PORT__", str(site)).replace("/var/log/nginx/__APP__", f"{folder}/app")
    around = (
        f"server {{ listen 127.0.0.1:{ports[0]}; access_log off;"
        " return 301 https://$host$request_uri; }\n"
        f"server {{ listen 127.0.0.1:{ports[1]} ssl; ssl_certificate {folder}/fullchain.pem;"
        f" ssl_certificate_key {folder}/privkey.pem;\n{part}}}"
    )
    return _nginx(folder, ports, around)


def _nginx(folder, ports, servers):
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{}} http {{ {temporary} access_log {folder}/access.log;\n{servers}}}"
    )
    command = ["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
    return Proxy(folder, command, *ports)


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
