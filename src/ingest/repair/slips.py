"""Phase slips: where they stand on a page, and what stood there before.

A slip begins at a "?" that stands for a byte and the bracket (or the marker) that it swallowed, and runs until the text
is in phase again. `spots` finds the beginnings, `evidence` gathers what the page says of itself, `repair` runs the
search and turns its answers into changes.
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import NamedTuple

from ingest.patterns import pattern
from ingest.repair import observed, proof, second
from ingest.repair.characters import TONED, simplified
from ingest.repair.domain import AnyModel
from ingest.repair.glosses import BY_SITE
from ingest.repair.hypotheses import DIGIT, Answer, Evidence, Token
from ingest.repair.observed import PUNCTUATION, QUESTION, SPOT
from ingest.repair.proof import Passages
from ingest.repair.search import Beam
from ingest.repair.second import Reader
from ingest.traced import Certainty, Change

_TONE = pattern(f"[{TONED}]")
_BEHIND = pattern("[\u3400-\u9fff)）]")
_HAN = pattern("[\u3400-\u9fff]")

_RUN = pattern("[?？!！]{4,}")
_NEXT = pattern(f"[{QUESTION}]([{PUNCTUATION}]+) ?([^\\s{PUNCTUATION}]{{1,5}})")
LOW = "#$%&*+0123456789="
"""ASCII below the second bytes of GBK, a tag aside."""
STRANGE = -7.5
"""Text less likely than this a character makes a "?" before it suspicious, where nothing else on the page is."""

LOOK_AHEAD = 4
LONGEST = 90
LINE = 600
"""So much of a line is looked at for brackets that close."""
MOST_STEPS = 2000
"""Moves of a search front that one page may cost, some seconds; what is found after that is flagged, not searched."""
STEPS_A_SEARCH = 160
"""A page with more slips than this has the rest flagged: what a page may cost stays bounded."""

EXACT, LIKELY = 12.0, 8.0
"""Score margins over the next candidate, from measurements on fresh damage: see docs/repair.md."""
UNLIKE = 10
"""Where two of a page's slips, and one in so many, are not explained, or only as those of a page that was converted after the
damage, what certainties were measured on does not hold: nothing restored there is surer than a guess."""
FLOOR, CLEAR, SURPRISE = -10.5, -7.5, 0.5
"""Mean natural log-probability of a character: below the first an answer is declined, above the second no other view of the
page is asked; the third is by how much another view must be better."""
ON_MIRROR, ON_SITE, ALONE = 2.0, 4.0, 12.0
"""What it costs to suppose a slip on a page that shows a mirror's damage, on one of a site whose pages do, on any other."""
SURE_ON_SITE = 2.0
"""The least margin where only the pages of the site say that this one is damaged."""
_TOLD = f"; {BY_SITE}"


class Spot(NamedTuple):
    """Where a slip may begin. `sure`: it shows a reading without its bracket, which nothing else leaves. `told`: only the
    damage to the pages of its site makes it one."""

    start: int
    end: int
    sure: bool
    told: bool = False


def doubtful(text: str, spot: Spot, model: AnyModel) -> bool:
    """Whether what follows a "?" and a punctuation mark is so unlikely that it may be out of phase."""
    if text[spot.end - 1] in QUESTION:  # [?？]: both, in a list of marks or an expression
        return False
    following = _NEXT.match(text, spot.end - 2)
    mixed = text[spot.start] == "?" and text[spot.end - 1] > "\x7f"
    if following is None or not (mixed or _HAN.search(following[2])):
        return False
    if following[2][0] in LOW:  # behind the mark stands a second byte, which ASCII so low is not (`?、*、或 []`)
        return False
    return model.total(following[2], following[1]) < STRANGE * len(following[2])


def spots(text: str, toneless: bool) -> list[Spot]:
    """Every place where a slip may begin. A run of four or more question and exclamation marks is punctuation."""
    found = []
    loud = {at for run in _RUN.finditer(text) for at in range(*run.span())}
    for match in SPOT.finditer(text):
        if match[1] is None:
            if match.start() in loud:
                continue
            found.append(Spot(match.start(), match.end() + 1, False))
        elif _TONE.search(match[1]) or (toneless and observed.is_reading(match[1], True)):
            found.append(Spot(match.start(), match.end(), True))
        elif observed.is_reading(match[1], False) and _BEHIND.match(
            text, match.start() - 1
        ):  # ?men), which has no tone to show
            found.append(Spot(match.start(), match.end(), False))
    return found


def repair(
    text: str,
    found: Sequence[Spot],
    pages: Sequence[Evidence],
    model: AnyModel,
    reader: Reader | None = None,
    proofs: Passages = MappingProxyType({}),
) -> list[Change]:
    """Restore each spot, or say that it could not be done. `pages`: what the page says of itself, and what it says if it
    was converted after the damage; what explains more of the spots so far is asked first, the other where it fails. What
    `proofs` hold the same text of is not searched at all."""
    changes: list[Change] = []
    clean, done, steps, unlike = "", 0, 0, 0
    memory: dict[tuple[str, str], _Searched] = {}
    credit = [0.0] * len(pages)
    for spot in found:
        if spot.start < done:
            continue
        clean = (clean + observed.GLOSS.sub("", text[max(done, spot.start - 600) : spot.start]))[-300:]
        done = spot.start
        if proved := proof.changes(proofs, text, spot.start, clean, pages[0].traditional):
            for piece in proved:
                clean += observed.GLOSS.sub("", text[done : piece.start]) + piece.after
                done = piece.end
            changes += (piece._replace(after=piece.after.translate(pages[0].widths)) for piece in proved)
            continue
        key = (clean[-8:], text[spot.start : spot.start + 24])
        if key not in memory:
            if steps >= MOST_STEPS:
                if spot.sure or pages[0].prior < ALONE:
                    changes.append(_declined(spot, text, "more slips on this page than are searched"))
                continue
            order = sorted(range(len(pages)), key=lambda n: -credit[n])
            best = None
            for n in order:
                searched = _search(text, spot.start, clean, pages[n], model)
                steps += searched.cost
                if best is None or searched.worth(model) > best.worth(model) + SURPRISE:
                    best, chosen = searched, n
                if best.worth(model) > CLEAR:
                    break
            assert best is not None
            credit[chosen] += spot.sure and best.worth(model) > CLEAR
            memory[key] = _read_again(best, reader) if reader else best
        searched = memory[key]
        change = _decide(text, spot, searched, model)
        if change:
            changes.append(change)
            unlike += spot.sure and (searched.page.converted or not change.applied)
            if change.applied:
                clean += change.after
                done = change.end
    if unlike > 1 and unlike * UNLIKE > len(changes):
        return [_doubted(change) for change in changes]
    return changes


def _doubted(change: Change) -> Change:
    """A restoration on a page much of whose damage is not explained by what certainties were measured on."""
    if not change.applied or change.certainty == "guess" or not (change.note or "").startswith("margin"):
        return change  # what another page proves is as sure as it was
    return change._replace(certainty="guess", note=f"{change.note}; too much of the page's damage has no such reading")


class _Searched(NamedTuple):
    """What a search found: how far the settled part of the best answer reaches, the answers, and what it cost."""

    page: Evidence
    before: str
    ends: tuple[int, ...]
    """Behind the beginning of the slip, the end of each token looked at."""
    answers: Sequence[Answer]
    cost: int
    behind: str = ""
    """What stands on the line behind the tokens looked at."""
    second: str = ""
    """What a second reader said of the answers."""

    def worth(self, model: AnyModel) -> float:
        """How likely a character of the best answer is: the mean natural log-probability."""
        if not self.answers or not self.answers[0].text:
            return -99.0
        text = self.answers[0].text
        return model.total(text, self.before[-3:] or "\n") / max(3, len(text))


def _search(text: str, start: int, before: str, page: Evidence, model: AnyModel) -> _Searched:
    beam = Beam(model, page, before)
    fed: list[Token] = []
    quiet = 0
    for token in observed.tokens(text, start, page):
        beam.feed(token)
        fed.append(token)
        if not len(beam.front) or beam.steps > STEPS_A_SEARCH:
            return _Searched(page, before, (), [], beam.steps)
        if token.end == len(text) and token.kind != "line":  # the text's end ends a line as well
            token = Token(len(text), len(text), "line", "\n")
            beam.feed(token)
            fed.append(token)
        quiet = quiet + 1 if beam.in_phase() and token.kind != "lost" else 0
        if quiet > LOOK_AHEAD or len(fed) >= LONGEST or (token.kind == "line" and quiet):
            break
    ends = tuple(token.end - start for token in fed)
    behind = _rest_of_line(text, fed)
    return _Searched(page, before, ends, beam.answers(behind), beam.steps, behind)


def _read_again(searched: _Searched, reader: Reader) -> _Searched:
    """The answers as two readers order them, where the first is in doubt."""
    answers = searched.answers
    if len(answers) < 2 or _margin(answers) >= second.DOUBT:
        return searched
    line = searched.before[searched.before.rfind("\n") + 1 :]
    ordered = second.reordered(answers, line, searched.behind, reader)
    said = "agrees" if ordered[0].text == answers[0].text else f"prefers this to {answers[0].text}"
    return searched._replace(answers=ordered, second=f"; a second reader {said}")


def _margin(answers: Sequence[Answer]) -> float:
    """How far the best answer is ahead of the best that reads differently."""
    best = simplified(answers[0].text)
    others = [a.score for a in answers[1:] if simplified(a.text) != best]
    return answers[0].score - max(others) if others else 20.0


def _rest_of_line(text: str, fed: Sequence[Token]) -> str:
    """What stands on the line behind the tokens looked at, readings taken off."""
    at = fed[-1].end if fed else 0
    if fed and fed[-1].kind == "line":
        return ""
    end = text.find("\n", at, at + LINE)
    return observed.GLOSS.sub("", text[at : end if end >= 0 else at + LINE])


def _decide(text: str, spot: Spot, searched: _Searched, model: AnyModel) -> Change | None:
    answers, page = searched.answers, searched.page
    best = answers[0] if answers else None
    if best is None or best.settled < 0 or best.settled >= len(searched.ends):
        return _declined(spot, text, "no reading of the bytes makes more sense")
    start, end, after = spot.start, spot.start + searched.ends[best.settled], best.text
    if len(after) > 2 and searched.worth(model) < FLOOR:
        return _declined(spot, text, f"the likeliest reading is no text either: {after}")
    if end == len(text) and not text.endswith("\n"):
        after = after.removesuffix("\n")
    while end > start and after and text[end - 1] == after[-1]:
        end, after = end - 1, after[:-1]
    after = after.translate(page.widths)
    margin = _margin(answers)
    certainty: Certainty = "exact" if margin > EXACT else "likely" if margin > LIKELY else "guess"
    if after.endswith(" ") and observed.FIGURE.match(text, end):  # a space as good as a digit: neither is known
        after = after[:-1] + DIGIT
    lost = "; a digit is lost" if DIGIT in after else ""
    if after.endswith(" ") and end < len(text) and text[end] != "\n":
        lost += "; what the last ? swallowed is not known"
    after = after.replace(DIGIT, text[start])
    if (
        searched.second or lost or not after.strip()
    ):  # its word is measured by nobody: it orders, and makes nothing surer
        certainty = "guess"
    mixed = text[spot.start] == "?" and text[spot.start + 1] > "\x7f"  # nobody types ?！ with marks of two widths
    if page.prior == ALONE and margin < (1.0 if mixed else LIKELY):
        return _declined(spot, text, f"nothing else on the page is damaged; candidates: {after}")
    shown = ", ".join(f"{a.text} {a.score:.1f}" for a in answers[:3]).replace(DIGIT, "?")
    if page.prior == ON_SITE:
        if margin < SURE_ON_SITE:
            return _declined(spot, text, f"nothing else on the page is damaged; candidates: {shown}")
        certainty = "likely" if certainty == "exact" else certainty
    lost += _TOLD * spot.told
    return Change(
        start, end, after, "phase-slip", certainty, f"margin {margin:.1f}; candidates: {shown}{searched.second}{lost}"
    )


def _declined(spot: Spot, text: str, why: str) -> Change:
    why += _TOLD * spot.told
    return Change(spot.start, spot.end, text[spot.start : spot.end], "phase-slip", "guess", why, False)
