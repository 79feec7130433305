"""One script: who converted the text is decided first, then exactly that is undone."""

from ingest.script.configurations import pairs
from ingest.script.conversion import convert, convert_words
from ingest.script.folding import folded
from ingest.script.foreign import NO_HAN, is_chinese

__all__ = ["NO_HAN", "convert", "convert_words", "folded", "is_chinese", "pairs"]
