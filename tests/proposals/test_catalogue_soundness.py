"""What the desk refuses on save is what the reader of the file refuses, neither more nor less."""

from copy import deepcopy
from pathlib import Path

from proposals import catalogue
from proposals.catalogue import dumping, entries, shape
from proposals.catalogue.soundness import faults

from . import edits

SMALL = (Path(__file__).parent.parent / "data" / "small.yaml").read_bytes()

# The head of the file says which it is; the database has no upper bounds, and no order of its own.
NOT_EDITED = {"max_population"}
TEXTS = ["", " ", "x" * 3000, "a\x0bb", "citoyen·nes", "{inconnu}", "{seule", "un\ndeux", "a.e.s"]
WRONG = {
    shape.Text: TEXTS,
    shape.Address: ["ftp://exemple.fr", "https://exemple.fr/a b", "x"],
    shape.Slug: ["Mairie", "inconnu", "null", "commune"],
    shape.Choice: ["pope"],
    shape.Whole: [10**9, -1, 5, 999],
    shape.Number: ["12345678901", "0.00001", "7", "-3"],
    shape.Literal: ["", "x" * 300, "beaucoup", "9"],
    shape.Day: ["hier"],
    shape.Flag: [True, False],
}


def edited():
    """The small catalogue, once for each of its values and each way to get it wrong."""
    content = catalogue.read(SMALL)
    for path, kind in edits.leaves(shape.CATALOGUE, content):
        if path[0] == "catalogue" or path[-1] in NOT_EDITED:
            continue
        # A column that is no text and must be filled is never empty.
        nothing = [None] if isinstance(kind, shape.Text) else []
        for wrong in (*WRONG[type(kind)], *nothing):
            if wrong == "null" and getattr(kind, "optional", False):
                # No row is called so.
                continue
            other = deepcopy(content)
            edits.put(other, path, wrong)
            yield path, wrong, other
    for path, _ in edits.lists(shape.CATALOGUE, content):
        other = deepcopy(content)
        items = edits.get(other, path)
        items.append(deepcopy(items[0]))
        # What has a name of its own stands once in the database.
        if path[-1] not in ("proposals", "measures", "reflection_sheets") or len(path) > 3:
            yield path, "twice", other


def is_refused_by_the_reader(content) -> bool:
    try:
        catalogue.read(dumping.to_text(content).encode())
    except catalogue.CatalogueError:
        return True
    return False


def test_the_desk_and_the_reader_of_the_file_refuse_the_same():
    differing, refused = [], 0
    for path, wrong, content in edited():
        by_reader = is_refused_by_the_reader(content)
        parts = entries.split(content)
        found = faults(parts, parts)
        refused += by_reader
        if bool(found) != by_reader:
            differing.append((path, wrong, by_reader, [str(fault) for fault in found]))
    assert differing == []
    assert refused > 150


def test_a_fault_names_its_place():
    content = catalogue.read(SMALL)
    measure = content["proposals"][0]["measures"][0]
    measure["wordings"][0]["easy"] = "Les citoyen·nes"
    content["proposals"][0]["figures"][0]["caveat"] = "Un.e agent.e"
    content["sources"]["journal"]["title"] = "Les élu·es"
    content["size_classes"][0]["min_population"] = 5
    parts = entries.split(content)
    assert [str(fault) for fault in faults(parts, parts)] == [
        "Strate « village » › à partir de (habitants) : un trou entre les strates : attendu 0.",
        "Source « journal », titre : pas de point dans les mots : « élu·es ».",
        "Proposition « guichet », chiffre « Une personne sur six. » › réserve : pas de point dans"
        " les mots : « Un.e ».",
        "Mesure « ouvrir », déclinaison « village » › version simplifiée : pas de point dans les"
        " mots : « citoyen·nes ».",
    ]
