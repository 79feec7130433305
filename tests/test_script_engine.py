"""The engine against the package it stands in for, over the package's own configurations."""

import random

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.script import dictionaries
from ingest.script.engine import Chain, Finder

CONFIGURATIONS = ["hk2s", "s2hk", "s2t", "s2tw", "s2twp", "t2hk", "t2s", "t2tw", "tw2s", "tw2sp"]
PAGE = (
    "第一条　为了规范云溪县的装备制造，头发、面粉和干部的问题由县人民政府负责，什么时候后面再说。\n"
    "第一條　為健全財務管理，乾隆年間的著作與瞭望臺，計畫、網路、資訊與滑鼠，於是沈默了；顯著的麵包、餅乾、吃口飯。\n"
    "衞生署説：台山的巖洞里有甲胄、喫茶小舖，𠮷野家-ABC.com（１２３）「你好」……“什麼”？乔治．布希！"
)


@pytest.fixture(scope="module")
def engines():
    made = {}

    def get(name):
        if name not in made:
            steps = [[dictionaries.dictionary(one) for one in step] for step in dictionaries.configuration(name)]
            made[name] = opencc.OpenCC(name), Chain(steps), [key for step in steps for table in step for key in table]
        return made[name]

    return get


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_byte_identical_to_the_package(engines, name):
    package, chain, keys = engines(name)
    dice = random.Random(name)

    def piece():
        if dice.random() < 0.08:
            return dice.choice(" ，。\nab1𠀀-…")
        key = dice.choice(keys)
        return key[: dice.randint(1, len(key))] if dice.random() < 0.4 else key  # parts make keys overlap

    for _ in range(300):
        text = "".join(piece() for _ in range(dice.randint(1, 14)))
        assert chain.convert(text) == package.convert(text), text
    assert chain.convert(PAGE) == package.convert(PAGE)


@given(st.text(st.sampled_from("乾坤一擲隆年間著作名顯瞭望解於是沈默計畫麼些族，\n"), max_size=40))
def test_overlapping_keys(engines, text):
    package, chain, _ = engines("tw2s")
    assert chain.convert(text) == package.convert(text)


@given(st.text("abc", max_size=30), st.sets(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=12))
def test_the_finder_takes_the_longest_anywhere_first(text, keys):
    table = {key: key.upper() for key in keys}

    def slowly(piece):
        for length in range(len(piece), 0, -1):
            for at in range(len(piece) - length + 1):
                if piece[at : at + length] in table:
                    left, right = piece[:at], piece[at + length :]
                    return slowly(left) + table[piece[at : at + length]] + slowly(right)
        return piece

    out, at = "", 0
    for start, end, value in Finder(keys).find(text, table):
        out += text[at:start] + value
        at = end
    assert out + text[at:] == slowly(text)


def test_long_overlaps_stay_linear():
    # Every place begins a key that overlaps the next: one cluster as long as the text.
    chain = Chain([[{"乾乾": "干干", "乾": "干"}]])
    assert chain.convert("乾" * 200_001) == "干" * 200_001


def test_the_tables_of_today_lie_over_the_package():
    for name in ("STPhrases.txt", "TSCharacters.txt"):
        package, today = dictionaries.dictionary(name), dictionaries.current(name)
        assert package != today
        assert len(package.keys() & today.keys()) > 0.95 * len(package)
        assert all(today.values())


def test_leftmost_takes_the_first_where_keys_overlap():
    table = {"茶几": "茶几", "几周围": "幾週圍"}
    assert [m.value for m in Finder(table).find("茶几周围", table)] == ["幾週圍"]
    assert [m.value for m in Finder(table, leftmost=True).find("茶几周围", table)] == ["茶几"]
