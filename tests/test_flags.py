"""Quality flags: each code is raised by a page that has the fault, and by no clean one."""

import pytest

import ingest
from ingest.flags import CODES

CLEAN = "云栖市渔港条例\n第一条 为保护渔港,制定本条例。\n第二条 本条例适用于本市渔港。\n第三条 渔港由渔业局管理。\n"
FAULTS = {
    "numbering-gap": CLEAN.replace("第三条", "第七条"),
    "control-characters": CLEAN.replace("渔业局", "渔业\x02局"),
    "invisible-characters": CLEAN.replace("渔业局", "渔业\u200b局"),
    "bidi-controls": CLEAN.replace("渔业局", "渔业\u202e局"),
    "private-use": CLEAN.replace("渔业局", "渔业\ue123局"),
    "replacement-characters": CLEAN.replace("渔业局", "渔业\ufffd局"),
}


def flags(text):
    return set(ingest.curate(text, source="f.txt", media_type="text/plain").document.flags)


def test_a_clean_text_has_none():
    assert flags(CLEAN) == set()


@pytest.mark.parametrize("code", FAULTS)
def test_fault(code):
    assert code in flags(FAULTS[code])


@pytest.mark.parametrize(
    ("third", "gap"),
    [
        ("第二条之一", False),
        ("第三条", False),
        ("第十条之一", True),
        ("第三条之一", True),
        ("第二条之三", True),
        ("第四条", True),
    ],
)
def test_numbers_with_a_suffix_follow_one_another_too(third, gap):
    assert ("numbering-gap" in flags(CLEAN.replace("第三条", third))) is gap


def test_every_code_is_described():
    assert set(FAULTS) <= set(CODES) and all(CODES.values())
