"""Golden values of answering questions: model/spanreader as a plain PyTorch module, with parameters by formula.py, and the two
metrics of CMRC 2018, by the rule of its script cmrc2018_evaluate.py, written anew, with NLTK's tokenizer of words as there.

  python _golden/questions.py
"""
import copy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import nltk
from nltk.tokenize import word_tokenize
import formula
import golden


class Block(nn.Module):
    def __init__(self, d, size, apart):
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.conv = nn.Conv1d(d, 2 * d, size, padding=apart * (size // 2), dilation=apart)

    def forward(self, x, mask):
        y = self.conv((self.norm(x) * mask).transpose(1, 2))
        return x + F.glu(y, 1).transpose(1, 2)


class Encoder(nn.Module):
    def __init__(self, tokens, d, size, below):
        super().__init__()
        self.embedding = nn.Embedding(tokens, d)
        self.blocks = nn.ModuleList([Block(d, size, 1 << (i % 3)) for i in range(below)])

    def forward(self, ids):
        x, mask = self.embedding(ids).sum(2), (ids[:, :, :1] != 0).to(self.embedding.weight.dtype)
        for b in self.blocks:
            x = b(x, mask)
        return x


class SpanReader(nn.Module):
    def __init__(self, tokens, out, width, below, above, size, question):
        super().__init__()
        self.question, self.out = question, out
        self.encoder = Encoder(tokens, width, size, below)
        self.align, self.weigh, self.fuse = nn.Linear(width, width), nn.Linear(width, 1), nn.Linear(4 * width, width)
        self.blocks = nn.ModuleList([Block(width, size, 1 << (i % 3)) for i in range(above)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, out * width)

    def forward(self, ids):
        asked, passage = ids[:, :self.question], ids[:, self.question:]
        q, x = self.encoder(asked), self.encoder(passage)
        inq, inp = asked[:, :, 0] != 0, passage[:, :, 0] != 0
        d = x.shape[2]
        w = self.weigh(q)[:, :, 0].masked_fill(~inq, -1e9).softmax(1)
        u = torch.einsum("nq,nqd->nd", w, q)
        score = torch.einsum("ntd,nqd->ntq", F.relu(self.align(x)), F.relu(self.align(q))) / d ** 0.5
        a = score.masked_fill(~inq[:, None], -torch.inf).softmax(2) @ q
        h = F.gelu(self.fuse(torch.cat([x, a, x * a, u[:, None].expand_as(x)], 2)))
        for b in self.blocks:
            h = b(h, inp[:, :, None].to(h.dtype))
        heads = self.head(u).reshape(-1, self.out, d) / d ** 0.5
        z = torch.einsum("ntd,nod->nto", self.norm(h), heads)
        return z.masked_fill(~inp[:, :, None], -1e9)


f = golden.File("model/spanreader/testdata/spanreader.golden", "_golden/questions.py")
gen = torch.Generator().manual_seed(1)
ids = torch.randint(1, 20, (2, 3 + 9, 2), generator=gen)
ids[0, 2], ids[1, 1:3], ids[1, 9:] = 0, 0, 0
config = dict(width=4, below=2, above=4, size=3, question=3)
m = SpanReader(20, 2, **config).eval()
names = formula.fill(m)
with torch.no_grad():
    y, y64 = m(ids), copy.deepcopy(m).double()(ids)
    e64 = copy.deepcopy(m.encoder).double()(ids)
    e = m.encoder(ids)
real = (ids[:, 3:, 0] != 0)[:, :, None].expand_as(y)
off = ((y - y64).abs()[real].max() / y64.abs()[real].max()).item()
f.add("span_reader", dict(ids=ids, logits=y, encoded=e), dict(config=config, names=names, err32=off, tokens=20, outputs=2))
print("float32 off by %.1g" % off)
f.save()

# CMRC 2018: signs that are left out, then Chinese characters and the words between them.
SIGNS = set("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")


def bare(s):
    return "".join(c for c in s.lower().strip() if c not in SIGNS)


def pieces(s):
    out, between = [], ""
    for c in bare(s) + "\u4e00":
        if "\u4e00" <= c <= "\u9fa5":
            out += word_tokenize(between, preserve_line=True) + [c]
            between = ""
        else:
            between += c
    return out[:-1]


def f1(a, b):
    a, b = pieces(a), pieces(b)
    n = max((k for i in range(len(a)) for j in range(len(b)) for k in range(1, min(len(a) - i, len(b) - j) + 1) if a[i:i + k] == b[j:j + k]), default=0)
    return 2 * n / (len(a) + len(b)) if n else 0


answers = [
    ("光荣和ω-force", ["光荣和ω-force", "光荣"]), ("《战国无双3》", ["战国无双3"]), ("村雨城", ["任天堂游戏谜之村雨城", "村雨城的"]), ("没有", ["其他"]),
    ("1889 年 3月31日", ["1889年3月31日"]), ("3.5万 people", ["大约3.5万People"]), ("New York City (NYC), 美国", ["york city (nyc)"]), ("10%", ["百分之10", "10 %"]),
    ("他的don't know", ["我don't know"]), ("", ["空"]), ("，。", ["、"]), ("1,000,000美元", ["$1,000,000"]), ("北京大学的教授", ["北京的大学教授", "大学的教授"]),
]
c = golden.File("metric/testdata/cmrc.golden", "_golden/questions.py", "the rule of cmrc2018_evaluate.py", f"NLTK {nltk.__version__}")
cands, refs = [a for a, _ in answers], [b for _, b in answers]
value = lambda v: np.array(float(v), np.float64)
attrs = dict(candidates=cands, references=refs)
c.add("CmrcExactMatch/answers", dict(value=value(100 * np.mean([any(bare(a) == bare(x) for x in b) for a, b in answers]))), attrs)
c.add("CmrcF1/answers", dict(value=value(100 * np.mean([max(f1(a, x) for x in b) for a, b in answers]))), attrs)
for i, (a, b) in enumerate(answers):
    c.add(f"CmrcF1/{i}", dict(value=value(100 * max(f1(a, x) for x in b))), dict(candidates=[a], references=[b]))
    print(i, pieces(a), [pieces(x) for x in b])
c.save()
