"""How a command ends: its exit code, and the one line of what went wrong.

0 done, 1 a check failed or something could not be read or written, 2 the call makes no sense, 130 stopped by Ctrl-C, 143 by SIGTERM.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from typer.exceptions import TyperException

from ingest import terminal
from ingest.errors import IngestError, UsageError

STOPPED = 130


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _help(text: str) -> int:
    print(text, flush=True)
    return 2


def _called(error: TyperException) -> str:
    """The command that was called, as far as it is known: `ingest sites show`."""
    context = getattr(error, "ctx", None)
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name)
        context = context.parent
    return " ".join(["ingest", *names])


def code(command: Callable[[], object]) -> int:
    """Runs a command; its exit code, with one line on stderr where it failed. SIGTERM ends it as cleanly as Ctrl-C."""
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    with suppress(ValueError):  # not in the main thread: whoever runs it there sees to its end
        signal.signal(signal.SIGTERM, stop)
    try:
        result = command()
        if result == STOPPED:  # typer makes an exit code of Ctrl-C
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except TyperException as error:
        what: str = error.format_message() if hasattr(error, "format_message") else str(error)
        if type(error).__name__ == "NoArgsIsHelpError":  # a bare call: the help as it is, and a call without sense
            return code(lambda: _help(what))
        _say(f"ingest: {terminal.line(what).replace('Value error, ', '').rstrip('.')} (see {_called(error)} --help)")
        return 2
    except UsageError as error:
        _say(f"ingest: {terminal.line(str(error))}")
        return 2
    except IngestError as error:
        _say(f"ingest: {terminal.line(str(error))}")
        return 1
    except KeyboardInterrupt:
        _say("ingest: stopped; what was committed stays, the next run goes on from there")
        return 128 + asked[0] if asked else STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f" ({terminal.line(str(error.filename))})" if error.filename else ""
        _say(f"ingest: {error.strerror or error}{place}: give another place, or see to this one")
        return 1
    except Exception as error:
        if os.environ.get("INGEST_DEBUG"):
            raise
        _say(
            f"ingest: this is a fault of ingest itself: {type(error).__name__}: {terminal.line(str(error), 200)} "
            "(INGEST_DEBUG=1 shows where; please report it)",
        )
        return 1
