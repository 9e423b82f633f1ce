"""Golden answers of the networks of perceptrons: FT-Transformer and ResNet for tables, KAN, MLP-Mixer.

References: rtdl_revisiting_models 0.0.2, pykan 0.2.8, timm. Parameters and inputs by formula.py; every KAN layer keeps its own
grid. Arrays: x, evaluation, training (where it differs), by float32. Attributes: config of the Go package, names and err32.

  python _golden/perceptrons.py
"""
import copy
import numpy as np
import torch
import timm
import rtdl_revisiting_models as rtdl
from timm.models.mlp_mixer import MlpMixer
from kan.KANLayer import KANLayer
import formula
import golden


def case(file, name, model, x, config, names=None, run=lambda m, x: m(x)):
    names = names if names is not None else formula.fill(model)
    double, arrays, off = copy.deepcopy(model).double(), {"x": x}, 0
    with torch.no_grad():
        for key, train in [("evaluation", False), ("training", True)]:
            y, y64 = run(copy.deepcopy(model).train(train), x), run(copy.deepcopy(double).train(train), x.double())
            off = max(off, ((y - y64).abs().max() / y64.abs().max()).item())
            arrays[key] = y
    file.add(name, arrays, dict(config=config, names=names, err32=off))
    print(name, "float32 off by %.1g" % off)


def rows(*shape):
    return torch.from_numpy(formula.signed(1000, *shape))


def table():
    f = golden.File("model/fttransformer/testdata/fttransformer.golden", "_golden/perceptrons.py", by="rtdl_revisiting_models 0.0.2")
    kw = dict(attention_n_heads=4, attention_dropout=0, ffn_dropout=0, residual_dropout=0, ffn_d_hidden_multiplier=None)
    go = dict(heads=4, attention_dropout=-1, dropout=-1)
    m = rtdl.FTTransformer(n_cont_features=5, cat_cardinalities=[], d_out=3, n_blocks=3, d_block=16, ffn_d_hidden=21, **kw)
    case(f, "numbers", m, rows(4, 5), dict(go, blocks=3, width=16), run=lambda m, x: m(x, None))
    m = rtdl.FTTransformer(n_cont_features=3, cat_cardinalities=[4, 2], d_out=2, n_blocks=1, d_block=8, ffn_d_hidden=12, **kw)
    x = torch.cat([rows(5, 3), torch.tensor([[0, 1], [3, 0], [2, 1], [1, 1], [3, 0]]).float()], 1)
    case(f, "categories", m, x, dict(go, blocks=1, width=8, hidden=12, categories=[4, 2]), run=lambda m, x: m(x[:, :3], x[:, 3:].long()))
    m = rtdl.FTTransformer(n_cont_features=0, cat_cardinalities=[3], d_out=2, n_blocks=2, d_block=8, ffn_d_hidden=10, **kw)
    case(f, "categories_alone", m, torch.tensor([[0.0], [2], [1]]), dict(go, blocks=2, width=8, categories=[3]), run=lambda m, x: m(None, x.long()))
    f.save()
    f = golden.File("model/tabresnet/testdata/tabresnet.golden", "_golden/perceptrons.py", by="rtdl_revisiting_models 0.0.2")
    m = rtdl.ResNet(d_in=5, d_out=3, n_blocks=2, d_block=12, d_hidden=None, d_hidden_multiplier=2, dropout1=0, dropout2=0)
    case(f, "two_blocks", m, rows(6, 5), dict(blocks=2, width=12, dropout=-1))
    f.save()


class Kan(torch.nn.Module):
    def __init__(self, widths, num, k, span):
        super().__init__()
        self.layers = torch.nn.ModuleList(KANLayer(a, b, num=num, k=k, grid_range=span) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for l in self.layers:
            x = l(x)[0]
        return x


def kan():
    f = golden.File("model/kan/testdata/kan.golden", "_golden/perceptrons.py", by="pykan 0.2.8")
    for name, widths, num, k, span, go in [
        ("paper", [2, 5, 1], 5, 3, [-1, 1], {}),
        ("deep", [4, 3, 3, 2], 4, 2, [-2, 1.5], dict(hidden=[3, 3], intervals=4, order=2, range=[-2, 1.5])),
    ]:
        m = Kan(widths, num, k, span)
        names = formula.fill_state({n: t for n, t in m.state_dict().items() if not n.endswith((".grid", ".mask"))})
        case(f, name, m, 1.5 * rows(6, widths[0]), go, names)
    f.save()


def mixer():
    f = golden.File("model/mixer/testdata/mixer.golden", "_golden/perceptrons.py", by="timm " + timm.__version__)
    m = MlpMixer(num_classes=5, img_size=(8, 12), patch_size=4, num_blocks=2, embed_dim=10, mlp_ratio=(0.5, 4.0))
    case(f, "two_blocks", m, rows(2, 3, 8, 12), dict(patch=4, width=10, blocks=2))
    f.save()


table()
kan()
mixer()
