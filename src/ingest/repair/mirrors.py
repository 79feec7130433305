"""What a mirror did to a page, undone: glosses and phase slips together, since each is evidence for the other."""

from bisect import bisect_right

from ingest.config import Config
from ingest.patterns import pattern
from ingest.repair import glosses
from ingest.repair.characters import LETTERS
from ingest.repair.learnt import Told
from ingest.traced import Change

_SIGN = pattern(rf"[(（?？\x00\ufffd](?: ?[{LETTERS}]{{1,7}} ?[)）]|(?<=[?？])[，。、！；？,!;?])")
"""A reading in brackets, or a sign behind what stands for a lost character."""


def changes(text: str, config: Config, known: Told | None = None) -> list[Change]:
    """All repairs of a page's mirror damage; `known` is what its site's pages have in common."""
    if not _SIGN.search(text):
        return _font(text, [], config, known)
    from ingest.repair import habits, slips  # they bring numpy and the language model: only damaged pages pay

    found = glosses.scan(text)
    own = glosses.toneless(text, found)
    toneless = own or bool(known and known.toneless and not any(g.toned for g in found if g.char))
    spots = slips.spots(text, toneless)
    if toneless and not own:  # what only the site told makes no damaged page of this one, from which others learn
        shown = {s.start for s in slips.spots(text, False) if s.sure}
        spots = [s._replace(told=s.sure and s.start not in shown) for s in spots]
    verdict, told = glosses.judge(text, found, sum(s.sure for s in spots)), None
    if known and not verdict.remove and (by_site := glosses.judge_by(known.table, text, found)):
        verdict, told = by_site, by_site.note
    restored: list[Change] = []
    if spots:
        from ingest.repair import quotes, second, words
        from ingest.repair.domain import chosen

        model = chosen(config)
        mirrored = bool(verdict.remove) or any(s.sure for s in spots)
        by_mirror = not mirrored and bool(known and known.table.readings)
        if not mirrored:
            doubtful = {s for s in spots if slips.doubtful(text, s, model)}
            spots = [
                s._replace(told=s not in doubtful)
                for s in spots
                if s in doubtful or (by_mirror and not quotes.asks(text, s.start))
            ]
        table = verdict.table.beside(known.table, text) if known else verdict.table
        prior = slips.ON_MIRROR if mirrored else slips.ON_SITE if by_mirror else slips.ALONE
        places = [(spot.start, spot.end) for spot in spots]
        page = habits.evidence(text, places, found, table, prior, model, toneless)
        views = [page]
        if page.traditional and mirrored:
            views.append(habits.evidence(text, places, found, table, prior, model, toneless, converted=True))
        if known:
            views = [view.with_words(*words.beside(known.words, view.keys, view.shares)) for view in views]
        restored = slips.repair(text, spots, views, model, second.chosen(config), known.proofs if known else {})
        own_slips = sum(c.applied and glosses.BY_SITE not in (c.note or "") for c in restored)
        if not verdict.remove and own_slips:
            verdict = glosses.judge(text, found, own_slips)
    ends = [c.end for c in restored if c.applied]
    starts = [c.start for c in restored if c.applied]
    out = list(restored)
    for gloss in verdict.remove:
        inside = bisect_right(starts, gloss.start) - 1
        if inside < 0 or ends[inside] <= gloss.start:
            out.append(Change(gloss.start, gloss.end, "", "pinyin-gloss", verdict.certainty, told))
    if verdict.remove or any(s.sure for s in spots):
        from ingest.repair import leftovers, variants
        from ingest.repair.domain import chosen

        out += [*variants.changes(text, out, chosen(config))]
        out += leftovers.flags(text, out, found, chosen(config))
        return out
    return out + _font(text, out, config, known)


def _font(text: str, done: list[Change], config: Config, known: Told | None) -> list[Change]:
    """Rare forms that the pages of the site have for usual characters, on one that shows nothing else of its mirror."""
    if not known or not any(char in text for char in known.fonts):
        return []
    from ingest.repair import variants
    from ingest.repair.domain import chosen

    return [*variants.changes(text, done, chosen(config), known.fonts)]
