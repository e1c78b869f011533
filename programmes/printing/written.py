"""The order of a print as JSON, whole: what reads it prints the same, without asking for a row."""

from base64 import b64decode, b64encode
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from ..enums import Output
from . import freezing
from .document import Document, Stamp
from .formats import FORMATS
from .print_rules import Problem, Severity
from .prints import Print


def write(order: Print) -> dict[str, Any]:
    """Plain JSON. What it is read back to has the same `path`."""
    stamp = order.document.stamp
    return {
        **freezing.freeze(order.document, {}),
        "stamp": stamp and {**asdict(stamp), "made_on": stamp.made_on.isoformat()},
        "format": order.format.slug,
        "output": order.output.value,
        "bleed": order.bleed,
        "errors": [
            {
                **asdict(error),
                "severity": error.severity.value,
                "checked_on": error.checked_on.isoformat(),
            }
            for error in order.errors
        ],
        "logo": b64encode(order.logo).decode(),
        "owner": order.owner,
    }


def read(written: dict[str, Any]) -> Print:
    return Print(
        document=_document(written),
        format=FORMATS[written["format"]],
        output=Output(written["output"]),
        bleed=written["bleed"],
        errors=tuple(map(_problem, written["errors"])),
        logo=b64decode(written["logo"]),
        owner=written["owner"],
    )


def _document(written: dict[str, Any]) -> Document:
    document, stamp = freezing.thaw_document(written), written["stamp"]
    if stamp is None:
        return document
    made_on = date.fromisoformat(stamp["made_on"])
    return replace(document, stamp=Stamp(**{**stamp, "made_on": made_on}))


def _problem(written: dict[str, Any]) -> Problem:
    known = {
        **written,
        "severity": Severity(written["severity"]),
        "checked_on": date.fromisoformat(written["checked_on"]),
    }
    return Problem(**known)
