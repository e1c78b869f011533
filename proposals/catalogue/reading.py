"""Reading a catalogue file strictly: every scalar is text, then typed by `shape.py`.

Measured reasons for the strictness (PyYAML 6.0.3): `01004` loads as 516, `no` as False, the
C parser crashes on 100,000 nested brackets, aliases unfold without bound, keys written twice
are merged in silence. The pure-Python parser is used, with a guard on every node.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from . import consistency, shape
from .problems import CatalogueError, Problem

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 20
# Three times those of the catalogue of 2026.
MAX_NODES = 50_000
# A file with more faults than this is not a catalogue; the rest would only bury the first.
MAX_PROBLEMS = 200
NULL = ("", "null", "~")

Path = tuple[str | int, ...]


class TooMuch(Exception):
    """The file is too deep, too long or too wrong to go on."""


@dataclass
class Findings:
    """The problems found, and where each value stands; `what` the file is, in French.

    `unread` has the path of each value that could not be understood or is missing, and of all
    that surrounds it: what depends on one of these cannot be judged.
    """

    what: str = "catalogue"
    problems: list[Problem] = field(default_factory=list)
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    unread: set[Path] = field(default_factory=set)

    def add(self, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(line, column, message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooMuch

    def leave_unread(self, path: Path) -> None:
        self.unread |= {path[:length] for length in range(len(path) + 1)}

    def add_at(self, path: Path, message: str) -> None:
        """At a value, or at the nearest that surrounds it."""
        while path not in self.places:
            path = path[:-1]
        self.add(*self.places[path], message)


class StrictLoader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes; refuses aliases, anchors, tags, depth and number beyond bounds."""

    def __init__(self, text: str, findings: Findings) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self.findings = findings
        self.depth = self.count = 0

    def refuse(self, mark: yaml.Mark, message: str) -> None:
        self.findings.add(mark.line + 1, mark.column + 1, message)

    def compose_node(self, parent: Node | None, index: Any) -> Node:
        event = self.peek_event()
        self.count += 1
        if self.count > MAX_NODES:
            self.refuse(event.start_mark, f"plus de {MAX_NODES} valeurs dans le fichier")
            raise TooMuch
        if isinstance(event, AliasEvent):
            self.get_event()
            self.refuse(event.start_mark, f"alias *{event.anchor} interdit : recopier le texte")
            return ScalarNode("", "", event.start_mark, event.end_mark)
        if event.anchor is not None:
            self.refuse(event.start_mark, f"ancre &{event.anchor} interdite")
            event.anchor = None
        if getattr(event, "tag", None) is not None:
            self.refuse(event.start_mark, f"étiquette {str(event.tag)[:60]} interdite")
            event.tag = None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(event.start_mark, f"plus de {MAX_DEPTH} niveaux imbriqués")
            raise TooMuch
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read(data: bytes) -> dict[str, Any]:
    """The checked content of a catalogue file. Raises CatalogueError with every problem."""
    findings = Findings()
    try:
        value = typed(data, shape.CATALOGUE, findings)
        if value is not None:
            consistency.check_head(value["catalogue"], findings)
            consistency.check(value, findings)
    except TooMuch:
        pass
    if findings.problems:
        raise CatalogueError(findings.problems)
    _sort_sizes(value)
    return value


def _sort_sizes(catalogue: dict[str, Any]) -> None:
    """From the smallest, as the database has them: their order in the file says nothing."""
    ranks = {size_class["slug"]: i for i, size_class in enumerate(catalogue["size_classes"])}
    for _, measure in consistency.measures(catalogue):
        for wording in measure["wordings"]:
            wording["sizes"].sort(key=ranks.__getitem__)


def typed(data: bytes, kind: shape.Kind, findings: Findings) -> Any:
    """The content of a file after its shape, problems gathered in `findings`; raises TooMuch."""
    return _Typing(findings).value(kind, _compose(data, findings), ())


def _compose(data: bytes, findings: Findings) -> Node:
    if len(data) > MAX_BYTES:
        findings.add(1, 1, f"fichier de plus de 2 Mio : ce n’est pas un {findings.what}")
        raise TooMuch
    text = _decoded(data, findings)
    try:
        node = StrictLoader(text, findings).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        findings.add(mark.line + 1, mark.column + 1, f"YAML mal formé : {_in_french(error)}")
        raise TooMuch from None
    except (yaml.YAMLError, RecursionError):
        findings.add(1, 1, "YAML illisible")
        raise TooMuch from None
    if node is None:
        findings.add(1, 1, "le fichier est vide")
        raise TooMuch
    return node


def _decoded(data: bytes, findings: Findings) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        findings.add(line, column, "le fichier n’est pas en UTF-8 : l’enregistrer en UTF-8")
        raise TooMuch from None
    if found := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        findings.add(line, column, f"signe interdit U+{ord(found[0]):04X} : le retirer")
        raise TooMuch
    return text


def _in_french(error: yaml.MarkedYAMLError) -> str:
    """A hint for the commonest faults; PyYAML speaks English."""
    problem = error.problem or ""
    if "mapping values are not allowed" in problem or "could not find expected ':'" in problem:
        return "deux-points inattendus ou manquants (mettre le texte entre guillemets)"
    if "found character '\\t'" in problem:
        return "tabulation : mettre des espaces"
    if "expected <block end>" in problem or "did not find expected" in problem:
        return "retrait ou tiret mal placé"
    if "unexpected end of stream" in problem or "quoted scalar" in (error.context or ""):
        return "guillemet jamais fermé"
    if "expected a single document" in (error.context or ""):
        return "un seul document par fichier"
    return "vérifier les retraits, les tirets et les guillemets"


def _is_null(node: ScalarNode) -> bool:
    """Only bare: in quotes it is a text like another."""
    return not node.style and node.value in NULL


class _Typing:
    """Turns nodes into values after their shape, gathering all problems."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def value(self, kind: shape.Kind, node: Node, path: Path) -> Any:
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        self.findings.places[path] = place
        match kind, node:
            case shape.Record(), MappingNode():
                return self.record(kind, node, path)
            case shape.MapOf(), MappingNode():
                return self.mapping(kind, node, path)
            case shape.ListOf(), SequenceNode():
                return self.sequence(kind, node, path)
            case shape.ListOf(optional=True), ScalarNode() if _is_null(node):
                return None
            case ((shape.Record() | shape.MapOf() | shape.ListOf()), _):
                wanted = "une liste" if isinstance(kind, shape.ListOf) else "des clés"
                self.findings.add(*place, f"{self._name(path)} : il faut ici {wanted}")
            case _, ScalarNode():
                try:
                    raw = "" if _is_null(node) else node.value
                    return kind.value(raw)
                except ValueError as error:
                    self.findings.add(*place, f"{self._name(path)} : {error}")
            case _:
                self.findings.add(*place, f"{self._name(path)} : il faut ici une seule valeur")
        self.findings.leave_unread(path)
        return None

    def pairs(self, node: MappingNode) -> Iterator[tuple[str, tuple[int, int], Node]]:
        """The keys of a mapping with their nodes; a key written twice is a problem."""
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, ScalarNode):
                self.findings.add(*place, "une clé est un mot simple")
            elif key_node.value in seen:
                self.findings.add(
                    *place,
                    f"clé « {key_node.value[:60]} » déjà écrite à la ligne {seen[key_node.value]}",
                )
            else:
                seen[key_node.value] = place[0]
                yield key_node.value, place, value_node

    def record(self, kind: shape.Record, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, place, value_node in self.pairs(node):
            if key in kind.fields:
                values[key] = self.value(kind.fields[key], value_node, (*path, key))
            else:
                known = ", ".join(kind.fields)
                self.findings.add(*place, f"clé inconnue « {key[:60]} » ; attendu : {known}")
        for key in kind.fields:
            if key not in values:
                if key not in kind.defaults:
                    self.findings.add_at(path, f"{self._name(path)} : la clé « {key} » manque")
                    self.findings.leave_unread((*path, key))
                values[key] = kind.defaults.get(key)
        return values

    def mapping(self, kind: shape.MapOf, node: MappingNode, path: Path) -> dict[str, Any]:
        values = {}
        for key, place, value_node in self.pairs(node):
            try:
                kind.key.value(key)
            except ValueError as error:
                self.findings.add(*place, str(error))
                self.findings.leave_unread((*path, key))
            values[key] = self.value(kind.item, value_node, (*path, key))
            # What is said of an entry is said at its key.
            self.findings.places[(*path, key)] = place
        return values

    def sequence(self, kind: shape.ListOf, node: SequenceNode, path: Path) -> list[Any] | None:
        if kind.optional and not node.value:
            return None
        if len(node.value) < kind.at_least:
            self.findings.add_at(path, f"{self._name(path)} : la liste est vide")
            self.findings.leave_unread(path)
        return [
            self.value(kind.item, item, (*path, index)) for index, item in enumerate(node.value)
        ]

    def _name(self, path: Path) -> str:
        """The key that is being read, for a message."""
        keys = [part for part in path if isinstance(part, str)]
        return keys[-1] if keys else self.findings.what
