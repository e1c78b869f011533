"""`python -m tests.reliability.older FILE [NUMBER] [DATA]` makes the backup of a site of long ago.

Its base stops at the first migrations that a backup can say, with a row of each kind that the
migrations since have to bring along, and as many programmes as asked for. The site itself stays
in the directory DATA, if one is named.
"""

import os
import sys
import tempfile
from pathlib import Path

HEADS = {"programmes": "0002_print_shop", "proposals": "0001_initial"}


def main(to: Path, programmes: int = 1, kept: Path | None = None) -> None:
    with tempfile.TemporaryDirectory() as new:
        data = str(kept or new)
        (Path(data) / "secret_key").write_text("une clé qui ne sert à rien" * 2)
        os.environ |= {"DESESCALADE_DATA": data, "DATABASE_URL": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
        import django

        django.setup()
        from desescalade.keeping import making

        _migrate()
        _fill(programmes)
        os.replace(making.make(Path(data) / "backups").path, to)


def _migrate() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    now = [(app, name) for app, name in executor.loader.graph.leaf_nodes() if app not in OURS]
    executor.migrate([*now, *HEADS.items()])


# Those of which the later migrations depend on later ones of the others.
OURS = {"programmes", "proposals", "desk"}


def _fill(programmes: int) -> None:
    from desescalade.keeping import schemas

    of = {model._meta.label: model.objects for model in schemas.models(schemas.heads("default"))}
    user = of["auth.User"].create(username="ancienne", password="!")
    proposal = of["proposals.Proposal"].create(
        slug="ecole", number=1, title="À l’école", summary="Moins d’écrans."
    )
    measure = of["proposals.Measure"].create(
        slug="logiciel-libre", proposal=proposal, position=1, title="Un logiciel libre"
    )
    of["proposals.Pitch"].create(measure=measure, position=1, text="Il ne coûte rien.")
    of["proposals.Release"].create(number="1", date="2026-01-15", note="La première.")
    department = of["programmes.Department"].create(
        code="26", name="Drôme", region_name="Auvergne-Rhône-Alpes"
    )
    commune = of["programmes.Commune"].create(
        insee_code="26027", name="Barsac", department=department, population=154
    )
    for n in range(programmes):
        programme = of["programmes.Programme"].create(id=f"ancien{n or ''}", commune=commune)
        of["programmes.Membership"].create(programme=programme, user=user, role="coordinator")
        chapter = of["programmes.Chapter"].create(
            programme=programme, proposal=proposal, number=1, title="À l’école"
        )
        of["programmes.Commitment"].create(
            programme=programme, chapter=chapter, measure=measure, position=1,
            title="Un logiciel libre à l’école", text="Nous l’installons.",
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]), *map(Path, sys.argv[3:]))
