#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""

import os
import sys

from desescalade import environment


def main() -> None:
    os.umask(environment.UMASK)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
