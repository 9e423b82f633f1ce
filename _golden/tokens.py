#!/usr/bin/env python3
"""Tokens of the reference implementations, for data/token.

  tokens.py --make DIR       writes the corpus and the tokenizers into DIR: published vocabularies where ../shared/weights has
                             them, else tokenizers trained here by tokenizers or sentencepiece on the corpus
  tokens.py --full DIR       encodes the whole corpus with each and writes DIR/NAME.ids, which the tests compare if
                             JIMU_REFERENCE=DIR
  tokens.py --speed DIR      tokens per second on one core; TestSpeed in data/token calls it

Text that is no UTF-8 is given to the references as bytes.decode("utf-8", "replace"): they take Python strings.
"""
import argparse, gzip, json, os, pathlib, random, struct, subprocess, time, unicodedata

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, decoders, trainers, AddedToken

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])
DEEPSEEK = [r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
            r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""]


def zipped(path):
    return gzip.open(path).read()


def english():
    d = SHARED / "data"
    yield from (d / "tinyshakespeare/input.txt").read_bytes().split(b"\n")[:4000]
    yield from zipped(d / "multi30k/train.en.gz").split(b"\n")[:2500]
    yield from zipped(d / "multi30k/train.de.gz").split(b"\n")[:500]
    yield from zipped(d / "multi30k/train.fr.gz").split(b"\n")[:500]
    yield from zipped(d / "sms-spam/SMSSpamCollection.gz").split(b"\n")[:1500]
    yield from (SHARED / "weights/sentencepiece-test/botchan.txt").read_bytes().split(b"\n")[:1500]


def chinese():
    d = SHARED / "data"
    for line in zipped(d / "tatoeba-en-zh/cmn.txt.gz").split(b"\n")[-2500:]:
        yield b"\t".join(line.split(b"\t")[:2])
    yield from zipped(d / "chnsenticorp-hotel/ChnSentiCorp_htl_all.csv.gz").split(b"\n")[:1500]
    for p in json.loads((d / "chinese-poetry/songci-300.json").read_bytes())[:100]:
        yield from (s.encode() for s in p["paragraphs"])


def code():
    root = pathlib.Path(subprocess.check_output(["go", "env", "GOROOT"], text=True).strip()) / "src"
    for name in ["fmt/print.go", "strings/strings.go", "unicode/utf8/utf8.go", "net/http/transfer.go", "runtime/asm_amd64.s"]:
        yield from (root / name).read_bytes().split(b"\n")[:700]
    text = (root / "sort/sort.go").read_bytes()
    for i in range(0, 6000, 300):  # with line feeds inside
        yield text[i:i + 300]


def emoji(r):
    people = ["👩", "👨", "🧑", "👧", "👦", "👶"]
    tones = ["", "🏻", "🏼", "🏽", "🏾", "🏿"]
    jobs = ["", "\u200d🚀", "\u200d💻", "\u200d⚕️", "\u200d🎓", "\u200d❤️\u200d💋\u200d👨"]
    plain = [chr(c) for c in list(range(0x1F300, 0x1F6C0)) + list(range(0x2600, 0x27BF)) + list(range(0x1F900, 0x1FA00))]
    words = ["so happy", "wow!!!", "ok", "好的", "né", "それで", "нет", "don't", "naïve", "ﬁne", "①②", "½", "a\u0301e\u0302", "\u200b", "\ufeff"]
    for _ in range(700):
        s = ""
        for _ in range(r.randrange(1, 9)):
            k = r.randrange(6)
            if k == 0:
                s += r.choice(people) + r.choice(tones) + r.choice(jobs)
            elif k == 1:
                s += "".join(chr(0x1F1E6 + r.randrange(26)) for _ in range(2))
            elif k == 2:
                s += r.choice("0123456789#*") + "\ufe0f\u20e3"
            elif k == 3:
                s += r.choice(words) + r.choice(["", " ", "  "])
            else:
                s += r.choice(plain) + r.choice(["", "", "\ufe0f", " "])
        yield s.encode()


def multilingual(r):
    """Random letters of all scripts, assigned in Unicode 15 and not newer than the references' tables."""
    blocks = [(0x20, 0x7f), (0xa0, 0x250), (0x250, 0x370), (0x370, 0x530), (0x530, 0x700), (0x900, 0xe00), (0xe00, 0x1100), (0x1100, 0x1200),
              (0x1e00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2100), (0x2100, 0x2400), (0x2460, 0x2500), (0x3000, 0x3100), (0x3100, 0x3400),
              (0x4e00, 0x9fff), (0xac00, 0xd7a4), (0xf900, 0xfb00), (0xfb00, 0xfe00), (0xfe30, 0xffef), (0x10300, 0x10400), (0x1d400, 0x1d800), (0x20000, 0x2a6d0)]
    for _ in range(1200):
        s = ""
        for _ in range(r.randrange(1, 6)):
            lo, hi = r.choice(blocks)
            word = [chr(r.randrange(lo, hi)) for _ in range(r.randrange(1, 7))]
            s += "".join(c for c in word if unicodedata.category(c) not in ("Cn", "Cs")) + r.choice(["", " ", " ", "\u3000", "\t", ". ", "\n"])
        yield s.encode()


def broken(r, lines):
    for line in r.sample(lines, 600):
        b = bytearray(line)
        for _ in range(r.randrange(1, 5)):
            k = r.randrange(3)
            i = r.randrange(len(b) + 1)
            if k == 0 and b:
                del b[i - 1]
            elif k == 1:
                b.insert(i, r.randrange(128, 256))
            elif b:
                b[i - 1] = r.randrange(256)
        yield bytes(b)


def odd():
    """Lines that have led other implementations astray."""
    yield from (s.encode() for s in [
        "", " ", "  ", "\n", " \n ", "\r\n", "a  b", "a \n\n b", "  leading", "trailing  ", "tab\tand\u00a0nbsp", "'s 'T 'RE don'T we'LL it'ſ",
        "<s>hi</s>", "[CLS] a [SEP] b", "<|endoftext|>x<|endoftext|>", "  <|endoftext|>  ", "[MASK]ed", " [MASK] ", "a[UNK]b", "<unk>", "</s>", "▁", "▁▁a", "a▁b", "<0x41>",
        "İstanbul ǅ ß ſ K Å", "e\u0301\u0323 \u1e69 \u1e9b\u0323", "각 가\u11a8 \u1100\u1161", "ａｂｃ１２３", "ﷺ", "½ ² ③", "a" * 300, "ab" * 200, "é" * 120, "的" * 150,
        "\u200d\u200b\u2060\ufeff\u00ad", "\x00a\x01b\x7f", "\u0085\u2028\u2029", "1234567890 12,345.67", "x=1;y+=2//z", "https://a.b/c?d=e&f#g", "foo_bar fooBar FOOBar", "ÀÉ àé ÀéB",
        "ไทยไทย", "हिन्दी", "العربية", "עברית", "ქართული", "日本語テキスト", "한국어", "🇩🇪🇫🇷", "©\u200d®", "a\u0300\u0301\u0302b", "\u0300x", " \u0300x", "مرحبا ١٢٣"])


def corpus():
    r = random.Random(5)
    lines = list(english()) + list(chinese()) + list(code()) + list(emoji(r)) + list(multilingual(r)) + list(odd())
    lines += list(broken(r, [x for x in lines if len(x) > 3]))
    lines = [x for x in lines if len(x) < 2000]
    return lines


def bytelevel(pattern, **kw):
    split = [pre_tokenizers.Split(tokenizers.Regex(p), "isolated") for p in ([pattern] if isinstance(pattern, str) else pattern)]
    return pre_tokenizers.Sequence(split + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False, **kw)])


def train_bytelevel(pattern, text, size, first):
    t = Tokenizer(models.BPE(ignore_merges=True))
    t.pre_tokenizer = bytelevel(pattern)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(text, trainers.BpeTrainer(vocab_size=size, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False))
    t.add_special_tokens(first)
    return t


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    lines = corpus()
    with open(folder / "corpus.bin", "wb") as f:
        f.write(struct.pack("<I", len(lines)))
        for b in lines:
            f.write(struct.pack("<I", len(b)) + b)
    text = [b.decode("utf-8", "replace") for b in lines]
    w = SHARED / "weights"

    t = Tokenizer(models.BPE.from_file(*bpe_files(w / "gpt2-bpe", folder)))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.post_processor = processors.ByteLevel(trim_offsets=False)
    t.add_special_tokens(["<|endoftext|>"])
    t.save(str(folder / "gpt2.json"))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    t.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True), "<s>", "</s>"])
    t.post_processor = processors.RobertaProcessing(("</s>", t.token_to_id("</s>")), ("<s>", t.token_to_id("<s>")))
    t.save(str(folder / "roberta.json"))

    for name, file, lower in [("bert-en", "bert-base-uncased-vocab.txt", True), ("bert-zh", "bert-base-chinese-vocab.txt", False)]:
        t = Tokenizer(models.WordPiece.from_file(str(w / "bert-vocab" / file), unk_token="[UNK]"))
        t.normalizer = normalizers.BertNormalizer(lowercase=lower, strip_accents=None)
        t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        t.decoder = decoders.WordPiece()
        t.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
        cls, sep = t.token_to_id("[CLS]"), t.token_to_id("[SEP]")
        t.post_processor = processors.TemplateProcessing("[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", [("[CLS]", cls), ("[SEP]", sep)])
        t.save(str(folder / (name + ".json")))

    t = train_bytelevel(LLAMA3, text, 12000, ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"])
    t.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(
        "<|begin_of_text|> $A", "<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", [("<|begin_of_text|>", t.token_to_id("<|begin_of_text|>"))])])
    t.save(str(folder / "llama3.json"))
    t = train_bytelevel(QWEN2, text, 12000, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    t.normalizer = normalizers.NFC()
    t.save(str(folder / "qwen2.json"))
    train_bytelevel(O200K, text, 12000, ["<|endoftext|>"]).save(str(folder / "o200k.json"))
    train_bytelevel(DEEPSEEK, text, 12000, ["<｜begin▁of▁sentence｜>"]).save(str(folder / "deepseek.json"))

    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")  # only to train; Llama has none
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    t.train_from_iterator(text, trainers.BpeTrainer(vocab_size=12000, special_tokens=special, limit_alphabet=2500, show_progress=False))
    d = json.loads(t.to_str())
    d["pre_tokenizer"] = None
    d["added_tokens"] = d["added_tokens"][:3]
    d["decoder"] = {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
                                                     {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    t = Tokenizer.from_str(json.dumps(d))
    t.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A <s>:1 $B:1", [("<s>", 1)])
    t.save(str(folder / "llama2.json"))

    sentencepieces(folder, text)
    import sentencepiece as spm
    from sentencepiece import sentencepiece_model_pb2 as pb
    m = pb.ModelProto()
    m.ParseFromString((folder / "sp-unigram.model").read_bytes())
    t = Tokenizer(models.Unigram([(p.piece, p.score) for p in m.pieces], unk_id=2, byte_fallback=False))
    t.normalizer = normalizers.Sequence([normalizers.Precompiled(m.normalizer_spec.precompiled_charsmap), normalizers.Replace(tokenizers.Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    t.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    t.add_special_tokens(["<pad>", "</s>", "<unk>", AddedToken("<extra_id_0>", special=True), AddedToken("<extra_id_1>", special=True, lstrip=True, rstrip=True)])
    t.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    t.save(str(folder / "t5.json"))


def bpe_files(source, folder):
    """tokenizers reads vocab.json and merges.txt."""
    v, m = folder / "vocab.json", folder / "merges.txt"
    v.write_bytes((source / "encoder.json").read_bytes())
    m.write_bytes((source / "vocab.bpe").read_bytes())
    return str(v), str(m)


def sentencepieces(folder, text):
    import sentencepiece as spm
    lines = folder / "lines.txt"
    lines.write_text("\n".join(s.replace("\n", " ").replace("\r", " ") for s in text))
    common = dict(input=str(lines), character_coverage=0.995, num_threads=1, minloglevel=2, input_sentence_size=100000)
    spm.SentencePieceTrainer.train(model_prefix=str(folder / "sp-unigram"), model_type="unigram", vocab_size=8000, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, **common)
    spm.SentencePieceTrainer.train(model_prefix=str(folder / "sp-bpe"), model_type="bpe", vocab_size=8000, byte_fallback=True, split_digits=True,
                                   normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
                                   user_defined_symbols=["<|x|>", "  "], control_symbols=["<c>"], **common)


NAMES = ["gpt2", "roberta", "bert-en", "bert-zh", "llama2", "llama3", "qwen2", "o200k", "deepseek", "t5"]


def encode(t, s):
    e = t.encode(s)
    return e.ids, e.offsets


def full(folder, names):
    lines = [b.decode("utf-8", "replace") for b in read(folder)]
    for name in names:
        t = Tokenizer.from_file(str(folder / (name + ".json")))
        t.no_padding(), t.no_truncation()
        with open(folder / (name + ".ids"), "wb") as f:
            for s in lines:
                ids, offsets = encode(t, s)
                out = t.decode(ids, skip_special_tokens=True).encode()
                f.write(struct.pack("<I", len(ids)))
                f.write(struct.pack(f"<{len(ids)}I", *ids))
                f.write(struct.pack(f"<{2 * len(ids)}I", *(x for o in offsets for x in o)))
                f.write(struct.pack("<I", len(out)) + out)


def read(folder):
    b = (folder / "corpus.bin").read_bytes()
    n, = struct.unpack_from("<I", b)
    at, out = 4, []
    for _ in range(n):
        k, = struct.unpack_from("<I", b, at)
        out.append(b[at + 4:at + 4 + k])
        at += 4 + k
    return out


def speed(folder, names):
    """Tokens per second of processor time of encode, and of encode_fast as far as Python has it (a batch of all lines, on one thread)."""
    lines = [b.decode("utf-8", "replace") for b in read(folder)]
    for name in names:
        rates = []
        for kind in range(2):
            t = Tokenizer.from_file(str(folder / (name + ".json")))
            begun = time.process_time()
            if kind == 0:
                n = sum(len(t.encode(s).ids) for s in lines)
            else:
                n = sum(len(e.ids) for e in t.encode_batch_fast(lines))
            rates.append(n / (time.process_time() - begun))
        print(*rates)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--make", type=pathlib.Path)
    p.add_argument("--full", type=pathlib.Path)
    p.add_argument("--speed", type=pathlib.Path)
    p.add_argument("--names", nargs="*", default=NAMES)
    a = p.parse_args()
    if a.make:
        make(a.make)
    if a.speed:
        speed(a.speed, a.names)
    if a.full:
        full(a.full, a.names)
