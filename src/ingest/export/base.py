"""What every form of export is."""

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType

from ingest.corpus.browse import Bundle


class Exporter(ABC):
    """Writes documents, one after the other, into a folder that is empty."""

    def __init__(self, out: Path) -> None:
        self.out = out

    @abstractmethod
    def write(self, bundle: Bundle) -> None:
        """Adds one document."""

    def close(self) -> None:  # noqa: B027 - a form of one file a document has nothing to end
        """Ends the files."""

    def __enter__(self) -> "Exporter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
