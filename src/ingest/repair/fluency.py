"""How likely the characters of a text are on average: Chinese has -4.8 (natural logarithm), garbage -13."""

import numpy as np
from numpy.typing import NDArray

from ingest.repair.domain import AnyModel
from ingest.repair.model import contexts, encode


def fluency(text: str, model: AnyModel) -> float:
    """The mean natural log-probability of the characters beyond ASCII, spaces aside; 0 where there are none."""
    scores = _scores(text, model)
    return float(scores.mean()) if len(scores) else 0.0


def weakest(text: str, model: AnyModel, size: int) -> float:
    """The least mean of so many of them side by side; that of all where there are fewer."""
    scores = _scores(text, model)
    if len(scores) <= size:
        return fluency(text, model)
    return float(np.convolve(scores, np.ones(size) / size, "valid").min())


def _scores(text: str, model: AnyModel) -> NDArray[np.float32]:
    wide = np.array([c > "\x7f" and c != "\u3000" for c in text], bool)
    if not wide.any():
        return np.zeros(0, np.float32)
    ids = encode("\n\n\n\n" + text)
    scores: NDArray[np.float32] = model.score(contexts(ids), ids[3:])[1:][wide]
    return scores
