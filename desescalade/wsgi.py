"""The server's door."""

import os

from django.core.wsgi import get_wsgi_application

from . import environment, starting

os.umask(environment.UMASK)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")

with environment.refusing():
    application = get_wsgi_application()

# Whatever serves it: who forgot to migrate reads why, not a page of failures.
starting.refuse_unless_sound()
