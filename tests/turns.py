"""How often a request waits for its turn to write."""

from collections.abc import Iterable


def turns_to_write(queries: Iterable[dict[str, str]]) -> int:
    """Of captured queries: the outermost transactions, and the writes outside of any.

    A test is a transaction already, in which those of the request are savepoints.
    """
    depth = turns = 0
    for verb in (query["sql"].split()[0] for query in queries):
        if verb == "RELEASE":
            depth -= 1
        elif depth == 0 and verb != "SELECT":
            turns += 1
        if verb == "SAVEPOINT":
            depth += 1
    return turns
