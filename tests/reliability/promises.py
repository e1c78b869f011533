"""What the site promises, R1 to R36, in the words of docs/fiabilite.md.

A promise is tried by the tests that note a figure for it, or by those named here, which run in
every `make test`; one that is tried by neither says why.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """`tests` are files or tests of the normal suite; `why_not` stands where there is no test."""

    sentence: str
    bound: str
    tests: tuple[str, ...] = ()
    why_not: str = ""


PROMISES = {
    "R1": Promise(
        "Ce qui a été annoncé « enregistré » l’est, même si le serveur est tué net.",
        "0 perte, 0 base abîmée",
    ),
    "R2": Promise(
        "Personne n’écrase sans le voir le texte d’une autre personne.",
        "0 écrasement",
    ),
    "R3": Promise(
        "Plusieurs processus enregistrent ensemble sans se bloquer.",
        "0 refus, 250 ms",
    ),
    "R4": Promise("Lire n’attend pas qui enregistre.", "50 ms"),
    "R5": Promise(
        "La base n’est jamais tenue longtemps : ni Markdown, ni PDF, ni courriel, ni réseau"
        " pendant ce temps.",
        "100 ms",
    ),
    "R6": Promise("Un formulaire envoyé deux fois ne crée qu’une chose.", "1 objet"),
    "R7": Promise(
        "Ce qui est tapé revient après une panne du serveur, une session fermée, une coupure ou"
        " un onglet perdu.",
        "99 % des signes tapés depuis plus de 3 s",
        ("tests/browser/test_drafts.py", "tests/programmes/test_drafts.py"),
    ),
    "R8": Promise(
        "Un texte hostile ne devient jamais un programme dans la page.",
        "0 script, 0,3 s par texte",
        ("tests/reliability/test_hostile_files.py", "tests/desescalade/test_markdown.py"),
    ),
    "R9": Promise(
        "Un PDF ne lit ni le réseau ni le disque.",
        "0 connexion, 0 fichier",
        ("tests/reliability/test_hostile_files.py", "tests/desescalade/test_cage.py"),
    ),
    "R10": Promise(
        "Le pire texte permis s’affiche vite et s’imprime.", "affiché en 0,5 s, imprimé"
    ),
    "R11": Promise(
        "Un programme de 50 mesures s’imprime en 5 s, de 100 en 12 s, de 300 en 30 s, et les pages"
        " n’attendent pas les impressions.",
        "5 s, 12 s, 30 s ; 400 Mo ; pages : 20 % d’écart",
    ),
    "R12": Promise(
        "Une impression sans issue est arrêtée, la raison est dite, les autres continuent.",
        "90 s, 1 Gio",
        ("tests/reliability/test_jobs.py", "tests/desescalade/test_cage.py"),
    ),
    "R13": Promise("Aucun travail n’est perdu quand un ouvrier est tué.", "0"),
    "R14": Promise("Plusieurs ouvriers ne font jamais deux fois le même travail.", "0"),
    "R15": Promise(
        "Disque plein : rien de ce qui était enregistré n’est perdu, on peut lire, et tout reprend"
        " dès qu’il y a de la place.",
        "0 perte, 0 panne",
    ),
    "R16": Promise(
        "Une sauvegarde faite pendant qu’on écrit se restaure.", "20 sur 20 ; 2 s pour 50 Mio"
    ),
    "R17": Promise("Une sauvegarde interrompue ne laisse pas de fichier trompeur.", "0"),
    "R18": Promise("Une sauvegarde restaurée redonne les mêmes programmes, octet pour octet.",
                   "200 sur 200"),
    "R19": Promise("Une mise à jour du site garde toutes les données.", "30 s"),
    "R20": Promise(
        "Arrêter ou recharger le serveur ne coupe aucune demande en cours.",
        "0 coupure, 35 s",
    ),
    "R21": Promise(
        "Chaque adresse est fermée à qui n’y a pas droit.",
        "toutes les adresses, tous les rôles",
        ("tests/reliability/test_permissions.py", "tests/programmes/test_access.py"),
    ),
    "R22": Promise(
        "Rien d’une équipe n’est lu ni écrit par une autre.",
        "0 sur 2 000 demandes",
        ("tests/reliability/test_id_swaps.py",),
    ),
    "R23": Promise("Rien ne dit si un accès existe.", "5 ms d’écart"),
    "R24": Promise(
        "Le sixième essai de phrase est refusé, sur tous les processus, quoi qu’on prétende.",
        "5 essais",
    ),
    "R25": Promise(
        "Un lien reçu par courriel survit à un antivirus et ne sert qu’une fois.",
        "1 usage",
        ("tests/reliability/test_accounts_and_links.py", "tests/programmes/test_recovery.py"),
    ),
    "R26": Promise(
        "Aucune page ne demande quoi que ce soit à un autre site.",
        "0 demande",
        ("tests/browser/test_sobriety.py", "tests/browser/test_scripts.py"),
    ),
    "R27": Promise("Un programme supprimé ne laisse aucune trace.", "0 trace"),
    "R28": Promise(
        "Un fichier de catalogue hostile est refusé avec sa ligne et ne change rien.",
        "0 panne, 1 s",
        ("tests/reliability/test_hostile_files.py", "tests/proposals/test_catalogue_reading.py"),
    ),
    "R29": Promise(
        "Charger un catalogue n’efface pas ce que la gestion corrige au même moment.",
        "0 perte",
        ("tests/proposals/test_edit_during_a_load.py",),
    ),
    "R30": Promise(
        "Une nouvelle édition du catalogue ne change jamais un texte adapté par une équipe.",
        "0 changement",
        ("tests/programmes/test_updates.py",),
    ),
    "R31": Promise(
        "Une horloge qui saute n’allonge pas un lien, ne change pas un ordre, n’efface rien"
        " trop tôt.",
        "0",
    ),
    "R32": Promise("Une heure d’usage ne fait pas grossir le serveur.", "5 %"),
    "R33": Promise(
        "Cinquante équipes travaillent ensemble sur deux cœurs.",
        "200 ms ; lecture : 100 ms",
    ),
    "R34": Promise(
        "Le site refuse de démarrer dans un état dangereux, et dit pourquoi.",
        "tous les cas",
        ("tests/desescalade/test_starting.py",),
    ),
    "R35": Promise(
        "Le même programme donne le même PDF, octet pour octet.",
        "0 octet d’écart",
        (
            "tests/programmes/test_printing.py::test_same_content_gives_the_same_bytes",
            "tests/desescalade/test_pdf.py",
        ),
    ),
    "R36": Promise(
        "Aucune bibliothèque n’est sous la version sûre que nous connaissons, et chaque fichier"
        " repris d’ailleurs est celui de son empreinte.",
        "toutes",
        ("tests/test_dependencies.py",),
    ),
}  # fmt: skip
