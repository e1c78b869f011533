#!/usr/bin/env python3
"""Asks the site on this machine whether it can serve; ends with 1 and the reason when not.

It asks under the name and in the way of the proxy, or the site would answer with a redirection.
Standard library only. The settings come from the environment, as for the site itself.

    deploy/ready.py [--wait SECONDS]
"""

import argparse
import http.client
import os
import sys
import time


def reason_not_to_serve(listen: str, host: str) -> str:
    """What /sante/pret says against it, in French; empty when the site is ready."""
    connection = http.client.HTTPConnection(listen, timeout=10)
    try:
        headers = {"Host": host, "X-Forwarded-Proto": "https"}
        connection.request("GET", "/sante/pret", headers=headers)
        answer = connection.getresponse()
        said = answer.read(1000).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as problem:
        return f"le site ne répond pas sur {listen} ({problem})"
    finally:
        connection.close()
    if answer.status == 200:
        return ""
    # A page of failure is no reason to show.
    is_reason = answer.status == 503 and "<" not in said
    return said if is_reason else f"le site a répondu {answer.status} à {host}"


def main() -> str:
    parser = argparse.ArgumentParser(description="Le site de cette machine est-il prêt ?")
    parser.add_argument("--wait", type=int, default=0, metavar="SECONDES")
    limit = time.monotonic() + parser.parse_args().wait
    listen = os.environ.get("LISTEN", "127.0.0.1:8000")
    host = os.environ.get("DESESCALADE_HOSTS", "localhost").split(",")[0].strip()
    while (reason := reason_not_to_serve(listen, host)) and time.monotonic() < limit:
        time.sleep(0.5)
    return reason


if __name__ == "__main__":
    sys.exit(main() or 0)
