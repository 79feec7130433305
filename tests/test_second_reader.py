"""`[rerank]`: a second reader orders candidates where the first is in doubt, and makes nothing surer."""

from pathlib import Path

import numpy as np
import pytest

import ingest
from ingest.config import Config
from ingest.errors import InputError
from ingest.repair import forward, mirror, second
from ingest.settings import load

TABLE = [
    ("專", "zhuān"),
    ("業", "yè"),
    ("經", "jīng"),
    ("濟", "jì"),
    ("發", "fā"),
    ("產", "chǎn"),
    ("擔", "dān"),
    ("聯", "lián"),
    ("當", "dāng"),
]
CLEAN = "經濟發展，產業發展。勇擔當使命，等專科研究。推進經濟發展，人人爭做新擔當的先鋒。\n"
DAMAGED = forward.damage(CLEAN, TABLE)
ANSWERS = [
    second.Answer("甲", "甲", 2.0, 1, 1),
    second.Answer("乙", "乙", 1.0, 1, 1),
    second.Answer("丙", "丙", 0.5, 1, 1),
]


def test_its_word_counts_beside_the_first_readers():
    seen: list[str] = []

    def reader(texts):
        seen.extend(texts)
        return [-9.0 if "甲" in text else -1.0 if "乙" in text else -20.0 for text in texts]

    ordered = second.reordered(ANSWERS, "前" * 100, "后" * 100, reader)
    assert [a.text for a in ordered] == ["乙", "甲", "丙"]
    assert [a.score for a in ordered] == [1.0, -2.0, -9.0]
    assert seen[0] == "前" * second.BEFORE + "甲" + "后" * second.BEHIND


def test_where_it_was_asked_a_restoration_is_a_guess(monkeypatch):
    asked: list[int] = []

    def reader(texts):
        asked.append(len(texts))
        return [-1000.0 * n for n, _ in enumerate(texts)]  # for the first, and sure of it

    monkeypatch.setattr(second, "DOUBT", 100.0)
    monkeypatch.setattr(second, "chosen", lambda config: reader)
    again = [c for c in mirror(DAMAGED, Config()) if c.rule == "phase-slip"]
    assert asked and again
    assert {c.certainty for c in again if "second reader" in (c.note or "")} == {"guess"}


def test_the_file_is_named_by_its_content(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    for name in ("one", "two"):
        (tmp_path / f"{name}.gguf").write_bytes(b"GGUF" + name.encode()[:1])
    (tmp_path / "ingest.toml").write_text('[rerank]\nfile = "one.gguf"\n')
    one = load(tmp_path / "raw", environ={}).config
    assert one.rerank and one.rerank.path == str(tmp_path / "one.gguf")
    assert one.sha256 != load(tmp_path / "raw", environ={}, rerank_file=tmp_path / "two.gguf").config.sha256
    elsewhere = one.model_copy(update={"rerank": one.rerank.model_copy(update={"path": "/elsewhere"})})
    assert elsewhere.sha256 == one.sha256 != Config().sha256


@pytest.mark.parametrize(
    ("said", "why"),
    [('[rerank]\nfile = "none.gguf"', "none.gguf cannot be read"), ('[rerank]\nfile = "text.gguf"', "no GGUF file"), ('rerank = "x"', "it is a table"), ("[rerank]\nmodel = 1", "it is a table")],
)  # fmt: skip
def test_what_is_no_model_is_said(tmp_path: Path, said: str, why: str):
    (tmp_path / "text.gguf").write_text("text")
    (tmp_path / "ingest.toml").write_text(said)
    with pytest.raises(InputError, match=why):
        load(tmp_path / "raw", environ={})


def test_a_file_that_changed_is_not_asked(tmp_path: Path):
    (tmp_path / "m.gguf").write_bytes(b"GGUF1")
    named = second.named(tmp_path / "m.gguf")
    (tmp_path / "m.gguf").write_bytes(b"GGUF2")
    with pytest.raises(InputError, match="start anew"):
        ingest.curate(DAMAGED, source="x.txt", media_type="text/plain", config=Config(rerank=named))


def test_a_real_file_is_read(tmp_path: Path):
    """A model of two layers with random weights, run by the library: its quality is nothing, its use is seen."""
    pytest.importorskip("llama_cpp")
    gguf = pytest.importorskip("gguf")
    path = tmp_path / "tiny.gguf"
    _tiny(gguf, path)
    config = Config(rerank=second.named(path))
    reader = second.chosen(config)
    assert reader is not None
    one, two = reader(["经济发展", "经济发"])
    assert one < two < 0
    assert reader(["经济发展"]) == [one]
    made = ingest.curate(DAMAGED, source="x.txt", media_type="text/plain", config=config)
    assert made.document.config_sha256 == config.sha256


def _tiny(gguf, path: Path) -> None:
    wide, layers, tokens = 32, 2, [f"<0x{n:02X}>" for n in range(256)]
    names = ["<unk>", "<s>", "</s>", *tokens]
    out = gguf.GGUFWriter(str(path), "llama")
    out.add_context_length(512)
    out.add_embedding_length(wide)
    out.add_block_count(layers)
    out.add_feed_forward_length(64)
    out.add_head_count(2)
    out.add_head_count_kv(2)
    out.add_rope_dimension_count(16)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_vocab_size(len(names))
    out.add_tokenizer_model("llama")
    out.add_token_list(names)
    out.add_token_scores([0.0] * len(names))
    out.add_token_types([2, 3, 3, *([6] * 256)])
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    chance = np.random.default_rng(1)

    def weights(name: str, *shape: int) -> None:
        out.add_tensor(name, chance.normal(0, 0.2, shape).astype(np.float32))

    weights("token_embd.weight", len(names), wide)
    weights("output.weight", len(names), wide)
    out.add_tensor("output_norm.weight", np.ones(wide, np.float32))
    for n in range(layers):
        for norm in ("attn_norm", "ffn_norm"):
            out.add_tensor(f"blk.{n}.{norm}.weight", np.ones(wide, np.float32))
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights(f"blk.{n}.{part}.weight", wide, wide)
        weights(f"blk.{n}.ffn_gate.weight", 64, wide)
        weights(f"blk.{n}.ffn_up.weight", 64, wide)
        weights(f"blk.{n}.ffn_down.weight", wide, 64)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
