"""What a run came to, in numbers that add up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

_SHOWN = 10


def slowest(pages: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    """Those worth a look."""
    return nlargest(_SHOWN, pages)


@dataclass
class Summary:
    """pages = new + changed + unchanged + rejected. Summaries of parts of a run add up with `+`."""

    pages: int = 0
    """Pages there are under the raw folder (in the buckets this is about)."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    """Documents that are as they were, whether or not they were curated again."""
    curated: int = 0
    """Pages that went through the pipeline this time."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Pages that gave no document, by reason: those of now and those that stand from before."""
    edits: Counter[str] = field(default_factory=Counter)
    """Applied edits of the pages curated this time, by rule."""
    gone: int = 0
    """Documents and rejections kept although their raw file is no longer there."""
    pruned: int = 0
    """Documents and rejections dropped, their page being gone: with `prune`, or out of a file of many that has changed."""
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What could not be read or written: the run goes on, and ends with exit code 1."""
    dry_run: bool = False
    stale: int = 0
    """In a dry run: pages that would be curated."""
    bytes: int = 0
    """Raw bytes of the pages curated this time."""
    slowest: list[tuple[float, str]] = field(default_factory=list)
    """The pages that took longest: seconds in a worker, and the source."""
    growing: int = 0
    """Raw files that were still being written: left for the next run, what is known of them stands."""
    why: Counter[str] = field(default_factory=Counter)
    """Raw files with something to be done, by the reason."""
    sites: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Pages curated this time whose site is known, by its scope and whether they had one of its templates."""
    learnt: list[str] = field(default_factory=list)
    """A line for each site that was learnt."""
    slow_rules: Counter[str] = field(default_factory=Counter)
    """Pages whose time was over while one of the user's own rules was tried, by its id."""

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(
            self.pages + other.pages,
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.curated + other.curated,
            self.rejected + other.rejected,
            self.edits + other.edits,
            self.gone + other.gone,
            self.pruned + other.pruned,
            self.seconds + other.seconds,
            self.warnings + other.warnings,
            self.failures + other.failures,
            self.dry_run or other.dry_run,
            self.stale + other.stale,
            self.bytes + other.bytes,
            slowest(self.slowest + other.slowest),
            self.growing + other.growing,
            self.why + other.why,
            self.sites + other.sites,
            self.learnt + other.learnt,
            self.slow_rules + other.slow_rules,
        )

    def then(self, later: "Summary") -> "Summary":
        """This and a second round over the same pages, as one: pages are counted once, work is counted twice."""
        both = self + later
        both.warnings, both.failures = list(dict.fromkeys(both.warnings)), list(dict.fromkeys(both.failures))
        both.pages, both.rejected, both.gone = later.pages, later.rejected, later.gone
        documents = later.pages - later.rejected.total()
        both.new = min(self.new, documents)
        both.changed = min(self.changed + max(0, later.changed - self.new), documents - both.new)
        both.unchanged = documents - both.new - both.changed
        return both

    @property
    def rate(self) -> float:
        """Pages curated a second."""
        return self.curated / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "pages": self.pages,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": dict(sorted(self.rejected.items())),
            "curated": self.curated,
            "edits": dict(sorted(self.edits.items(), key=lambda item: (-item[1], item[0]))),
            "gone": self.gone,
            "pruned": self.pruned,
            "still_written": self.growing,
            "why": dict(self.why.most_common()),
            "seconds": round(self.seconds, 3),
            "pages_per_second": round(self.rate, 1),
            "bytes": self.bytes,
            "slowest": {source: round(seconds, 3) for seconds, source in self.slowest},
            "sites_learnt": self.learnt,
            "slow_rules": dict(self.slow_rules),
            "warnings": self.warnings,
            "failures": self.failures,
        } | ({"dry_run": True, "would_curate": self.stale} if self.dry_run else {})
