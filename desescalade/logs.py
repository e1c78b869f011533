"""What the server writes down: one line for each event, without anything about a person.

No address of a visitor, no words of a form or of a search, no address of a page: the id of a
programme in it opens what the team keeps to itself, so the route stands there instead. Of an
exception its type and its place are kept; its message may repeat what somebody typed. Knows no
Django model, so that gunicorn can use it before the application is there.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

# The request that is being answered, as its page of failure names it.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# Said here, because gunicorn writes before Django has set the clock of the process.
CLOCK = ZoneInfo("Europe/Paris")
# What a record may bring besides its sentence, in the order in which it is written.
FIELDS = ("method", "route", "status", "ms")
STYLES = ("alertes", "texte", "json")


def configuration(style: str) -> dict[str, Any]:
    """For logging.config: to standard error, in one of STYLES.

    `alertes` are warnings and faults in words; `texte` adds a line for each request; `json` says
    the same to a program that collects them.
    """
    handler = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}
    formatter = Json if style == "json" else Words
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"discreet": {"()": Discreet}},
        "formatters": {"line": {"()": formatter}},
        "handlers": {"line": handler},
        "root": {"handlers": ["line"], "level": "WARNING"},
        "loggers": {
            "desescalade.requests": {"level": "WARNING" if style == "alertes" else "INFO"},
            # Django's own handlers would write each of these a second time.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # Whoever scans the network asks by the number of the machine, all day long.
            "django.security.DisallowedHost": {
                "level": "CRITICAL" if style == "alertes" else "WARNING"
            },
            # Development only: says what it serves on standard output.
            "django.server": {"handlers": ["line"], "level": "INFO", "propagate": False},
            "gunicorn.error": {"handlers": ["line"], "level": "WARNING", "propagate": False},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }


class Discreet(logging.Filter):
    """Puts the route where Django and gunicorn would write the address of a page."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None:
            record.route = route_of(request)
            record.method = getattr(request, "method", "")
            # "Not Found: /programmes/…", "Forbidden (CSRF cookie not set.): /programmes/…"
            record.msg, record.args = record.getMessage().partition(":")[0], None
        elif record.name == "gunicorn.error" and "request" in str(record.msg):
            # "Error handling request %s"; "Invalid request from ip=…: …", already put together.
            said = str(record.msg).partition("%")[0].partition(" from ip=")[0]
            record.msg, record.args = said.strip(), None
        return True


def route_of(request: Any) -> str:
    """As "programmes/<str:programme_id>/reglages/"; empty for what is no page of ours."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get(),
            **{name: getattr(record, name, None) for name in FIELDS},
        }
        if record.exc_info:
            said["exception"] = places(record.exc_info)
        return json.dumps(
            {name: value for name, value in said.items() if value not in (None, "")},
            ensure_ascii=False,
        )


class Words(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, CLOCK).isoformat(" ", "seconds")
        about = [str(value) for name in FIELDS if (value := getattr(record, name, None))]
        parts = [at, record.levelname, request_id.get(), record.getMessage(), *about]
        line = " ".join(part for part in parts if part)
        return "\n  ".join([line, *places(record.exc_info)]) if record.exc_info else line


Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def places(raised: Raised | tuple[None, None, None]) -> list[str]:
    """The type of an exception and where it came by, the innermost last, without its message."""
    kind, _, trace = raised
    if kind is None:
        return []
    frames = traceback.extract_tb(trace)
    return [kind.__name__, *(f"{each.filename}:{each.lineno} {each.name}" for each in frames)]
