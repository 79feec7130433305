"""The search for what stood where a phase slip stands: bytes with wildcards, read in phase, chosen by a language model.

A beam over (waiting byte, last byte, last two characters). Each token of the observed text moves every hypothesis on:
out of phase, a character's first byte completes the waiting one and its second waits in turn; in phase, it is itself. A
"?" stands for a byte and what it swallowed; an undefined pair may have vanished wherever the text is out of phase. All
hypotheses are moved at once, as arrays.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.patterns import pattern
from ingest.repair import bytes as gbk_bytes
from ingest.repair.bytes import ANY_LEAD, NONE
from ingest.repair.domain import AnyModel
from ingest.repair.hypotheses import DIGIT, Answer, Evidence, Front, Moves, Token, gathered, going, pruned
from ingest.repair.model import START, symbols
from ingest.repair.punctuation import UNCLOSED, clash, unclosed, unpaired

SPACE, TAG = 0x20, ord("<")
SWALLOWED = {" ": -1.5, "<": 8.0, "1": 2.0, "2": 2.0, DIGIT: 3.0}
"""What speaks for a swallowed ASCII character; `/p>` cannot stand without its "<"."""
THREE = np.uint64(0xFFFFFFFFFFFF)
OPEN, CLOSE = ord("“"), ord("”")
BRACKET = ord(")")
"""A closing bracket, as the model knows it."""
ONCE = np.isin(np.arange(0x10000), [ord(c) for c in "，。、；：,;:"])
"""Punctuation that does not stand right at the end of a short quotation."""
FOLDED = frozenset(",;:!?()")
"""ASCII that a page folded to its width has for full-width marks, whose second bytes are these with the highest bit set."""
SHORT_QUOTE = pattern("“[^”，。]{1,4}$")
CANDIDATES = 40
CHARS, WORDS = 0.75, 0.35
"""Shares of the character model and of the word score in the final order."""
COARSE = 1500
"""More candidates than this are first thinned by their bigrams, and twice as many by their frequency alone."""
TORN = 80
"""So many of the best hypotheses out of phase are tried with a vanished pair."""
LEADS = np.arange(0x81, 0xFF)
WILD = 12
"""Of hypotheses whose waiting byte is unknown, so many of the best are tried with an unknown second byte."""


class Beam:
    """One search. Feed it tokens; ask whether all is in phase again; take the answers."""

    def __init__(self, model: AnyModel, evidence: Evidence, before: str) -> None:
        line = before[before.rfind("\n") + 1 :]
        self.short_quote = bool(SHORT_QUOTE.search(line))
        self.model = model
        self.owed = UNCLOSED if unclosed(line) else 0.0
        """What a closing bracket is worth until the answers are weighed, so that those with one reach the list."""
        self.before = before
        self.evidence = evidence
        head = [int(s) for s in symbols()[[ord(c) if ord(c) < 0x10000 else 0xFFFD for c in before]] if s != SPACE]
        x, y, z = ([10, 10, 10, *head])[-3:]
        tail = int(gbk_bytes.trails()[ord(before[-1])]) if before and ord(before[-1]) < 0x10000 else 0
        if before and before[-1] in FOLDED:
            tail = ord(before[-1]) | 0x80
        self.front = Front(
            np.array([NONE]),
            np.array([tail]),
            np.array([x << 32 | y << 16 | z], np.uint64),
            np.zeros(1, np.float32),
            np.array([0]),
            np.array([True]),
            np.array([line.rfind("“") > line.rfind("”")]),
        )
        self.parents: list[NDArray[np.int64]] = [np.array([-1])]
        self.points: list[NDArray[np.uint16]] = [np.zeros(1, np.uint16)]
        self.tokens: list[NDArray[np.int64]] = [np.array([-1])]
        self.slipped: list[NDArray[np.bool_]] = [np.array([False])]
        self.size = 1
        self.at = 0
        self.tag_as = np.uint16(SPACE)
        """What a swallowed tag is to the model: the line's end where it closes something, else nothing."""
        self.steps = 0
        """How often a front was moved on: what a search costs, the same on every machine."""

    # ------------------------------------------------------------------ moving

    def feed(self, token: Token) -> None:
        """Move every hypothesis over one token."""
        front = self._vanish(self.front)
        self.front = self._lost(front, token) if token.kind == "lost" else self._read(front, token)
        self.at += 1

    def _read(self, front: Front, token: Token) -> Front:
        moves: list[Moves] = []
        fronts: list[Front] = []
        in_phase = np.flatnonzero(front.waiting == NONE)
        annotated = bool(token.reading)
        if len(in_phase):
            point = ord(token.char) if ord(token.char) < 0x10000 else 0xFFFD
            last = int(gbk_bytes.trails()[point]) if token.kind == "char" else point | 0x80 * (token.char in FOLDED)
            bonus = np.zeros(len(in_phase), np.float32)
            if annotated:
                bonus += self._fits(front.last[in_phase], point, token)
            elif self.evidence.always[point]:
                bonus -= 3.0
            moves.append(going(in_phase, point, NONE, last, bonus))
        torn = np.flatnonzero(front.waiting != NONE)
        if not len(torn) or token.kind == "line":
            return self._grow(front, moves)
        forms = token.forms if token.kind == "char" else ((ord(token.char), 0, 0.0), *token.forms)
        for first, second, penalty in forms:
            if first < 0x40:
                continue
            source, points = self._complete(front, torn, first)
            if not len(source):
                continue
            bonus = np.full(len(source), -penalty, np.float32)
            if second >= 0x81:
                bonus -= self._unannotated(points, front.whole[source])
                moves.append(going(source, points, second, second, bonus))
            elif second >= 0x40:  # an ASCII letter of the original, taken for the second half of a character
                bonus -= self._unannotated(points, front.whole[source])
                middle = self._grow(front, [going(source, points, NONE, 0, bonus)])
                every = np.arange(len(middle))
                fronts.append(self._grow(middle, [going(every, second, NONE, second, np.zeros_like(middle.score))]))
            else:
                bonus += (
                    self._sounds(points, token.reading)
                    if annotated
                    else -self._unannotated(points, front.whole[source])
                )
                moves.append(going(source, points, NONE, first, bonus))
        return self._join([*fronts, self._grow(front, moves)])

    def _lost(self, front: Front, token: Token) -> Front:
        if token.reading:
            return self._grow(front, self._torn_gloss(front, token))
        results = []
        in_phase = np.flatnonzero(front.waiting == NONE)
        torn = np.flatnonzero(front.waiting != NONE)
        moves = []
        if len(in_phase):
            moves.append(going(in_phase, ord(token.char), NONE, 0xBF, np.zeros(len(in_phase), np.float32)))
            if token.marked:
                moves.append(
                    going(
                        in_phase, 0, ANY_LEAD, 0, np.full(len(in_phase), -self.evidence.prior, np.float32), whole=False
                    )
                )
        for first, second, penalty in token.forms if len(torn) else ():  # a full-width question mark, folded
            source, points = self._complete(front, torn, first)
            if len(source):
                moves.append(going(source, points, second, second, np.full(len(source), -penalty, np.float32)))
        if len(torn):
            source, points, seconds = self._complete_any(front, torn, LEADS)
            ended = going(source, points, NONE, seconds, np.full(len(source), -1.0, np.float32))
            if token.marked:
                moves.append(ended)
            if token.swallowed:
                self.tag_as = np.uint16(START if token.closing else SPACE)
                middle = self._grow(front, [ended])
                swallow = [
                    going(
                        np.arange(len(middle)),
                        ord(s),
                        NONE,
                        ord(s),
                        np.full(len(middle), SWALLOWED.get(s, -1.5), np.float32),
                    )
                    for s in token.swallowed
                ]
                results.append(self._grow(middle, swallow))
        results.append(self._grow(front, moves))
        return self._join(results)

    def _torn_gloss(self, front: Front, token: Token) -> list[Moves]:
        sounds = gbk_bytes.by_reading(self.evidence.toneless).get(token.reading)
        if sounds is None:
            return []
        codes, penalties = sounds
        points = gbk_bytes.decoded()[codes]
        known = np.array([self.evidence.table.get(chr(p)) == token.reading for p in points])
        penalties = np.where(known, np.float32(-1.0), penalties + (1.5 if len(self.evidence.table) > 20 else 0.0))
        first, second = codes >> 8, codes & 0xFF
        moves = []
        for waiting in np.unique(front.waiting).tolist():
            members = np.flatnonzero(front.waiting == waiting)
            if waiting == NONE:  # astride: the last byte read is the first of the annotated character
                for code in np.flatnonzero(second >= 0x81).tolist():
                    source = members[front.last[members] == first[code]]
                    if len(source):
                        bonus = np.full(len(source), -float(penalties[code]), np.float32)
                        moves.append(going(source, 0, int(second[code]), int(second[code]), bonus, whole=False))
            else:
                fits = np.flatnonzero(np.isin(first, gbk_bytes.leads(waiting)) & (second >= 0x80))
                if len(fits):
                    source = np.repeat(members, len(fits))
                    which = np.tile(fits, len(members))
                    moves.append(going(source, points[which], NONE, second[which], -penalties[which]))
        return moves

    def _vanish(self, front: Front) -> Front:
        """With every torn hypothesis also what it becomes when one undefined pair, or two, vanished here."""
        once = self._vanished(front)
        return self._join([front, once, self._vanished(once)]) if len(once) else front

    def _vanished(self, front: Front) -> Front:
        torn = np.flatnonzero(front.waiting != NONE)[:TORN]
        source, points, firsts = self._complete_any(front, torn, gbk_bytes.vanishing())
        bonus = np.full(len(source), -0.5, np.float32) - self._unannotated(points, front.whole[source])
        return self._grow(front, [going(source, points, 256 + firsts, 0, bonus)] if len(source) else [])

    # ------------------------------------------------------------------ completing

    def _complete(
        self, front: Front, torn: NDArray[np.int64], byte: int
    ) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """Each torn hypothesis with each character that its waiting byte makes with `byte`."""
        waiting = front.waiting[torn]
        known = waiting < 256
        points = gbk_bytes.decoded()[(waiting[known] << 8) | byte]
        sources, found = [torn[known][points > 0]], [points[points > 0]]
        for wild in np.unique(waiting[~known]).tolist():
            members = torn[waiting == wild]
            options = self._sensible(gbk_bytes.completions(wild, byte))
            sources.append(np.repeat(members, len(options)))
            found.append(np.tile(options, len(members)))
        return np.concatenate(sources), np.concatenate(found)

    def _complete_any(
        self, front: Front, torn: NDArray[np.int64], seconds: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.int64]]:
        """The same with every second byte of some. Fronts are sorted, so the first few are the best."""
        waiting = front.waiting[torn]
        keep = torn[waiting < 256]
        points = gbk_bytes.decoded()[(front.waiting[keep][:, None] << 8) | seconds[None, :]]
        at, which = np.nonzero(self.evidence.sensible[points])
        sources, found, ends = [keep[at]], [points[at, which]], [seconds[which]]
        for index in torn[waiting >= 256][:WILD].tolist():
            grid = gbk_bytes.decoded()[(gbk_bytes.leads(int(front.waiting[index]))[:, None] << 8) | seconds[None, :]]
            row, which = np.nonzero(self.evidence.sensible[grid])
            sources.append(np.full(len(row), index))
            found.append(grid[row, which])
            ends.append(seconds[which])
        return np.concatenate(sources), np.concatenate(found), np.concatenate(ends)

    def _sensible(self, points: NDArray[np.uint16]) -> NDArray[np.uint16]:
        return points[self.evidence.sensible[points]]

    # ------------------------------------------------------------------ weighing

    def _unannotated(self, points: NDArray[np.uint16], whole: NDArray[np.bool_]) -> NDArray[np.float32]:
        """A character that the page annotates wherever it stands, and here it would stand without."""
        return np.where(self.evidence.always[points] & whole, np.float32(6.0), np.float32(0.0))

    def _sounds(self, points: NDArray[np.uint16], reading: str) -> NDArray[np.float32]:
        sounds = gbk_bytes.by_reading(self.evidence.toneless).get(reading)
        if sounds is None:
            return np.full(len(points), -6.0, np.float32)
        known = gbk_bytes.decoded()[sounds.codes]
        order = np.argsort(known)
        at = np.minimum(np.searchsorted(known[order], points), len(known) - 1)
        hit = known[order][at] == points
        out = np.where(hit, np.float32(2.0) - sounds.penalties[order][at], np.float32(-12.0))
        return out.astype(np.float32)

    def _fits(self, last: NDArray[np.int64], point: int, token: Token) -> NDArray[np.float32]:
        """In phase before a reading: it reads this character, or the pair astride it and the one before."""
        own = float(self._sounds(np.array([point], np.uint16), token.reading)[0])
        if token.kind == "char" or not len(last):
            return np.full(len(last), own, np.float32)
        return self._sounds(gbk_bytes.decoded()[(last << 8) | (point & 0xFF)], token.reading)

    def _grow(self, front: Front, moves: Sequence[Moves]) -> Front:
        if not moves:
            return front.take(np.zeros(0, np.int64))
        self.steps += 1
        all_moves = moves[0] if len(moves) == 1 else gathered(moves)
        if len(all_moves.source) > 2 * COARSE:
            alone = self.model.unigrams[symbols()[all_moves.point]] + front.score[all_moves.source] + all_moves.bonus
            all_moves = all_moves.take(np.argpartition(-alone, 2 * COARSE)[: 2 * COARSE])
        source, point = all_moves.source, all_moves.point
        marks = np.where(point == TAG, self.tag_as, symbols()[point])
        marks[point == ord(DIGIT)] = ord("0")
        shown = (marks != SPACE) & (point != 0)
        past = front.past[source]
        b = (past & np.uint64(0xFFFF)).astype(np.uint16)
        base = front.score[source] + all_moves.bonus - self.evidence.strangeness[point]
        if len(source) > COARSE:
            rough = base.copy()
            rough[shown] += self.model.bigram(b[shown], marks[shown])
            keep = np.argpartition(-rough, COARSE)[:COARSE]
            all_moves = all_moves.take(keep)
            source, point = all_moves.source, all_moves.point
            marks, shown, past, b, base = marks[keep], shown[keep], past[keep], b[keep], base[keep]
        quoted = front.quoted[source]
        opens, closes = marks == OPEN, marks == CLOSE
        score = base - np.where((opens & quoted) | (closes & ~quoted), np.float32(2), np.float32(0))
        score += np.where(closes & quoted, np.float32(1), np.float32(0))
        score -= clash(b, marks)
        if self.owed:
            score += np.where(marks == BRACKET, np.float32(self.owed), np.float32(0))
        if self.short_quote and self.at == 0:
            score -= np.where(ONCE[marks], np.float32(3), np.float32(0))
        if shown.any():
            score[shown] += self._likely(past[shown], marks[shown])
        now = np.where(shown, (past << np.uint64(16) | marks) & THREE, past)
        keep = pruned(all_moves.waiting, all_moves.last, now, score)
        self.parents.append(front.node[source[keep]])
        self.points.append(point[keep])
        self.tokens.append(np.full(len(keep), self.at))
        waiting = all_moves.waiting[keep]
        self.slipped.append(waiting != NONE)
        nodes = np.arange(self.size, self.size + len(keep))
        self.size += len(keep)
        return Front(
            waiting,
            all_moves.last[keep],
            now[keep],
            score[keep],
            nodes,
            all_moves.whole[keep],
            ((quoted | opens) & ~closes)[keep],
        )

    def _likely(self, past: NDArray[np.uint64], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        score = self.model.score(past, c)
        keys, shares = self.evidence.keys, self.evidence.shares
        if len(keys):
            wanted = (past << np.uint64(16) | c) & THREE
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            share = np.where(keys[at] == wanted, shares[at], np.float32(0))
            score = np.log(np.exp(score) * np.float32(0.8) + share)
        return score

    def _join(self, fronts: Sequence[Front]) -> Front:
        whole = Front(
            np.concatenate([f.waiting for f in fronts]),
            np.concatenate([f.last for f in fronts]),
            np.concatenate([f.past for f in fronts]),
            np.concatenate([f.score for f in fronts]),
            np.concatenate([f.node for f in fronts]),
            np.concatenate([f.whole for f in fronts]),
            np.concatenate([f.quoted for f in fronts]),
        )
        return whole.take(pruned(whole.waiting, whole.last, whole.past, whole.score))

    # ------------------------------------------------------------------ answering

    def in_phase(self) -> bool:
        """Whether every hypothesis worth the name is in phase."""
        if not len(self.front):
            return True
        near = self.front.score > self.front.score.max() - 14.0
        return bool((self.front.waiting[near] == NONE).all())

    def answers(self, after: str = "", most: int = CANDIDATES) -> list[Answer]:
        """The best readings that end in phase, the best first, each text once. `after` is the rest of the line."""
        in_phase = np.flatnonzero(self.front.waiting == NONE)
        order = in_phase[np.argsort(-self.front.score[in_phase], kind="stable")]
        parents, points = np.concatenate(self.parents), np.concatenate(self.points)
        tokens, slipped = np.concatenate(self.tokens), np.concatenate(self.slipped)
        found: dict[str, Answer] = {}
        for index in order.tolist():
            node = int(self.front.node[index])
            chars: list[tuple[str, int]] = []
            settled, slips, calm_behind = -1, 0, True
            while node > 0:
                if points[node]:
                    chars.append((chr(points[node]), int(tokens[node])))
                if slipped[node]:
                    slips += 1
                    if calm_behind:
                        settled, calm_behind = int(tokens[node]) + 1, False
                node = int(parents[node])
            text = "".join(c for c, at in reversed(chars) if at <= settled)
            whole = "".join(c for c, _ in reversed(chars))
            found.setdefault(whole, Answer(text, whole, float(self.front.score[index]), settled, slips))
            if len(found) >= most:
                break
        line = self.before[self.before.rfind("\n") + 1 :]
        weighed = [
            a._replace(
                score=CHARS * (a.score - self.owed * (a.whole.count(")") + a.whole.count("）")))
                + WORDS * self.model.words_total(self.before[-4:] + a.whole.replace(DIGIT, "0"))
                - UNCLOSED * unpaired(line, a.whole, after)
            )
            for a in found.values()
        ]
        return sorted(weighed, key=lambda a: -a.score)
