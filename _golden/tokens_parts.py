#!/usr/bin/env python3
"""Each part of tokenizer.json by itself, and combinations, on small texts: writes data/token/testdata/parts.json.gz.

A case has a tokenizer.json, texts (base64 of bytes that need not be UTF-8; the reference gets them decoded with errors="replace"), and
what the reference makes of them: ids, types, names, offsets in letters, words, the masks, the overflow's ids, and the decoded text.
"""
import base64, gzip, json, pathlib, sys

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers, Regex

from tokens import LLAMA3, O200K, QWEN2, DEEPSEEK, odd

OUT = pathlib.Path(__file__).resolve().parent.parent / "data/token/testdata/parts.json.gz"
TEXTS = list(odd()) + [b"caf\xc3", b"\xff\xfe a", b"x\xe4\xbdy\xf0\x9f\x98", b"\xed\xa0\x80 \xc0\xaf", "Hello, World! How are you?".encode(), "我爱北京天安门。".encode()]
BASE = ["Hello world, don't you know? 123 4567", "hello hello the theory of the thing", "naïve café résumé", "我爱北京 北京天安门", "foo_bar(x, y) == 42;  // tab\there", "A B C a b c . , ! ? ' - _"] * 3

cases = []


def case(name, t, texts=TEXTS, pair=False, special=True, decode=True):
    j = json.loads(t.to_str())
    rows = []
    for i, b in enumerate(texts):
        s = b.decode("utf-8", "replace")
        try:
            e = t.encode(s, texts[(i + 7) % len(texts)].decode("utf-8", "replace"), add_special_tokens=special) if pair else t.encode(s, add_special_tokens=special)
        except BaseException as x:  # the reference cannot
            rows.append({"text": base64.b64encode(b).decode(), "error": str(x)[:80]})
            continue
        rows.append({"text": base64.b64encode(b).decode(), "ids": e.ids, "types": e.type_ids, "tokens": e.tokens, "offsets": [list(o) for o in e.offsets],
                     "words": [-1 if w is None else w for w in e.word_ids], "special": e.special_tokens_mask, "attend": e.attention_mask,
                     "overflow": [o.ids for o in e.overflowing]})
        if decode:
            rows[-1]["decoded"] = t.decode(e.ids, skip_special_tokens=True)
            rows[-1]["whole"] = t.decode(e.ids, skip_special_tokens=False)
    cases.append({"name": name, "pair": pair, "plain": not special, "tokenizer": j, "rows": rows})


def bpe(pre=None, norm=None, **kw):
    t = Tokenizer(models.BPE(unk_token=kw.pop("unk", "[UNK]"), **kw))
    if pre:
        t.pre_tokenizer = pre
    if norm:
        t.normalizer = norm
    tr = dict(vocab_size=160, special_tokens=["[UNK]", "[CLS]", "[SEP]"], show_progress=False)
    for k in ("continuing_subword_prefix", "end_of_word_suffix"):
        if k in kw:
            tr[k] = kw[k]
    t.train_from_iterator(BASE, trainers.BpeTrainer(**tr))
    return t


def wordlevel():
    t = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1, "b": 2, "Hello": 3, ",": 4, " ": 5, "hello": 6, "▁a": 7}, unk_token="[UNK]"))
    return t


few = TEXTS[::4]
P, N = pre_tokenizers, normalizers
splits = {
    "bert": P.BertPreTokenizer(), "bytelevel": P.ByteLevel(add_prefix_space=True), "bytelevel-plain": P.ByteLevel(add_prefix_space=False, use_regex=False),
    "whitespace": P.Whitespace(), "whitespacesplit": P.WhitespaceSplit(), "digits": P.Digits(), "digit": P.Digits(individual_digits=True),
    "delimiter": P.CharDelimiterSplit("."), "metaspace": P.Metaspace(), "metaspace-first": P.Metaspace(prepend_scheme="first"),
    "metaspace-never": P.Metaspace(prepend_scheme="never", split=False), "scripts": P.UnicodeScripts(), "fixed": P.FixedLength(length=3),
    "sequence": P.Sequence([P.WhitespaceSplit(), P.Punctuation("contiguous"), P.Digits(True)]), "after-bytes": P.Sequence([P.ByteLevel(add_prefix_space=False), P.Digits(), P.Metaspace()]),
    "regex": P.Split(Regex(r"(?<=[a-z])(?=[A-Z])|\s+|[aeiou]{2,}"), "removed"), "regex-invert": P.Split(Regex(r"\w+"), "isolated", invert=True), "string": P.Split("a", "merged_with_previous"),
    "llama3": P.Split(Regex(LLAMA3), "isolated"), "qwen2": P.Split(Regex(QWEN2), "removed", invert=True), "o200k": P.Split(Regex(O200K), "isolated"),
    "deepseek": P.Sequence([P.Split(Regex(p), "isolated") for p in DEEPSEEK]),
}
for b in ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]:
    splits["punctuation-" + b] = P.Punctuation(b)
    splits["split-" + b] = P.Split(Regex(r"[\s,.]"), b)
for k, p in splits.items():
    t = wordlevel()
    t.pre_tokenizer = p
    case("split/" + k, t, few, decode=False)

norms = {
    "bert": N.BertNormalizer(), "bert-accents": N.BertNormalizer(lowercase=False, strip_accents=True), "bert-plain": N.BertNormalizer(False, False, False, False),
    "nfc": N.NFC(), "nfd": N.NFD(), "nfkc": N.NFKC(), "nfkd": N.NFKD(), "lowercase": N.Lowercase(), "strip": N.Strip(), "strip-left": N.Strip(right=False), "strip-right": N.Strip(left=False),
    "stripaccents": N.Sequence([N.NFD(), N.StripAccents()]), "accents-only": N.StripAccents(), "nmt": N.Nmt(), "prepend": N.Prepend("▁"), "bytelevel": N.ByteLevel(),
    "replace": N.Replace("a", "ĀĀ"), "replace-none": N.Replace(" ", ""), "replace-regex": N.Replace(Regex(r"\s+|[0-9]"), "<>"),
    "sequence": N.Sequence([N.NFKC(), N.Lowercase(), N.Replace(Regex(" {2,}"), " "), N.Strip()]),
}
for k, n in norms.items():
    t = bpe(P.Whitespace(), None, unk="[UNK]")
    t.normalizer = n
    case("normalize/" + k, t, TEXTS[::3], decode=False)

t = bpe(P.Whitespace())
case("bpe/unk", t, few)
case("bpe/fuse", bpe(P.WhitespaceSplit(), fuse_unk=True), few)
case("bpe/prefix", bpe(P.WhitespaceSplit(), continuing_subword_prefix="##"), few)
t = bpe(P.WhitespaceSplit(), end_of_word_suffix="</w>")
t.decoder = decoders.BPEDecoder()
case("bpe/suffix", t, few)
t = Tokenizer(models.BPE({"a": 0, "b": 1, "ab": 2, "abab": 3}, [("a", "b"), ("ab", "ab")]))
case("bpe/no-unk", t, few)
v = {"<unk>": 0, **{f"<0x{b:02X}>": b + 1 for b in range(256)}, "a": 257, "b": 258, "ab": 259, "▁": 260}
t = Tokenizer(models.BPE(v, [("a", "b")], byte_fallback=True, unk_token="<unk>", fuse_unk=True))
t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
case("bpe/bytes", t, few)
case("bpe/dropout-all", Tokenizer(models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")], dropout=0.0)), few)
case("bpe/ignore-merges", Tokenizer(models.BPE({"a": 0, "b": 1, " ": 2, "a b": 3, "ab": 4}, [("a", "b")], ignore_merges=True)), [b"a b", b"ab", b"ba b"])

t = Tokenizer(models.WordPiece({"[UNK]": 0, "h": 1, "he": 2, "##l": 3, "##lo": 4, "hello": 5, "##s": 6, "我": 7, ",": 8, "a": 9, "##a": 10, "'": 11}, unk_token="[UNK]", max_input_chars_per_word=20))
t.pre_tokenizer = P.BertPreTokenizer()
t.normalizer = N.BertNormalizer()
t.decoder = decoders.WordPiece()
t.add_special_tokens(["[CLS]", "[SEP]", "[MASK]"])
t.post_processor = processors.BertProcessing(("[SEP]", t.token_to_id("[SEP]")), ("[CLS]", t.token_to_id("[CLS]")))
texts = few + [b"hellos hello, he llo aaa'a"]
case("wordpiece", t, texts)
case("wordpiece/pair", t, texts, pair=True)
case("wordpiece/plain", t, texts, pair=True, special=False)
for left in (False, True):
    t.enable_truncation(7, stride=2, direction="left" if left else "right")
    t.enable_padding(direction="left" if left else "right", pad_to_multiple_of=4, pad_id=0, pad_token="[UNK]", pad_type_id=1)
    case(f"wordpiece/truncate-{left}", t, texts)
    case(f"wordpiece/truncate-pair-{left}", t, [x for x in texts if len(x) < 60], pair=True)
t.enable_truncation(9, strategy="only_second")
t.enable_padding(length=12)
case("wordpiece/only-second", t, [b"he he", b"hello", b"a a a a a a a a a a a a a a", b"he"], pair=True)

for k, post in {
    "template": processors.TemplateProcessing("[CLS] $A:3 [SEP]:2", "[CLS] $B:1 [SEP] $A:0 [SEP]:1", [("[CLS]", 1), ("[SEP]", 2)]),
    "roberta": processors.RobertaProcessing(("[SEP]", 2), ("[CLS]", 1)), "roberta-notrim": processors.RobertaProcessing(("[SEP]", 2), ("[CLS]", 1), trim_offsets=False),
    "bytelevel": processors.ByteLevel(), "bytelevel-noprefix": processors.ByteLevel(add_prefix_space=False),
    "sequence": processors.Sequence([processors.ByteLevel(trim_offsets=True), processors.TemplateProcessing("$A [SEP]", "$A [SEP] $B:1 [SEP]:1", [("[SEP]", 2)])]),
}.items():
    t = bpe(P.ByteLevel(add_prefix_space=True))
    t.decoder = decoders.ByteLevel()
    t.post_processor = post
    case("post/" + k, t, few)
    case("post/" + k + "/pair", t, few, pair=True)

t = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁", -2.0), ("a", -3.0), ("▁a", -2.5), ("b", -3.5), ("ab", -4.0), ("hello", -5.0), ("▁he", -4.0), ("l", -4.5), ("lo", -4.5), ("o", -5.0), ("<s>", 0.0)], unk_id=0, byte_fallback=False))
t.pre_tokenizer = P.Metaspace()
t.decoder = decoders.Metaspace()
case("unigram", t, few + [b"hello aab <unk> <s> ab"])
t = Tokenizer(models.Unigram([("<unk>", -1.0)] + [(f"<0x{b:02X}>", -9.0) for b in range(256)] + [("a", -3.0), ("aa", -7.0)], unk_id=0, byte_fallback=True))
t.decoder = decoders.ByteFallback()
case("unigram/bytes", t, few)
case("wordlevel", wordlevel(), [b"a", b"b", b"", b"Hello", b"no"])

marks = [b"a [MASK] b", b"a  [MASK]  b", b"[MASK][MASK] a", b"a[X]b [X] ", b"xx Xx xX", b"<n>A <N>a", b"[L] [R] a[L]b[R] c  [R]  [L]  [LR]  d", b"wordsxword sx xs", b"\xc3\xa9sx sx", b"[X][X]  [X]", b"  ", b"[SP] x [SP]"]
t = bpe(P.Whitespace(), N.Lowercase())
t.add_special_tokens(["[MASK]", AddedToken("[L]", lstrip=True), AddedToken("[R]", rstrip=True), AddedToken("[LR]", lstrip=True, rstrip=True), AddedToken("[SP]", normalized=True)])
t.add_tokens([AddedToken("[X]"), AddedToken("sx", single_word=True), AddedToken("<N>", normalized=True), AddedToken("xx", normalized=False), AddedToken("  ", normalized=False)])
case("added", t, marks)
t.normalizer = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
t.pre_tokenizer = None
case("added/prepend", t, marks)

ctc = Tokenizer(models.WordLevel({"<pad>": 0, "|": 1, "h": 2, "i": 3, "'": 4, "s": 5, "<unk>": 6}, unk_token="<unk>"))
ctc.decoder = decoders.CTC()
ctc.pre_tokenizer = P.Split(Regex("<pad>|."), "isolated")
case("decode/ctc", ctc, [b"hh<pad>i|<pad>|h's", b"<pad><pad>", b"hi|hi"])

if __name__ == "__main__":
    OUT.parent.mkdir(exist_ok=True)
    text = json.dumps({"made by": f"tokenizers {tokenizers.__version__}", "script": "_golden/tokens_parts.py", "cases": cases}, separators=(",", ":"), ensure_ascii=False)
    with open(OUT, "wb") as f, gzip.GzipFile(fileobj=f, mode="wb", mtime=0, filename="") as g:
        g.write(text.encode())
    print(len(cases), "cases,", OUT.stat().st_size, "bytes")
