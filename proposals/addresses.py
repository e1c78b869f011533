"""Whether an address of the web still answers. No Django; the network only when it is called.

Nothing on the host's own network is ever asked, whatever an address, a name or a redirection
says: a name is resolved once, each address it gives is judged, and the connection goes to that
address and no other. No body is read.
"""

import errno
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from .duplicates import same_page

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

REDIRECTIONS = 5
AT_ONCE = 8
# Of a first visit, in seconds; and of all that one address may take, redirections included.
TIMEOUT, DEADLINE = 5.0, 8.0
_NAME = "Mozilla/5.0 (compatible; Desescalade; verification des sources)"
_NO_NETWORK = {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH}
# In a path or a query: what is encoded already, and what needs no encoding.
_KEPT = "%/:?#[]@!$&'()*+,;=~-._"


class State(StrEnum):
    ANSWERS = "answers"
    MOVED = "moved"
    GONE = "gone"
    CLOSED = "closed"
    BROKEN = "broken"
    SILENT = "silent"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """`note` is what to know besides: where it moved to, what the server said."""

    state: State
    note: str = ""


# What comes back where there is no network, and for a name that does not exist.
NO_NETWORK = Answer(State.SILENT, "le réseau ne répond pas")
UNKNOWN = Answer(State.SILENT, "ce nom n’existe pas")
_LOST = (NO_NETWORK, UNKNOWN)
# Some hosts without network say of every name that it does not exist.
_SURELY_OFFLINE = 3


class Offline(Exception):
    """There is no network here: nothing can be said of any address."""


class _Forbidden(Exception):
    pass


class _NoNetwork(Exception):
    pass


def is_public(ip: IP) -> bool:
    """Whether it belongs to the open internet, and hides no other address."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(ip.ipv4_mapped)
        if ip.sixtofour or ip.teredo or ip in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return ip.is_global and not ip.is_multicast


@dataclass(frozen=True)
class Visitor:
    """Asks addresses. Tests lift the refusal of their own host, and shorten the patience."""

    allowed: Callable[[IP], bool] = is_public
    timeout: float = TIMEOUT
    deadline: float = DEADLINE
    resolve: Callable[..., list[tuple]] = socket.getaddrinfo

    def visit_all(self, urls: Iterable[str]) -> Iterator[tuple[str, Answer]]:
        """Each address once with its answer, in their order.

        Raises Offline before the first answer when the first ones find no network at all.
        """
        urls = list(dict.fromkeys(urls))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            first = list(pool.map(self.visit, urls[:AT_ONCE]))
            if _is_offline(first):
                raise Offline
            yield from zip(urls, first, strict=False)
            rest = urls[AT_ONCE:]
            yield from zip(rest, pool.map(self.visit, rest), strict=True)

    def visit(self, url: str) -> Answer:
        """Asks for the head only, then for the page where a server gives no head."""
        answer = self._visit("HEAD", url)
        if answer.state in (State.ANSWERS, State.MOVED, State.REFUSED) or answer in _LOST:
            return answer
        return self._visit("GET", url)

    def _visit(self, method: str, url: str) -> Answer:
        visit = _Visit(self)
        clock = threading.Timer(self.deadline, visit.hang_up)
        clock.start()
        try:
            return visit.follow(method, url)
        except _Forbidden as error:
            return Answer(State.REFUSED, str(error))
        except _NoNetwork:
            return NO_NETWORK
        except ssl.SSLCertVerificationError:
            return Answer(State.BROKEN, "son certificat n’est pas valable")
        except TimeoutError:
            return Answer(State.SILENT, "pas de réponse à temps")
        except socket.gaierror:
            return UNKNOWN
        except (OSError, http.client.HTTPException, ValueError):
            note = "pas de réponse à temps" if visit.is_over else "la connexion échoue"
            return Answer(State.SILENT, note)
        finally:
            clock.cancel()
            visit.hang_up()


class _Visit:
    """One address and its redirections, until the clock runs out."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.lines: list[socket.socket] = []
        self.is_over = False

    def follow(self, method: str, url: str) -> Answer:
        seen, moved_to, is_lasting = [url], "", True
        while len(seen) <= REDIRECTIONS + 1:
            status, target = self._ask(method, seen[-1])
            if not (300 <= status < 400 and target):
                is_same = same_page(moved_to) == same_page(url)
                return _answer(status, "" if is_same else moved_to)
            target = urljoin(seen[-1], target)
            if target in seen:
                return Answer(State.BROKEN, "l’adresse renvoie à elle-même sans fin")
            # What comes after a passing redirection may change tomorrow.
            is_lasting = is_lasting and status in (301, 308)
            if is_lasting:
                moved_to = target
            seen.append(target)
        return Answer(State.BROKEN, "trop de renvois d’une adresse à l’autre")

    def _ask(self, method: str, url: str) -> tuple[int, str]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _Forbidden("ce n’est pas une adresse du web")
        # Its own timeout does not end a server that sends one sign now and then: the clock does.
        connection = _connection(parts, self._connect(parts), self.visitor.timeout)
        path = quote(parts.path or "/", safe=_KEPT)
        if parts.query:
            path += "?" + quote(parts.query, safe=_KEPT)
        try:
            headers = {"User-Agent": _NAME, "Accept": "*/*", "Connection": "close"}
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Location") or ""
        finally:
            connection.close()

    def _connect(self, parts: SplitResult) -> socket.socket:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = self.visitor.resolve(parts.hostname, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise _NoNetwork from None
            raise
        except UnicodeError:
            raise _Forbidden("ce nom ne peut pas exister") from None
        if self.is_over:
            raise TimeoutError
        places = [entry[4] for entry in found]
        if not all(self.visitor.allowed(ipaddress.ip_address(place[0])) for place in places):
            raise _Forbidden("l’adresse mène à un réseau privé")
        return self._dial(found)

    def _dial(self, found: list[tuple]) -> socket.socket:
        """The first of the addresses that takes the call."""
        failure: OSError = OSError()
        for family, kind, protocol, _, place in found:
            line = socket.socket(family, kind, protocol)
            line.settimeout(self.visitor.timeout)
            try:
                line.connect(place)
            except OSError as error:
                line.close()
                failure = error
                continue
            # A second handle: that of the connection changes hands when TLS begins.
            self.lines.append(line.dup())
            return line
        if failure.errno in _NO_NETWORK:
            raise _NoNetwork from None
        raise failure

    def hang_up(self) -> None:
        self.is_over = True
        for line in self.lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


def _connection(
    parts: SplitResult, line: socket.socket, timeout: float
) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    if parts.scheme == "https":
        connection.default_port = 443
        try:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=parts.hostname)
        except BaseException:
            line.close()
            raise
    connection.sock = line
    return connection


def _is_offline(first: Sequence[Answer]) -> bool:
    if not first or not all(answer in _LOST for answer in first):
        return False
    return NO_NETWORK in first or len(first) >= _SURELY_OFFLINE


def _answer(status: int, moved_to: str) -> Answer:
    match status:
        case _ if 200 <= status < 300:
            return Answer(State.MOVED, moved_to) if moved_to else Answer(State.ANSWERS)
        case 404 | 410:
            return Answer(State.GONE, f"réponse {status}")
        case 401 | 403 | 405 | 406 | 429 | 451 | 999:
            return Answer(State.CLOSED, f"réponse {status}")
    return Answer(State.BROKEN, f"réponse {status}")
