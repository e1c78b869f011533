"""The state of a programme as JSON, for good: an edition prints from this and nothing else."""

import hashlib
import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from ..enums import Fidelity, ProgrammeKind
from ..models.programme import ID_ALPHABET
from .document import (
    Chapter,
    Commitment,
    Document,
    Figure,
    Imprint,
    Logo,
    Objection,
    Source,
    Value,
    Written,
)
from .layout import Layout

CODE_LENGTH = 8
# Of the shape of a state; raise it when a field is renamed, and read the older ones still.
VERSION = 1


def freeze(document: Document, layouts: dict[str, Layout]) -> dict[str, Any]:
    """Plain JSON of a document and of the layout of each format that has one."""
    state = {
        "version": VERSION,
        "document": _plain(replace(document, stamp=None)),
        "layouts": {slug: _plain(layout) for slug, layout in sorted(layouts.items())},
    }
    # Tuples become lists and dates text, as they will be read back.
    return json.loads(json.dumps(state, default=date.isoformat))


def _plain(value: Any) -> Any:
    """Without what has its default: a field that is added later changes no code of today."""
    if is_dataclass(value):
        return {
            field.name: _plain(known)
            for field in fields(value)
            if (known := getattr(value, field.name)) != field.default
        }
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def thaw_document(state: dict[str, Any]) -> Document:
    """The document that was frozen, without stamp."""
    known = dict(state["document"])
    known["kind"] = ProgrammeKind(known["kind"])
    known["vote_date"] = known["vote_date"] and date.fromisoformat(known["vote_date"])
    known["chapters"] = tuple(map(_chapter, known["chapters"]))
    known["sources"] = tuple(Source(**source) for source in known["sources"])
    known["imprint"] = Imprint(**known["imprint"])
    known["candidates"] = tuple(known.get("candidates", ()))
    known["logo"] = Logo(**known["logo"]) if "logo" in known else None
    return Document(**known)


def thaw_layout(state: dict[str, Any], slug: str) -> Layout:
    """The layout of a format as it was frozen; the plain one for a format that had none."""
    known = dict(state["layouts"].get(slug, {}))
    for name in ("commitments", "candidates"):
        if name in known:
            known[name] = tuple(known[name])
    for name, kind in (("logo", Logo), ("imprint", Imprint)):
        if name in known:
            known[name] = kind(**known[name])
    return Layout(**known)


def code(state: dict[str, Any], *salt: str) -> str:
    """As in "k7d3-9xq2": changes with a single letter of the state; no vowel, so no word."""
    body = json.dumps([*salt, state], sort_keys=True, ensure_ascii=False)
    number = int.from_bytes(hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest())
    signs = []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(ID_ALPHABET))
        signs.append(ID_ALPHABET[rest])
    half = CODE_LENGTH // 2
    return "".join(signs[:half]) + "-" + "".join(signs[half:])


def code_from_typed(typed: str) -> str:
    """The code as somebody copied it from paper: an address, capitals, no hyphen."""
    last = typed.strip().rstrip("/").rpartition("/")[2]
    signs = [sign for sign in last.lower() if sign in ID_ALPHABET]
    half = CODE_LENGTH // 2
    return "".join(signs[:half]) + "-" + "".join(signs[half:]) if len(signs) == CODE_LENGTH else ""


def _chapter(known: dict[str, Any]) -> Chapter:
    return Chapter(
        **{
            **known,
            "commitments": tuple(map(_commitment, known["commitments"])),
            "figures": tuple(Figure(**figure) for figure in known["figures"]),
        }
    )


def _commitment(known: dict[str, Any]) -> Commitment:
    written = known.get("written")
    return Commitment(
        **{
            **known,
            "fidelity": Fidelity(known["fidelity"]),
            "pitches": tuple(known.get("pitches", ())),
            "objections": tuple(Objection(**said) for said in known.get("objections", ())),
            "written": written
            and Written(
                **{**written, "values": tuple(Value(**value) for value in written["values"])}
            ),
        }
    )
