"""Settings that Prefect reads when it is imported, so this module comes first: quiet, local, and nobody is told.

Whatever is set already in the environment wins.
"""

import logging
import os

SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_API_HOST": "127.0.0.1",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
}

for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)

logging.getLogger("EventsWorker").setLevel(logging.ERROR)  # at the end it warns that it is still sending: it is
