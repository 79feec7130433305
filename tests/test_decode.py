"""Bytes to text: self-written pages in every encoding, declared right, wrong or not at all, damaged, mixed."""

import difflib
import io
import json
import math
import pathlib
import pickle
import random
import struct
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest import curate, page
from ingest.config import Config
from ingest.errors import Rejected
from ingest.han import whatwg
from ingest.page import charset, codecs_whatwg, decode

CASES = pathlib.Path(__file__).parent / "cases"
TEXTS = json.loads((CASES / "decode_texts.json").read_text("utf-8"))
CHINESE = [t for t in TEXTS if t["language"] == "zh"]
FOREIGN = [t for t in TEXTS if t["language"] != "zh"]
ENCODINGS = {
    "hans": ("gb18030", "utf-8", "utf-16le", "utf-16be", "hz"),
    "hant": ("big5", "gb18030", "utf-8", "utf-16le", "utf-16be"),
    "hkscs": ("big5", "gb18030", "utf-8", "utf-16le"),
}
LABELS = {"gb18030": "gb2312", "hz": "hz-gb-2312"}
WRONG = {
    "gb18030": "utf-8",
    "utf-8": "gb2312",
    "big5": "gb2312",
    "hz": "iso-8859-1",
    "utf-16le": "utf-8",
    "utf-16be": "gbk",
}
LEGACY = {"ja": ("cp932", "euc_jp", "iso2022_jp"), "ko": ("cp949",), "ru": ("cp1251", "koi8_r", "iso8859_5", "cp866")}


def encoded(text, encoding):
    return text.encode({"big5": "big5hkscs", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}.get(encoding, encoding))


def framed(text, declared):
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    lines = text.split("\n")
    body = "\n".join(f"<p>{line}</p>" for line in lines)
    return f'<html><head>{meta}<title>{lines[0]}</title></head><body>\n<a href="/">Home</a>\n{body}\n</body></html>'


def read(raw, encoding=None, headers=None):
    return decode.decode(raw, encoding=encoding, headers=headers, media_type=None)


VARIANTS = [
    pytest.param(t, e, how, id=f"{t['label']}-{e}-{how}")
    for t in CHINESE
    for e in ENCODINGS[t["script"]]
    for how in ("bare", "undeclared", "right", "wrong", "marked")
    if how != "marked" or e.startswith("utf")
]


@pytest.mark.parametrize(("text", "encoding", "how"), VARIANTS)
def test_variants(text, encoding, how):
    declared = {"right": LABELS.get(encoding, encoding), "wrong": WRONG[encoding]}.get(how)
    page = text["text"] if how == "bare" else framed(text["text"], declared)
    raw = encoded("\ufeff" + page if how == "marked" else page, encoding)
    found = read(raw)
    assert found.text == page
    assert found.encoding == encoding and found.replaced == 0
    if how == "marked":
        assert found.by == "bom"
    if how == "right" and not encoding.startswith("utf-16"):
        assert found.by == "meta"


@pytest.mark.parametrize("text", CHINESE, ids=lambda t: t["label"])
def test_http_header_and_given(text):
    encoding = "gb18030" if text["script"] == "hans" else "big5"
    raw = encoded(text["text"], encoding)
    by_header = read(raw, headers={"Content-Type": f"text/html; charset={LABELS.get(encoding, encoding)}"})
    assert (by_header.text, by_header.by) == (text["text"], "http")
    given_name = read(raw, encoding="GBK" if encoding == "gb18030" else "Big5-HKSCS")
    assert (given_name.text, given_name.by) == (text["text"], "given")


@pytest.mark.parametrize("text", CHINESE, ids=lambda t: t["label"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_five_bad_bytes(text, encoding):
    if encoding == "big5" and text["script"] == "hans":
        encoding = "gb18030"
    page = framed(text["text"], LABELS.get(encoding, encoding))
    raw = bytearray(encoded(page, encoding))
    high = [n for n, byte in enumerate(raw) if byte > 127]
    for n in random.Random(7).sample(high, 5):
        raw[n] = 0xFF
    found = read(bytes(raw))
    matched = difflib.SequenceMatcher(None, found.text, page, autojunk=False).get_matching_blocks()
    assert sum(m.size for m in matched) >= len(page) - 12  # each byte may cost its character and the next
    assert found.encoding == encoding and 1 <= found.replaced <= 15
    assert "bad-bytes" in found.flags


@pytest.mark.parametrize("text", CHINESE, ids=lambda t: t["label"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_cut_in_the_last_character(text, encoding):
    if encoding == "big5" and text["script"] == "hans":
        encoding = "gb18030"
    raw = encoded(text["text"].rstrip("0123456789日\n"), encoding)
    found = read(raw[:-1])
    assert text["text"].startswith(found.text.rstrip("\N{REPLACEMENT CHARACTER}"))
    assert len(found.text) >= len(text["text"].rstrip("0123456789日\n")) - 1
    assert found.encoding == encoding


@pytest.mark.parametrize("text", CHINESE, ids=lambda t: t["label"])
@pytest.mark.parametrize("main", ["utf-8", "legacy"])
def test_mixed_footer(text, main):
    legacy = "gb18030" if text["script"] == "hans" else "big5"
    footer = "版权所有江城市人民政府办公室主办" if text["script"] == "hans" else "版權所有江城市政府資訊處維護"
    first, second = ("utf-8", legacy) if main == "utf-8" else (legacy, "utf-8")
    page = framed(text["text"], LABELS.get(first, first))
    found = read(encoded(page, first) + b"\n<div>" + encoded(footer, second) + b"</div>")
    assert found.text == f"{page}\n<div>{footer}</div>"
    assert found.encoding == first and "mixed-encodings" in found.flags


FOREIGN_VARIANTS = [
    pytest.param(t, e, how, id=f"{t['label']}-{e}-{how}")
    for t in FOREIGN
    for e in LEGACY[t["language"]]
    for how in ("bare", "undeclared", "declared", "called gb2312", "called big5")
]


@pytest.mark.parametrize(("text", "encoding", "how"), FOREIGN_VARIANTS)
def test_other_languages_are_not_read_as_chinese(text, encoding, how):
    declared = {"declared": encoding.replace("_", "-"), "called gb2312": "gb2312", "called big5": "big5"}.get(how)
    page = text["text"] if how == "bare" else framed(text["text"], declared)
    page = page.encode(encoding, "replace").decode(encoding)
    try:
        found = read(page.encode(encoding))
    except Rejected as why:
        assert why.reason == "undecodable"
        return
    assert found.text == page


def test_labels():
    for label, name in (("GB2312", "gb18030"), (" gbk ", "gb18030"), ("cp936", "gb18030"), ("Big5-HKSCS", "big5"),
                        ("utf8", "utf-8"), ("x-sjis", "shift_jis"), ("ISO-8859-1", "windows-1252"), ("no-such", None)):  # fmt: skip
        assert decode.encoding_of(label) == name
    with pytest.raises(Rejected, match="unknown"):
        read(b"x", encoding="no-such")


def test_codes_of_the_standard():
    for raw, text in (
        (b"\xa6\xd9", "\ufe10"), (b"\xfe\x59", "\u9fb4"), (b"\xa8\xbc", "\u1e3f"), (b"\xa3\xa0", "\u3000"),
        (b"\x80", "\N{EURO SIGN}"), (b"\x81\x35\xf4\x37", "\ue7c7"), (b"\x90\x30\x81\x30", "\U00010000"),
        (b"\xd6\xd0\xff<", "中\ufffd<"), (b"\xd6<p>", "\ufffd<p>"),
    ):  # fmt: skip
        assert codecs_whatwg.gb18030(raw) == text
    for raw, text in (
        (b"\xa1\x45", "\u2027"), (b"\xa1\xfe", "\uff0f"), (b"\xa2\x41", "\u2215"), (b"\xa2\x42", "\ufe68"),
        (b"\xa2\x44", "\uffe5"), (b"\x87\x7a", "\u3875"), (b"\x88\x62", "\u00ca\u0304"), (b"\x88\xa5", "\u00ea\u030c"),
        (b"\xa4\xa4\xff", "中\ufffd"),
    ):  # fmt: skip
        assert codecs_whatwg.big5(raw) == text
    assert codecs_whatwg.hz(b"a~~b~{VPND~}c~\nd") == "a~b中文cd"


def test_table_of_differences_has_what_it_says():
    differences = whatwg.differences()
    assert {name: len(rows) for name, rows in differences.items()} == {"gb18030": 20, "big5": 203}


@pytest.mark.parametrize("name", ["gb18030", "big5"])
def test_every_pair_of_bytes_gives_what_the_codec_or_the_table_says(name):
    """All 24,066 two-byte codes of each encoding, alone and in company: whoever patches one must not break another."""
    base, differences = {"gb18030": "gb18030", "big5": "big5hkscs"}[name], whatwg.differences()[name]
    reader = getattr(codecs_whatwg, name)
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            code = bytes((lead, trail))
            try:
                wanted = differences.get(code) or code.decode(base)
            except UnicodeDecodeError:
                continue
            assert reader(code) == wanted
            assert reader(b"a" + code + b"\n") == f"a{wanted}\n"


@pytest.mark.parametrize("name", ["gb18030", "big5"])
def test_every_entry_of_the_index_comes_back(name):
    """All codes in one text, and the undefined ones among ASCII: the quick ways and the careful one give the same."""
    base, differences = {"gb18030": "gb18030", "big5": "big5hkscs"}[name], whatwg.differences()[name]
    reader = getattr(codecs_whatwg, name)
    index, undefined = {}, []
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80 if name == "gb18030" else 0xA1, 0xFF)):
            code = bytes((lead, trail))
            try:
                index[code] = differences.get(code) or code.decode(base)
            except UnicodeDecodeError:
                undefined.append(code)
    assert reader(b"".join(index)) == "".join(index.values())
    assert reader(b"".join(index) + b" \xff ") == "".join(index.values()) + " \ufffd "
    for code in undefined:
        assert reader(b" " + code + b" ") == " \ufffd" + (chr(code[1]) if code[1] < 0x80 else "") + " "
    if name == "gb18030":
        assert len(index) == 126 * 190 == len(set(index.values())) + 1 and not undefined  # U+3000 has two


def test_every_character_comes_back_from_gb18030():
    """But for the private ones that the edition of 2022 replaced, and those whose codes the standard has otherwise."""
    text = "".join(map(chr, (*range(0x81, 0xD800), *range(0xE000, 0x110000, 3), *range(0xE000, 0x10000))))
    codes = whatwg.differences()["gb18030"]
    moved = {ord(code.decode("gb18030")) for code in codes} | {0x1E3F, 0xE7C7}
    text = text.translate(dict.fromkeys(moved))
    assert len(moved) == 21 and codecs_whatwg.gb18030(text.encode("gb18030")) == text
    for code, right in codes.items():
        assert codecs_whatwg.gb18030(code) == right


@pytest.mark.parametrize("name", ["gb18030", "big5"])
def test_no_bad_byte_goes_without_a_trace(name):
    text = "供水局公告，明日停水。"
    raw = text.encode({"big5": "big5hkscs"}.get(name, name))
    for bad in (b"\xff@", b"\xffa", b"\xff<", b"\xff~"):
        assert getattr(codecs_whatwg, name)(raw + bad + raw) == f"{text}\ufffd{bad[1:].decode()}{text}"


def test_ambiguous_bytes_are_rejected_with_a_way_out():
    with pytest.raises(Rejected) as why:
        read("日本".encode("euc_jp"))
    assert why.value.reason == "undecodable"
    assert read("日本".encode("euc_jp"), encoding="euc-jp").text == "日本"


@tries(200)
@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_a_rejection(raw):
    try:
        found = read(raw)
    except Rejected as why:
        assert why.reason in ("undecodable", "binary")
    else:
        assert found.text.count("\N{REPLACEMENT CHARACTER}") >= found.replaced * (found.encoding != "utf-8")
        assert read(raw) == found


@tries(200)
@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FA5, exclude_categories=("Cs", "Cc", "Co")), max_size=60)
)
def test_valid_utf8_with_a_mark_is_itself(text):
    assert read(b"\xef\xbb\xbf" + text.encode()).text == text


def test_long_damaged_lines_take_no_long_time():
    raw = ("关于印发供水方案的通知" * 20_000).encode("gb18030") + b"\xff" + b"\n" + b"\xff\xd6" * 50_000
    assert len(codecs_whatwg.gb18030(raw)) > 200_000


def test_detection_is_sure_of_whole_texts():
    for text in CHINESE:
        for encoding in ("gb18030", "big5") if text["script"] != "hans" else ("gb18030",):
            verdict = charset.detect(encoded(text["text"], encoding))
            assert verdict and verdict.encoding == encoding and verdict.lead > 100


def noise():
    """Bytes that are no text: random ones, sound, pickles."""
    rng = random.Random(20)
    for n in range(200):
        yield f"random {n}", rng.randbytes(rng.choice((400, 3000, 3001, 20_000)))
    for amplitude in (60, 300, 2000, 9000, 32_000):
        for period in (31, 97, 440):
            wave = [int(amplitude * math.sin(6.283 * i / period) + rng.gauss(0, 3)) for i in range(3000)]
            clipped = [max(-32_768, min(32_767, v)) for v in wave]
            yield f"sine {amplitude} {period} little", struct.pack("<3000h", *clipped)
            yield f"sine {amplitude} {period} big", struct.pack(">3000h", *clipped)
            yield f"sine {amplitude} {period} unsigned", struct.pack("<3000H", *(v + 32_768 for v in clipped))
    yield "silence", bytes(4000)
    for protocol in range(2, 6):
        yield (
            f"pickle {protocol}",
            pickle.dumps([{"id": n, "text": "供水通知", "at": n * 1.7} for n in range(99)], protocol),
        )


def test_an_archive_of_pages_is_called_so():
    held, made = "<html><p>云栖市渔港条例</p>".encode(), io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo("条例.html")
        member.size = len(held)
        archive.addfile(member, io.BytesIO(held))
    with pytest.raises(Rejected, match="this is a tar archive"):
        page.read_page(made.getvalue(), media_type=None, encoding=None, headers=None, url=None, config=Config())


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in noise()])
def test_noise_is_no_document(raw):
    with pytest.raises(Rejected) as why:
        page.read_page(raw, media_type=None, encoding=None, headers=None, url=None, config=Config())
    assert why.value.reason in ("binary", "undecodable")


def test_zeros_and_a_few_control_characters_leave_text_alone():
    text = "江城市供水局通知：东山路一带明日停水检修，请各用户做好储水准备。\n" * 20
    for encoding in ("utf-8", "gb18030"):
        damaged = text.replace("检修", "检\x02修", 9)
        found = read(damaged.encode(encoding) + bytes(300))
        assert found.text.rstrip("\x00") == damaged and found.encoding == encoding
    for encoding, name in (("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be")):
        # Without a single ASCII character, and with rare ones among the common
        plain = "江城市供水局通知，东山路一带明日停水检修，请各用户转告。𠮷野家，龘靐齉。" * 3
        found = read(plain.encode(encoding))
        assert (found.text, found.encoding) == (plain, name)


OTHERS = {
    "Polish": ("Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144 w lesie, gdzie ro\u015bnie du\u017co \u015bwierk\u00f3w i p\u0142ynie czysta rzeka.", "cp1250"),
    "Czech": ("P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148 \u00fap\u011bl \u010f\u00e1belsk\u00e9 \u00f3dy.", "iso8859-2"),
    "Thai": ("\u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28\u0e44\u0e17\u0e22\u0e40\u0e1b\u0e47\u0e19\u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28\u0e17\u0e35\u0e48\u0e15\u0e31\u0e49\u0e07\u0e2d\u0e22\u0e39\u0e48\u0e43\u0e19\u0e17\u0e27\u0e35\u0e1b\u0e40\u0e2d\u0e40\u0e0a\u0e35\u0e22" * 4, "cp874"),
    "Korean": ("\ub300\ud55c\ubbfc\uad6d\uc740 \ub3d9\uc544\uc2dc\uc544\uc758 \ud55c\ubc18\ub3c4 \ub0a8\ubd80\uc5d0 \uc704\uce58\ud55c \ub098\ub77c\uc774\ub2e4. \uc218\ub3c4\ub294 \uc11c\uc6b8\uc774\ub2e4.", "johab"),
    "French": ("La for\u00eat \u00e9tait d\u00e9j\u00e0 tr\u00e8s \u00e9loign\u00e9e, et les \u00e9l\u00e8ves pr\u00e9f\u00e9raient rester.", "cp850"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_languages_are_no_chinese(name):
    text, encoding = OTHERS[name]
    with pytest.raises(Rejected):
        curate((text + "\n").encode(encoding) * 2, source="x.txt")


EUC_TW = (
    "cfe5c6fdf1ecc4a9c6e1d1c9cdb4f9c3cdf5dae4d9afe5eef4a4d8edefb3e2d8e0f5d5adcefbe8d2d1cce3f4cbc4a1a2"
    "c8dce0f5c6ccc4e6c5cad8c4d1ccc8e7a1a4"
)


@pytest.mark.parametrize("encoding", [None, "euc-tw"])
def test_euc_tw_is_read(encoding):
    """Python has no codec for it; what is no character of its first two planes is U+FFFD."""
    raw = bytes.fromhex(EUC_TW) * 2 + b"\x8e\xa3\xa1\xa1"
    found = read(raw, encoding=encoding)
    assert found.encoding == "euc-tw"
    assert found.text == "青禾縣人民政府關於推動經濟高質量發展的實施意見，自發布之日起施行。" * 2 + "\ufffd"
