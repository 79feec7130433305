"""Settings that Prefect reads when it is imported, so this module comes first: quiet, local, and nobody is told.

Whatever is set already in the environment wins.
"""

import os

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

for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)
