"""One script."""

from ingest.blocks import Conversion
from ingest.config import Config


def convert(text: str, config: Config) -> Conversion:
    """Placeholder."""
    return Conversion("hans", "native", None, text, [])


def convert_words(text: str, config: Config) -> str:
    """Placeholder: a short value of metadata in the target script."""
    return text
