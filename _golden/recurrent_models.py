"""Golden answers of recurrent networks over texts: classifier, tagger, language model, and encoder-decoders with attention, as
plain PyTorch modules. Parameters by formula.py, tokens given; texts end with padding of 0, which packing leaves out.

  python _golden/recurrent_models.py
"""
import copy
import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
import formula
import golden


def case(file, name, model, inputs, config, tokens, **attrs):
    model = model.eval()
    names = formula.fill(model)
    with torch.no_grad():
        y, y64 = model(*inputs.values()), copy.deepcopy(model).double()(*inputs.values())
    off = ((y - y64).abs().max() / y64.abs().max()).item()
    file.add(name, dict(inputs, logits=y), dict(config=config, names=names, err32=off, tokens=tokens, **attrs))
    print(name, "float32 off by %.1g" % off)


CELLS = dict(lstm=nn.LSTM, gru=nn.GRU, elman=nn.RNN)


class Net(nn.Module):
    def __init__(self, kind, tokens, out, cell="lstm", layers=1, width=128, hidden=128, bidirectional=False, pool="last", tie=False):
        super().__init__()
        self.kind, self.pool = kind, pool
        self.embedding = nn.Embedding(tokens, width)
        self.rnn = CELLS[cell](width, hidden, layers, batch_first=True, bidirectional=bidirectional)
        self.head = nn.Linear(hidden * (1 + bidirectional), out)
        if tie:
            self.head.weight = self.embedding.weight

    def forward(self, ids):
        x = self.embedding(ids)
        if self.kind == "lm":
            return self.head(self.rnn(x)[0])
        lengths = (ids != 0).sum(1)
        y, last = self.rnn(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        y, _ = pad_packed_sequence(y, batch_first=True, total_length=ids.shape[1])
        if self.kind == "tagger":
            return self.head(y)
        if isinstance(last, tuple):
            last = last[0]
        inside = (ids != 0)[..., None]
        if self.pool == "last":
            y = torch.cat([last[-2], last[-1]], 1) if self.rnn.bidirectional else last[-1]
        elif self.pool == "mean":
            y = (y * inside).sum(1) / lengths[:, None]
        else:
            y = y.masked_fill(~inside, -torch.inf).max(1).values
        return self.head(y)


texts = torch.tensor([[3, 1, 4, 1, 5, 9, 2], [6, 5, 3, 0, 0, 0, 0], [8, 9, 7, 9, 3, 0, 0]])
f = golden.File("model/rnn/testdata/rnn.golden", "_golden/recurrent_models.py")
for name, kind, config in [
    ("plain", "classifier", dict(width=4, hidden=5)),
    ("mean", "classifier", dict(cell="gru", width=4, hidden=3, bidirectional=True, layers=2, pool="mean")),
    ("max", "classifier", dict(cell="elman", width=3, hidden=4, pool="max")),
    ("both", "classifier", dict(width=3, hidden=4, layers=2, bidirectional=True)),
    ("both", "tagger", dict(width=4, hidden=3, bidirectional=True)),
    ("gru", "lm", dict(cell="gru", width=4, hidden=5, layers=2)),
    ("tied", "lm", dict(width=6, hidden=6, tie=True)),
]:
    out = 10 if kind == "lm" else 3
    case(f, f"{kind}/{name}", Net(kind, 10, out, **config), dict(ids=texts), config, 10, outputs=out)
f.save()


class Additive(nn.Module):
    def __init__(self, h, m):
        super().__init__()
        self.query, self.key, self.scale = nn.Linear(h, h), nn.Linear(m, h, bias=False), nn.Parameter(torch.empty(h))

    def forward(self, s, memory, there):
        e = (self.scale * (self.query(s)[:, None] + self.key(memory)).tanh()).sum(-1)
        return (e.masked_fill(~there, -torch.inf).softmax(-1)[:, None] @ memory)[:, 0]


class Bahdanau(nn.Module):
    def __init__(self, width, h):
        super().__init__()
        self.attention, self.cell = Additive(h, 2 * h), nn.GRUCell(width + 2 * h, h)

    def forward(self, x, memory, there, s):
        out = []
        for xi in x.unbind(1):
            c = self.attention(s, memory, there)
            s = self.cell(torch.cat([xi, c], 1), s)
            out.append(torch.cat([s, c, xi], 1))
        return torch.stack(out, 1)


class Luong(nn.Module):
    def __init__(self, width, h):
        super().__init__()
        self.cells, self.join = nn.GRU(width, h, batch_first=True), nn.Linear(3 * h, h, bias=False)
        self.attention = nn.ParameterDict(dict(weight=nn.Parameter(torch.empty(2 * h, h))))

    def forward(self, x, memory, there, s):
        s, _ = self.cells(x, s[None])
        e = s @ self.attention["weight"].T @ memory.transpose(1, 2)
        c = e.masked_fill(~there[:, None], -torch.inf).softmax(-1) @ memory
        return self.join(torch.cat([c, s], -1)).tanh()


class Seq2Seq(nn.Module):
    def __init__(self, decoder, features, source, target, width, h):
        super().__init__()
        self.source, self.target = nn.Embedding(source, width), nn.Embedding(target, width)
        self.encoder, self.first = nn.GRU(width, h, batch_first=True, bidirectional=True), nn.Linear(h, h)
        self.decoder, self.head = decoder, nn.Linear(features, target)

    def forward(self, source, target):
        there = source != 0
        y, last = self.encoder(pack_padded_sequence(self.source(source), there.sum(1), batch_first=True, enforce_sorted=False))
        memory, _ = pad_packed_sequence(y, batch_first=True, total_length=source.shape[1])
        return self.head(self.decoder(self.target(target), memory, there, self.first(last[1]).tanh()))


target = torch.tensor([[1, 5, 2, 6], [1, 3, 3, 0], [1, 2, 0, 0]])
f = golden.File("model/seq2seq/testdata/seq2seq.golden", "_golden/recurrent_models.py")
for name, make, features in [("bahdanau", Bahdanau, 3 * 5 + 4), ("luong", Luong, 5)]:
    m = Seq2Seq(make(4, 5), features, 10, 7, 4, 5)
    case(f, name, m, dict(source=texts, target=target), dict(attention=name, width=4, hidden=5, target=7), 10)
f.save()
