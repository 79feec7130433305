"""Settings that Prefect reads when it is imported, so this module comes first: quiet, local, closed, and nobody is told.

Whatever is set already, in the environment or a profile of Prefect's, wins.
"""

import os
import secrets

SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_API_HOST": "127.0.0.1",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",  # at the end it would say that it is still sending events
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
}

GIVEN = frozenset(os.environ)
"""What was set before this module was."""
EPHEMERAL = f"ingest:{secrets.token_urlsafe(24)}"
"""The password of the embedded server, known to this process and its children and gone with them."""


def close_embedded() -> None:
    """Gives the embedded server a password, where no other server is named.

    Prefect starts it on a random port of loopback, and left open whoever finds the port - another user, a web page - can
    have code run as the user. A server that is named has its own password, or none: then nothing is set.
    """
    from prefect.context import refresh_global_settings_context
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    if settings.api.url:
        return
    known = settings.api.auth_string or settings.server.api.auth_string
    os.environ["PREFECT_API_AUTH_STRING"] = os.environ["PREFECT_SERVER_API_AUTH_STRING"] = (
        known.get_secret_value() if known else EPHEMERAL
    )
    os.environ["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] = "true"
    refresh_global_settings_context()


for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)
close_embedded()
