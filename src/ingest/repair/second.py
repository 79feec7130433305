"""A second reader: a causal language model of the user's own, asked where the first is in doubt (`[rerank]`).

Any GGUF file that llama.cpp runs. It sees the candidates of a slip in their line and says how likely each is; its word
counts beside the first reader's, and never makes a restoration surer than a guess. Off by default. The same output is promised only for
the same build of the library on the same processor, since its sums of floats differ between them.
"""

import atexit
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ingest.config import Config, Reranker
from ingest.errors import InputError
from ingest.repair.hypotheses import Answer

Reader = Callable[[Sequence[str]], list[float]]
"""Natural log-probabilities of some texts."""
DOUBT = 4.0
"""Margins of the first reader below which the second is asked: one answer in four below it is wrong (docs/repair.md)."""
MOST = 8
"""So many candidates are read."""
SHARE = 0.5
"""Of the second reader's logarithm in the final order."""
BEFORE, BEHIND = 60, 24
"""Characters of the line around a candidate."""
_CONTEXT = 512
_MAGIC = b"GGUF"


def chosen(config: Config) -> Reader | None:
    """The reader that the settings name; None where they name none."""
    return _reader(config.rerank) if config.rerank else None


def reordered(answers: Sequence[Answer], line: str, behind: str, reader: Reader) -> list[Answer]:
    """The first few answers by both readers' scores, the others behind them. `line` stands before them, `behind` after."""
    few = answers[:MOST]
    said = reader([line[-BEFORE:] + a.whole + behind[:BEHIND] for a in few])
    best = max(said)
    weighed = [a._replace(score=a.score + SHARE * (s - best)) for a, s in zip(few, said, strict=True)]
    low = min(a.score for a in weighed)
    rest = [a._replace(score=min(a.score, low)) for a in answers[MOST:]]
    return [*sorted(weighed, key=lambda a: -a.score), *rest]


def named(path: Path) -> Reranker:
    """A model file by its content. Raises InputError where it is no GGUF file."""
    try:
        with path.open("rb") as file:
            if file.read(4) != _MAGIC:
                raise InputError(f"{path} is no GGUF file ([rerank] names a causal language model in that form)")
            file.seek(0)
            return Reranker(path=str(path.absolute()), sha256=hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise InputError(f"{path} cannot be read ([rerank] file): {error.strerror}") from error


@cache
def _reader(model: Reranker) -> Reader:
    if named(Path(model.path)).sha256 != model.sha256:
        raise InputError(f"{model.path} ([rerank]) is not the file that the settings were made with: start anew")
    try:
        from llama_cpp import Llama
    except ImportError as error:
        raise InputError("[rerank] needs llama-cpp-python: pip install 'ingest[rerank]'") from error
    # One thread and a fixed seed: the sums of a batch come in one order.
    loaded = Llama(model.path, n_ctx=_CONTEXT, n_threads=1, n_threads_batch=1, seed=1, logits_all=True, verbose=False)
    atexit.register(loaded.close)  # at the interpreter's end the library cannot close it any more
    return lambda texts: [_likely(loaded, text) for text in texts]


def _likely(loaded: Any, text: str) -> float:
    """Natural log-probability of a text's tokens, each after those before it."""
    tokens = loaded.tokenize(text.encode("utf-8"), add_bos=True)[:_CONTEXT]
    if len(tokens) < 2:
        return 0.0
    loaded.reset()
    loaded.eval(tokens)
    logits = np.asarray(loaded.scores[: len(tokens) - 1], np.float64)
    top = logits.max(axis=1)
    whole = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return float((logits[np.arange(len(tokens) - 1), tokens[1:]] - whole).sum())
