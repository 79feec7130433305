"""How sure a chosen title, date or publisher is, by who says it and who says otherwise."""

import pytest

from ingest import trust
from ingest.blocks import Fact

HEADING = Fact("title", "渡口改造方案", "title-printed", 10)
LONE = Fact("title", "渡口改造方案", "title-lone", 40)
ELEMENT = Fact("title", "渡口改造方案", "title-element", 50)
LINE = Fact("published_on", "2023-05-06", "label:published", 10)
HEAD = Fact("published_on", "2023-05-06", "meta:pubdate", 14, origin="attribute")
LATER = Fact("published_on", "2023-05-07", "meta:modified", 20, origin="attribute")
FAR = Fact("published_on", "2020-01-01", "meta:date", 60, origin="attribute")
BARE = Fact("published_on", "2023-05-06", "somewhere", 60)
SOURCE = Fact("publisher", "江城日报", "label:source", 10)
SITE = Fact("publisher", "江城日报", "title-suffix", 40)
OWNER = Fact("publisher", "江城在线", "footer", 80)


@pytest.mark.parametrize(
    ("every", "sure"),
    [
        ((HEADING, ELEMENT), "exact"),
        ((HEADING,), "likely"),
        ((LONE,), "guess"),
        ((LONE, ELEMENT), "guess"),
        ((LINE, HEAD), "exact"),
        ((LINE,), "likely"),
        ((LINE, HEAD, LATER), "likely"),
        ((LINE, LATER), "guess"),
        ((LINE, FAR), "likely"),  # a head's date of the template, far behind the line in rank
        ((BARE,), "guess"),
        ((SOURCE, SITE), "exact"),
        ((SOURCE,), "likely"),
        ((SOURCE, SITE, OWNER), "exact"),  # the owner of the site's footer contradicts nobody
        ((OWNER,), "guess"),
    ],
)
def test_the_first_is_this_sure(every: tuple[Fact, ...], sure: str) -> None:
    assert trust.of(every[0].field, every[0], every) == sure


def test_fields_that_are_not_measured_say_nothing() -> None:
    number = Fact("document_number", "江政发〔2023〕5号", "label:number", 5)
    assert trust.of("document_number", number, [number]) is None
