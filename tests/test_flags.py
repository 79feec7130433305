"""Quality flags: each code is raised by a page that has the fault, and by no clean one."""

import re
from pathlib import Path

import pytest

import ingest
from ingest import page
from ingest.flags import CODES

CLEAN = "云栖市渔港条例\n第一条 为保护渔港,制定本条例。\n第二条 本条例适用于本市渔港。\n第三条 渔港由渔业局管理。\n"
FAULTS = {
    "numbering-gap": CLEAN.replace("第三条", "第七条"),
    "control-characters": CLEAN.replace("渔业局", "渔业\x02局"),
    "invisible-characters": CLEAN.replace("渔业局", "渔业\u200b局"),
    "bidi-controls": CLEAN.replace("渔业局", "渔业\u202e局"),
    "private-use": CLEAN.replace("渔业局", "渔业\ue123局"),
    "replacement-characters": CLEAN.replace("渔业局", "渔业\ufffd局"),
    "spun": CLEAN + "\n国度播送电视总局印发。",
}
LOOSE = (
    "渡口杂记\n码头\n南坡的码头修于早年，石阶共四十级。\n船期\n早班六点开船\n晚班八点收船\n1. 船票\n3. 行李\n船工另算\n（二）货运\n装船在前\n2. 卸船\n"
    "北坡\n沙洲也有一座码头，水浅时停用。\n看水牌\n- 水位\n- 风向\n旧船名录\n白鹭号\n青石号\n"
)
MARKED = (
    "# 渡口手册\n\n## 码头\n\n南坡的码头修于早年，石阶共四十级。\n\n### 石阶\n\n石阶每年检修一次。\n\n## 船期\n\n- 早班六点开船\n- 晚班八点收船\n\n"
    "## 货运\n\n1. 装船在前\n2. 卸船在后\n\n沙洲也有一座码头，水浅时停用。\n"
)
LONG = CLEAN * 3
PAGE_FAULTS = {
    "charset-declared-wrong": f"<meta charset=big5><title>渔港条例</title><p>{LONG}</p>".encode("gb18030"),
    "bad-bytes": LONG.encode().replace("渔港由".encode(), b"\xe6\xb8", 1),
    "mixed-encodings": LONG.encode() + "\n渔港由本市渔业局管理，任何单位不得占用。".encode("gb18030"),
    "lone-surrogates": CLEAN.replace("渔业局", "渔业\ud83d局"),
    "paginated": f"<title>渔港条例</title><div><p>{LONG}</p></div><p>第1页/共3页</p>",
}


def flags(text):
    return set(ingest.curate(text, source="f.txt", media_type="text/plain").document.flags)


def test_a_clean_text_has_none():
    assert flags(CLEAN) == set()


def test_a_tree_is_doubtful_where_such_places_were_often_wrong():
    assert "structure-doubtful" in flags(LOOSE)
    assert "structure-doubtful" not in flags("渡口杂记\n码头")  # two blocks say too little
    # Nothing of it is certain, but marks say which lines are headings.
    assert flags(MARKED) == set()
    assert "structure-doubtful" in flags(
        MARKED.replace("#", "").replace("石阶每年检修一次。", "石阶检修").replace("。\n", "\n")
    )


def test_a_text_that_nothing_divides_is_not_doubtful():
    article = "渡口停航\n昨天下午江面起雾，渡口停航三个小时。\n已经买票的旅客全部改乘公交。\n雾散以后，渡船照常开行。"
    assert "structure-doubtful" not in flags(article)


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


@pytest.mark.parametrize("code", PAGE_FAULTS)
def test_fault_of_a_page(code):
    found = set(ingest.curate(PAGE_FAULTS[code], source="f").document.flags)
    assert code in found and found <= set(CODES)
    assert not found & set(PAGE_FAULTS) - {code}


def test_every_flag_of_the_page_stage_is_described():
    sources = "".join(path.read_text("utf-8") for path in Path(page.__file__).parent.glob("*.py"))
    # How the stage writes its flags: in tuples of one, or last in a longer one.
    assert set(re.findall(r'\("([a-z]+-[a-z-]+|paginated)",\)', sources)) | {
        "mixed-encodings",
        "lone-surrogates",
    } == set(PAGE_FAULTS)


def test_every_code_is_described():
    assert {*FAULTS, *PAGE_FAULTS} <= set(CODES) and all(CODES.values())


@pytest.mark.parametrize(
    ("named", "spun"),
    [
        ("由人力资源和社会保证局印发", True),
        ("交通运送部通知", True),
        ("市场监视管理总局公告", True),
        ("安全出产监视管理局备案", True),
        ("按照社会保证的要求，市场监督管理局办理登记", False),
        ("货物交通运送部分完成，应急办理部件更换", False),
        ("视频监视管理平台，药品监督管理局", False),
        ("电视台播送的节目，国度假日安排", False),
    ],
)
def test_authorities_with_swapped_words(named: str, spun: bool) -> None:
    flags = ingest.curate(CLEAN + f"\n{named}。", source="x.txt", media_type="text/plain").document.flags
    assert ("spun" in flags) == spun
