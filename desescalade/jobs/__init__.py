"""Work that other processes do, where DESESCALADE_JOBS is « file »: `manage.py work`.

Jobs wait in the table of django-tasks-db. Its own worker never takes up what a killed one held,
and writes the end of a job whoever holds it by then: `queue` has both, and `worker` beats.
"""
