"""Every form of a site in use, sent as it stands, and sent again; each time taken back."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pkgutil import resolve_name
from unittest import mock
from urllib.parse import urljoin, urlsplit

import lxml.html
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.transaction import Atomic
from django.urls import Resolver404, resolve
from PIL import Image

from tests.sitemap.listing import places
from tests.sitemap.seeding import Site
from tests.sitemap.visiting import Visitors

WORDS = "Un mot de plus."
# What remembers rather than makes: of these, a second sending may leave another.
BOOKKEEPING = {"Change", "Submission", "Session", "Draft", "Entry", "LogEntry"}
# What takes time, or waits for somebody else: never while the database is held.
SLOW = {
    "Markdown": "desescalade.markdown._rendered",
    "PDF": "desescalade.pdf.render",
    "courriel": "django.core.mail.message.EmailMessage.send",
    "réseau": "socket.socket.connect",
    "programme": "subprocess.Popen.__init__",
}


@dataclass
class Watch:
    """How long requests hold the database, and what slow thing they do meanwhile.

    In seconds of work, so that other tests on the machine change nothing.
    """

    held: list[tuple[float, str]] = field(default_factory=list)
    slow: list[tuple[str, str]] = field(default_factory=list)
    request: str = ""
    depth: int = 0
    began: float = 0.0
    thread: threading.Thread = field(default_factory=threading.current_thread)

    @contextmanager
    def of(self, request: str) -> Iterator[None]:
        self.request, self.depth = request, 0
        try:
            yield
        finally:
            self.request = ""

    @contextmanager
    def on(self) -> Iterator[None]:
        """The guards are there only as long."""
        enter, leave = Atomic.__enter__, Atomic.__exit__

        def entered(atomic):
            self.depth += 1
            if self.depth == 1:
                self.began = time.thread_time()
            return enter(atomic)

        def left(atomic, *problem):
            self.depth -= 1
            if self.depth == 0 and self.request:
                self.held.append((time.thread_time() - self.began, self.request))
            return leave(atomic, *problem)

        with ExitStack() as guards:
            guards.enter_context(mock.patch.object(Atomic, "__enter__", entered))
            guards.enter_context(mock.patch.object(Atomic, "__exit__", left))
            for what, name in SLOW.items():
                guards.enter_context(mock.patch(name, self.told(what, resolve_name(name))))
            yield

    def told(self, what, call):
        def telling(*args, **kwargs):
            # Prints are begun by threads of their own, which hold nothing.
            if self.request and self.depth and threading.current_thread() is self.thread:
                self.slow.append((what, self.request))
            return call(*args, **kwargs)

        return telling


@dataclass(frozen=True)
class Sent:
    """A form that was sent twice; the rows that each sending made, by the model."""

    page: str
    to: str
    statuses: tuple[int, int]
    made: Counter
    made_again: Counter


def send_every_form(site: Site, watch: Watch) -> list[Sent]:
    """All forms of alice's pages and of the public ones, one of each kind."""
    visitors, known, sent = Visitors(), set(), []
    for place in places(site):
        if place.status != 200 or place.who not in ("anyone", "alice"):
            continue
        with watch.of(f"{'GET' if place.sent is None else 'POST'} {place.name}"):
            response = visitors.visit(place)
        client = visitors.of(place.who)
        if "html" not in response["Content-Type"] or response.status_code != 200:
            continue
        for form in lxml.html.fromstring(response.content).findall(".//main//form"):
            address = urljoin(place.address, form.get("action") or "")
            kind = (place.name, _name(address), *sorted(set(map(_stem, form.fields))))
            if form.method == "POST" and kind not in known:
                known.add(kind)
                typed = filled(form, site)
                sent.append(_twice(client, place.name, address, typed, watch))
    return sent


def _name(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def _stem(field_name: str) -> str:
    return field_name.rstrip("0123456789") if field_name else ""


def filled(form, site: Site) -> dict[str, list]:
    """What a browser would send, empty fields filled in."""
    typed: dict[str, list] = {}
    for name, value in form.form_values():
        # Browsers drop the line end that a text area begins with.
        typed.setdefault(name, []).append(value.removeprefix("\n"))
    for element in form.iter("input", "textarea", "select"):
        name, kind = element.get("name"), element.get("type", "text")
        is_optional = kind in {"hidden", "submit", "radio"} or (
            kind == "checkbox" and name != "consent" and element.get("required") is None
        )
        if name and not is_optional and not any(typed.get(name, [])):
            typed[name] = [_answer(element, name, kind, site)]
    pressed = next(form.iter("button"))
    if pressed.get("name"):
        typed[pressed.get("name")] = [pressed.get("value", "")]
    return typed


def _answer(element, name: str, kind: str, site: Site):
    if name == "pasted":
        return site.file
    if element.tag == "select":
        return element.value_options[-1]
    if element.get("inputmode") in {"numeric", "decimal"}:
        return "1"
    by_kind = {
        "date": "2026-11-20", "number": "1", "email": "x@exemple.fr", "time": "12:00",
        "checkbox": "on", "url": "https://exemple.fr/",
        "file": SimpleUploadedFile("un.png", logo()),
    }  # fmt: skip
    return by_kind.get(kind, WORDS)


def logo() -> bytes:
    with BytesIO() as written:
        Image.new("RGB", (80, 60), "#1f4d3a").save(written, "PNG")
        return written.getvalue()


def rows() -> Counter:
    return Counter(
        {
            model.__name__: model._base_manager.count()
            for model in apps.get_models()
            if model.__name__ not in BOOKKEEPING
        }
    )


def _twice(client, page: str, address: str, typed, watch: Watch) -> Sent:
    to = _name(address)
    cookies = client.cookies.copy()
    with transaction.atomic():
        counts, statuses = [rows()], []
        for _ in range(2):
            with watch.of(f"POST {to}"):
                statuses.append(_send(client, address, typed))
            counts.append(rows())
        transaction.set_rollback(True)
    client.cookies = cookies
    return Sent(page, to, tuple(statuses), counts[1] - counts[0], counts[2] - counts[1])


def _send(client, address: str, typed) -> int:
    for values in typed.values():
        for value in values:
            if isinstance(value, SimpleUploadedFile):
                value.seek(0)
    return client.post(address, typed, headers={"origin": "http://testserver"}).status_code
