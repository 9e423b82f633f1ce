#!/usr/bin/env python3
"""Vocabularies that Hugging Face's trainers learn, for data/token/vocab.

  vocabs.py            writes data/token/vocab/testdata/vocabs.json.gz: some lines and what is learned of them
  vocabs.py DIR        the same of the first 10,500 lines of DIR/corpus.bin (see tokens.py; all of them have more letters than tokens are wanted) into DIR/vocabs.json.gz, with the seconds it took
"""
import gzip, json, os, pathlib, sys, time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
import tokenizers
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from tokens import ROOT, SHARED, read

BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())


def learn(lines, size):
    out = []

    def case(name, t, trainer, settings):
        begun = time.process_time()
        t.train_from_iterator(lines, trainer)
        took = time.process_time() - begun
        m = json.loads(t.to_str())["model"]
        base = json.loads(t.to_str())
        base["model"] = {k: v for k, v in m.items() if k not in ("vocab", "merges")} | {"vocab": [["<unk>", 0]] if m["type"] == "Unigram" else {}, "merges": []}
        base["added_tokens"] = []
        if m["type"] == "Unigram":
            base["model"]["unk_id"] = 0
        out.append({"name": name, "base": base, "settings": settings, "vocab": m["vocab"], "merges": m.get("merges"), "seconds": took})

    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    case("bytes", t, trainers.BpeTrainer(vocab_size=size, initial_alphabet=BYTES, special_tokens=["<|endoftext|>"], show_progress=False),
         {"Size": size, "Special": ["<|endoftext|>"], "Bytes": True})
    t = Tokenizer(models.BPE(unk_token="[UNK]"))
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    case("letters", t, trainers.BpeTrainer(vocab_size=size, min_frequency=3, special_tokens=["[UNK]"], limit_alphabet=60, max_token_length=7, show_progress=False),
         {"Size": size, "MinCount": 3, "Special": ["[UNK]"], "MaxAlphabet": 60, "MaxTokenLength": 7})
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer()
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    case("wordpiece", t, trainers.WordPieceTrainer(vocab_size=size, special_tokens=["[PAD]", "[UNK]"], show_progress=False), {"Size": size, "Special": ["[PAD]", "[UNK]"]})
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.NFKC()
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    case("unigram", t, trainers.UnigramTrainer(vocab_size=size, special_tokens=["<pad>", "<unk>"], unk_token="<unk>", show_progress=False), {"Size": size, "Special": ["<pad>", "<unk>"]})
    return out


if __name__ == "__main__":
    if len(sys.argv) > 1:
        folder = pathlib.Path(sys.argv[1])
        lines, path, size = [b.decode("utf-8", "replace") for b in read(folder)][:10500], folder / "vocabs.json.gz", 8000
    else:
        text = (SHARED / "data/tinyshakespeare/input.txt").read_text().split("\n")
        lines, path, size = [s for s in text if s][:900], ROOT / "data/token/vocab/testdata/vocabs.json.gz", 700
    path.parent.mkdir(exist_ok=True)
    doc = {"made by": f"tokenizers {tokenizers.__version__}", "script": "_golden/vocabs.py", "lines": lines if len(sys.argv) < 2 else None, "cases": learn(lines, size)}
    with open(path, "wb") as f, gzip.GzipFile(fileobj=f, mode="wb", mtime=0, filename="") as g:
        g.write(json.dumps(doc, ensure_ascii=False, separators=(",", ":")).encode())
    print(path.stat().st_size, [(c["name"], round(c["seconds"], 2), len(c["vocab"])) for c in doc["cases"]])
