"""What the web server runs. A server process leaves with the command that started it, even killed."""

import gc
import os
import threading
from multiprocessing import parent_process

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.project.settings")
application = get_wsgi_application()


def _follow_parent() -> None:
    """Stop when the command that started us says so, and never without it."""
    parent = parent_process()
    if parent is None:  # outside of `maillage serve`: gunicorn and the like see to their own
        return
    # Ctrl+C reaches a whole process group. Told to stop twice, by the terminal and by the command, a
    # server process may wait for ever: out of the group, only the command tells it.
    os.setpgid(0, 0)

    def leave_with_it() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=leave_with_it, daemon=True).start()


def _set_aside() -> None:
    """Take what stays for the life of the process out of the collector's rounds.

    Two hundred thousand objects, the house itself, looked through again and again: a page in a series waited 100 ms.
    """
    assert get_resolver().url_patterns, "reading the addresses loads the views"
    gc.collect()
    gc.freeze()


_follow_parent()
_set_aside()
