"""Rare forms that a mirror's font table swapped in: put back as guesses, on mirrored pages alone."""

import ingest

MIRRORED = "為發(fā)展經(jīng)濟(jì)，推動(dòng)產(chǎn)業(yè)發(fā)展，特提出意見。\n"


def edits(text):
    doc = ingest.curate(text, source="x.txt", media_type="text/plain")
    return [(e.before, e.after, e.certainty) for e in doc.edits if "font-variant" in e.rules and e.applied]


def test_a_rare_form_on_a_mirrored_page_is_put_back_as_a_guess():
    assert edits(MIRRORED + "建設經(jīng)濟(jì)社會咊文化事業(yè)。") == [("咊", "和", "guess")]


def test_elsewhere_it_is_the_authors_own():
    assert edits("为发展经济，推动产业发展，特提出意见。\n建设经济社会咊文化事业。") == []
