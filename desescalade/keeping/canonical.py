"""A row as one line of bytes, the same whichever database it was read from."""

import base64
import json
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.duration import duration_string

# Made once: `json.dumps` makes another for each row.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
# What most of a row is made of.
_PLAIN = frozenset({type(None), bool, int, str})


def line(row: dict[str, Any]) -> bytes:
    """JSON with sorted keys and a line feed. Raises TypeError for a value of another kind."""
    plain = {name: each if type(each) in _PLAIN else value(each) for name, each in row.items()}
    # Half of a surrogate pair cannot be stored as text, but inside of JSON it can.
    return _encode(plain).encode("utf-8", "surrogatepass") + b"\n"


def row(line: bytes) -> dict[str, Any]:
    """What `line` wrote, with numbers, text, lists and objects only. Raises ValueError."""
    found = json.loads(line.decode("utf-8", "surrogatepass"))
    if not isinstance(found, dict):
        raise ValueError("not a row")
    return found


def value(given: Any) -> Any:
    """A value as JSON can say it, such that the field's `to_python` gives it back.

    Moments are in UTC to the microsecond, decimals keep their zeros, bytes are in base64, the
    shortest digits that give a float back are its own.
    """
    match given:
        case None | bool() | int() | str():
            return given
        case float():
            return whole(given)
        case Decimal():
            return format(given, "f")
        case datetime():
            moment = given.astimezone(UTC).replace(tzinfo=None)
            return f"{moment.isoformat(timespec='microseconds')}Z"
        case date() | time():
            return given.isoformat()
        case uuid.UUID():
            return str(given)
        case bytes() | memoryview():
            return base64.b64encode(given).decode()
        case dict():
            return {name: value(each) for name, each in given.items()}
        case list() | tuple():
            return [value(each) for each in given]
        case timedelta():
            return duration_string(given)
    raise TypeError(f"no canonical form for {type(given).__name__}")


def whole(number: float) -> float | int:
    """PostgreSQL gives 1e+16 of a JSON value back as 10000000000000000: so do we."""
    return int(number) if number.is_integer() and "e" in repr(number) else number
