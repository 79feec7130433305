"""The server that worker processes are forked from: a small clean process that has loaded what every page needs.

Forking it is quick, and inherits neither threads nor locks. Loading takes it a second, which is most of what one page
costs: who knows that a page will come can begin it while the rest of the program is still being loaded. For that this
module imports nothing of the package.
"""

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import BaseContext


def context() -> BaseContext:
    """How worker processes are started on this machine."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["ingest.corpus.processes.warm"])
    return found


def begin() -> None:
    """Starts the server, and does not wait for it. It ends with this process."""
    if context().get_start_method() == "forkserver":
        forkserver.ensure_running()
