"""Browsers without a window: they ask a served site, and send its forms."""

import http.client
import re
import time
from dataclasses import dataclass, field
from email.message import Message
from html import unescape
from urllib.parse import urlencode, urlsplit

from .teams import Team

# The proof that a form comes from this site: what the cookie says, once more in the form.
PROOF = "p" * 32
SECONDS = 60


class Cut(Exception):
    """The answer did not come whole."""


class Refused(Cut):
    """Nobody listens any more: nothing was sent."""


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    headers: Message
    seconds: float

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


@dataclass
class Visitor:
    """One connection for each request, as nginx would make them."""

    address: str
    session: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": PROOF, **fields})
        return self.ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded"})

    def ask(self, method: str, path: str, body: str | bytes = "", more: dict | None = None):
        """Raises Cut, with Refused where nobody listens."""
        cookies = f"csrftoken={PROOF}; sessionid={self.session}"
        headers = {"cookie": cookies, "connection": "close", **self.headers, **(more or {})}
        began = time.monotonic()
        connection = self.connection()
        try:
            connection.connect()
        except ConnectionRefusedError as error:
            raise Refused from error
        except OSError as error:
            raise Cut from error
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Cut from error
        finally:
            connection.close()
        return Answer(response.status, content, response.headers, time.monotonic() - began)

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=SECONDS)


@dataclass
class Writer:
    """Somebody of a team who saves one commitment again and again.

    `acknowledged` are the texts of which the site said that they are saved.
    """

    address: str
    team: Team
    name: str
    acknowledged: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    version: str = ""

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.address, self.team.session)

    def open(self) -> None:
        """Opens the page, as after something went wrong: it says the version that is saved."""
        page = self.visitor.get(self.team.commitment).text
        self.version = unescape(re.search(r'name="version" value="(\d+)"', page)[1])

    def save(self, text: str = "") -> Answer:
        """Sends the form of the page; opens it before where that was not done. Raises Cut."""
        if not self.version:
            self.open()
        text = text or f"Texte {len(self.acknowledged)} de {self.name}."
        version, self.version = self.version, ""
        answer = self.visitor.post(self.team.commitment, form(text, version))
        if answer.status == 302:
            self.acknowledged.append(text)
            self.seconds.append(answer.seconds)
            self.version = str(int(version) + 1)
        return answer


def form(text: str, version: str) -> dict[str, str]:
    """The page of a commitment of one's own, filled in."""
    return {
        "title": "Un banc",
        "text": text,
        "line": "",
        "easy": "",
        "reason": "",
        "decided_by": "mayor",
        "horizon": "term",
        "budget": "neutral",
        "status": "retained",
        "version": version,
    }
