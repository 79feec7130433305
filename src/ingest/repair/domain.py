"""A user's own language model beside the general one: what words a field uses, no general text can teach.

Asked like the general model; each character's probability is a share of both. The file is named by its content
(`Config.domain_model.sha256`), so that the same settings give the same repairs on every machine.
"""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.config import Config, DomainModel
from ingest.errors import InputError
from ingest.repair.model import Model, general, load, total_of

SHARE = 0.2
"""Of the user's own model. Between .2 and .5 the same number of slips is restored (docs/model.md)."""


class Mixed:
    """Two models as one. `unigrams`, `bigram`, `score`, `total` and `words_total` as `Model` has them."""

    def __init__(self, common: Model, own: Model, share: float = SHARE) -> None:
        self.common, self.own = common, own
        self._logs = np.float32(np.log(1 - share)), np.float32(np.log(share))
        self.unigrams = self._mix(common.unigrams, own.unigrams)

    def _mix(self, common: NDArray[np.float32], own: NDArray[np.float32]) -> NDArray[np.float32]:
        mixed: NDArray[np.float32] = np.logaddexp(common + self._logs[0], own + self._logs[1]).astype(np.float32)
        return mixed

    def bigram(self, b: NDArray[np.uint16], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Natural log-probability of each c after its b."""
        return self._mix(self.common.bigram(b, c), self.own.bigram(b, c))

    def score(self, before: NDArray[np.uint64], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Natural log-probability of each c after the three symbols that `before` holds."""
        return self._mix(self.common.score(before, c), self.own.score(before, c))

    def total(self, text: str, before: str = "\n") -> float:
        """Natural log-probability of a text, `before` being what stands in front of it."""
        return total_of(self.score, text, before)

    def words_total(self, text: str) -> float:
        """Natural log-probability of the best division into words, which the general model alone knows."""
        return self.common.words_total(text)


AnyModel = Model | Mixed


def chosen(config: Config) -> AnyModel:
    """The general model, with the one that the settings name beside it."""
    return _mixed(config.domain_model) if config.domain_model else general()


@cache
def _mixed(named: DomainModel) -> Mixed:
    path = Path(named.path)
    if digest(path) != named.sha256:
        raise InputError(f"{path} (domain_model) is not the file that the settings were made with: start anew")
    return Mixed(general(), load(path))


def digest(path: Path) -> str:
    """SHA-256 of a model file, as 64 hex digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read (domain_model): {error.strerror}") from error
