"""How likely the characters of a text are on average: Chinese has -3 to -5.5 (natural logarithm), garbage -11.5 to -15."""

import numpy as np
from numpy.typing import NDArray

from ingest.repair.domain import AnyModel
from ingest.repair.model import contexts, encode


def fluency(text: str, model: AnyModel) -> float:
    """The mean natural log-probability of the characters beyond ASCII, spaces aside; 0 where there are none."""
    return _mean(_wide(text, model))


def weakest(text: str, model: AnyModel, size: int) -> float:
    """The least mean of so many of them side by side; that of all where there are fewer."""
    scores = _wide(text, model)
    if len(scores) <= size:
        return _mean(scores)
    return float(np.convolve(scores, np.ones(size) / size, "valid").min())


def each(text: str, model: AnyModel) -> NDArray[np.float32]:
    """The natural log-probability of each character of a text, as if it began one."""
    ids = encode("\n\n\n\n" + text)
    scores: NDArray[np.float32] = model.score(contexts(ids), ids[3:])[1:]
    return scores


def _mean(scores: NDArray[np.float32]) -> float:
    return float(scores.mean()) if len(scores) else 0.0


def _wide(text: str, model: AnyModel) -> NDArray[np.float32]:
    """The same of its characters beyond ASCII, spaces aside."""
    wide = np.array([c > "\x7f" and c not in "\xa0\u3000" for c in text], bool)
    return each(text, model)[wide] if wide.any() else np.zeros(0, np.float32)
