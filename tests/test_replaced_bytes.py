"""U+FFFD written in UTF-8 into pages of gb18030: it may not put what follows out of phase, and never in silence."""

import pytest

import ingest
from ingest.page import replaced

TEXT = "白沙县公安机关移送的案件，应当指定专人核实情况。报告由县人民政府批准后执行，并向社会公开征求意见。\n" * 2
MARK = b"\xef\xbf\xbd"


def curated(raw):
    return ingest.curate(raw, source="x.txt", media_type="text/plain").document


@pytest.mark.parametrize("at", [8, 9, 20, 21, 42])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_bytes_that_were_replaced_cost_their_own_characters_alone(at, size):
    raw = TEXT.encode("gbk")
    made = curated(raw[:at] + MARK * size + raw[at + size :] + raw)
    lost = {at // 2, (at + size - 1) // 2}
    if (at, size) not in ((8, 1), (20, 1), (42, 1)):  # 锟 and a character: as names have it, once
        assert "damage-left" in made.flags
    assert made.page_text.endswith(TEXT[max(lost) + 1 :] + TEXT)
    assert made.page_text.startswith(TEXT[: min(lost)])


@pytest.mark.parametrize("word", ["帮拷贝", "王锟健同志", "锟斤拷锟斤拷", "屯屯屯"])
def test_the_pages_own_characters_stay(word):
    assert curated((TEXT + word + TEXT).encode("gbk")).page_text == TEXT + word + TEXT


def test_places_are_found_in_one_pass_over_a_long_line():
    raw = "测试".encode("gbk") * 20_000 + MARK
    assert replaced.places(raw * 3)
