"""Golden answers of networks that hear speech: torchaudio's Conformer behind two convolutions, and convolutions before an LSTM or
GRU as in Deep Speech 2, as PyTorch modules. Parameters and spectra by formula.py; the second spectrum is shorter.

  python _golden/speech_models.py
"""
import copy
import torch
torch.version.cuda = None
import torch.nn as nn
import torch.nn.functional as F
import torchaudio
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
import formula
import golden


def case(file, name, model, x, lengths, config):
    model = model.eval()
    names = formula.fill(model)
    with torch.no_grad():
        y, y64 = model(x, lengths), copy.deepcopy(model).double()(x.double(), lengths)
    off = ((y - y64).abs().max() / y64.abs().max()).item()
    arrays = dict(x=x, logits=y)
    if lengths is not None:
        arrays["lengths"] = lengths
    file.add(name, arrays, dict(config=config, names=names, err32=off))
    print(name, tuple(y.shape), "float32 off by %.1g" % off)


class Conformer(nn.Module):
    def __init__(self, bands, width, heads, hidden, layers, window, out):
        super().__init__()
        after = ((bands - 1) // 2 - 1) // 2
        self.subsample = nn.ModuleDict(dict(conv1=nn.Conv2d(1, width, 3, 2), conv2=nn.Conv2d(width, width, 3, 2), linear=nn.Linear(width * after, width)))
        self.encoder = torchaudio.models.Conformer(width, heads, hidden, layers, window)
        self.head = nn.Linear(width, out)

    def forward(self, x, lengths):
        y = F.relu(self.subsample["conv2"](F.relu(self.subsample["conv1"](x[:, None]))))
        y = self.subsample["linear"](y.transpose(1, 2).flatten(2))
        left = torch.full((len(x),), y.shape[1]) if lengths is None else ((lengths - 1) // 2 - 1) // 2
        return self.head(self.encoder(y, left)[0])


class Deep(nn.Module):
    def __init__(self, cell, bands, convs, channels, stride, layers, hidden, out):
        super().__init__()
        parts, into = [], 1
        for i in range(convs):
            parts += [nn.Conv2d(into, channels, 3, (stride if i == 0 else 1, 2), 1), nn.BatchNorm2d(channels), nn.ReLU()]
            into, bands = channels, (bands + 1) // 2
        self.convs, self.stride = nn.Sequential(*parts), stride if convs else 1
        self.rnn = cell(into * bands, hidden, layers, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * hidden, out)

    def forward(self, x, lengths):
        y = self.convs(x[:, None]).transpose(1, 2).flatten(2)
        if lengths is None:
            return self.head(self.rnn(y)[0])
        z, _ = self.rnn(pack_padded_sequence(y, (lengths + self.stride - 1) // self.stride, batch_first=True))
        return self.head(pad_packed_sequence(z, batch_first=True, total_length=y.shape[1])[0])


x, lengths = torch.from_numpy(formula.signed(1000, 2, 23, 11)), torch.tensor([23, 15])
f = golden.File("model/conformer/testdata/conformer.golden", "_golden/speech_models.py", by=f"torchaudio {torchaudio.__version__}")
config = dict(width=8, heads=2, hidden=12, layers=2, window=5)
case(f, "whole", Conformer(11, 8, 2, 12, 2, 5, 4), x, None, dict(config, dropout=-1))
case(f, "lengths", Conformer(11, 8, 2, 12, 2, 5, 4), x, lengths, dict(config, dropout=-1))
f.save()
f = golden.File("model/ctc/testdata/ctc.golden", "_golden/speech_models.py")
case(f, "lstm", Deep(nn.LSTM, 11, 2, 3, 2, 2, 4, 5), x, None, dict(channels=3, layers=2, hidden=4))
case(f, "gru", Deep(nn.GRU, 11, 1, 2, 3, 1, 3, 5), x, lengths, dict(cell="gru", convs=1, channels=2, stride=3, layers=1, hidden=3))
case(f, "no_convs", Deep(nn.LSTM, 11, 0, 2, 2, 1, 3, 5), x, lengths, dict(convs=-1, layers=1, hidden=3))
f.save()
