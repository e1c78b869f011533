# « make » alone lists what one can do.

PORT ?= 8000
PYTHON ?= python3
TO ?= galerie
DATABASE ?= sqlite
export PYTHON

MANAGE = .venv/bin/python manage.py

# What a public host would set: the production checks look at these settings.
PRODUCTION = DESESCALADE_HTTPS=1 DESESCALADE_HOSTS=exemple.fr \
	$(foreach fact,NAME ADDRESS PHONE DIRECTOR SERVER,DESESCALADE_LEGAL_$(fact)=exemple) \
	DESESCALADE_LEGAL_PRIVACY=site@exemple.fr \
	DESESCALADE_SECRET_KEY=$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')

# Neither tests nor linters touch the data of this machine.
IN_TEMPORARY_DATA = data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && \
	export DESESCALADE_DATA="$$data" DATABASE_URL= &&

# A server for the time of the tests.
ON_sqlite =
ON_postgresql = .venv/bin/python -m tests.postgres

# What `make endurance` tries at length.
PROMISES = tests/reliability \
	tests/programmes/test_every_format.py::test_all_commitments_of_a_long_programme_are_printed

# Static files are compressed again only when one of them, Django or the settings changed.
STATIC_KEY = $$({ cat requirements.txt desescalade/settings.py; find static docs/guide/img -type f -exec cksum {} + | sort; } | cksum)

# pip-compile would otherwise copy the addresses that this machine's pip is set to.
LOCK = CUSTOM_COMPILE_COMMAND='make lock' .venv/bin/python -m piptools compile --quiet \
	--generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(ARGS)

.PHONY: help run test endurance lint gallery measure pictures bench lighthouse install lock
.SILENT:

help: ## affiche cette liste
	sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-14s %s\n' "$$target" "$$text"; done

run: install ## prépare tout et sert le site sur cette machine [PORT=8000]
	.venv/bin/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || { \
		echo "Le port $(PORT) n’est pas disponible : en choisir un autre, par exemple make run PORT=8001." >&2; exit 1; }
	echo "Préparation de la base, du catalogue, des communes et des fichiers statiques."
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) load_catalogue || \
		echo "Le catalogue du fichier n’a pas été chargé (voir ci-dessus) : le site garde celui de la base."
	$(MANAGE) load_communes
	key="$(STATIC_KEY)"; stamp="$${DESESCALADE_DATA:-var}/static/.collected"; \
		[ "$$key" = "$$(cat "$$stamp" 2>/dev/null)" ] || { \
		$(MANAGE) collectstatic --noinput --verbosity 0 && echo "$$key" > "$$stamp"; }
	exec .venv/bin/python -m gunicorn desescalade.wsgi --config deploy/gunicorn.conf.py --bind 127.0.0.1:$(PORT)

test: ## prépare tout et lance les tests [ARGS="tests/proposals -x" DATABASE=postgresql]
	$(if $(filter sqlite postgresql,$(DATABASE)),,$(error DATABASE vaut « $(DATABASE) » ; écrire sqlite ou postgresql))
	deploy/setup.sh test
	$(IN_TEMPORARY_DATA) $(ON_$(DATABASE)) .venv/bin/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

endurance: ## éprouve longuement les promesses de docs/fiabilite.md, deux heures ou plus [ARGS="tests/reliability/test_killed.py"]
	deploy/setup.sh test
	$(IN_TEMPORARY_DATA) { .venv/bin/python -m pytest --long --figures "$$data/figures.json" $(or $(ARGS),$(PROMISES)); \
		found=$$?; .venv/bin/python -m tests.reliability.report "$$data/figures.json"; exit $$found; }

lint: ## vérifie le style, les imports, les migrations et les réglages de production
	deploy/setup.sh test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	find . -path ./.venv -prune -o -path '*/templates/*.html' -print0 | \
		xargs -0 -r .venv/bin/djade --target-version 5.2 --check
	.venv/bin/python .venv/bin/lint-imports --no-logo
	$(IN_TEMPORARY_DATA) $(MANAGE) makemigrations --check --dry-run
	$(IN_TEMPORARY_DATA) $(PRODUCTION) $(MANAGE) check --deploy --database default --fail-level WARNING

gallery: ## met en PNG tous les formats imprimés et tous les écrans dans TO [TO=galerie ONLY=imprimes|ecrans ARGS="--only depliant"]
	$(if $(filter imprimes ecrans,$(or $(ONLY),ecrans)),,$(error ONLY vaut « $(ONLY) » ; écrire imprimes ou ecrans))
	deploy/setup.sh $(if $(filter imprimes,$(ONLY)),run,test)
	$(if $(filter ecrans,$(ONLY)),,$(IN_TEMPORARY_DATA) $(MANAGE) migrate --verbosity 0 && $(MANAGE) load_catalogue >/dev/null && \
		$(MANAGE) load_communes >/dev/null && $(MANAGE) gallery --to "$(TO)" $(ARGS))
	$(if $(filter imprimes,$(ONLY)),,$(IN_TEMPORARY_DATA) .venv/bin/python -m tests.sitemap.gallery "$(TO)/ecrans")

measure: ## mesure toutes les pages d’un site d’essai, pour la page /sobriete/
	deploy/setup.sh test
	$(IN_TEMPORARY_DATA) .venv/bin/python -m tests.sitemap.measuring

pictures: ## refait les images des guides (docs/guide/img) d’après les écrans
	deploy/setup.sh test
	$(IN_TEMPORARY_DATA) $(MANAGE) migrate --verbosity 0 && $(MANAGE) load_catalogue >/dev/null && \
		$(MANAGE) load_communes >/dev/null && $(MANAGE) guide_pictures $(ARGS)

lighthouse: ## fait noter dix pages par Lighthouse, avec npm ; les rapports restent dans lighthouse/
	deploy/setup.sh test
	$(IN_TEMPORARY_DATA) .venv/bin/python -m tests.lighthouse lighthouse

bench: ## mesure tout et écrit benchmarks/RESULTATS.md [ARGS="--only soak.py --minutes 2"]
	deploy/setup.sh test
	$(IN_TEMPORARY_DATA) .venv/bin/python benchmarks/run_all.py $(ARGS)

install: ## prépare seulement .venv et les bibliothèques du système
	deploy/setup.sh run

lock: ## refait la liste des versions figées d’après pyproject.toml [ARGS=--upgrade]
	deploy/setup.sh test
	.venv/bin/python -m pip --disable-pip-version-check -qq install pip-tools
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --extra postgres --constraint requirements.txt --output-file requirements-postgres.txt pyproject.toml
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
