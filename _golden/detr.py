"""Golden answers of DETR, as a plain PyTorch module with the structure and the names of the authors' files, over torchvision's
ResNet of one block a stage. Also prints how many parameters the published size has.

  python _golden/detr.py
"""
import copy
import math
import torch
torch.version.cuda = None
import torch.nn as nn
import torch.nn.functional as F
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models._utils import IntermediateLayerGetter
import formula
import golden


class Encoder(nn.Module):
    def __init__(self, d, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(d, heads, batch_first=True)
        self.linear1, self.linear2 = nn.Linear(d, hidden), nn.Linear(hidden, d)
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)

    def forward(self, x, at):
        x = self.norm1(x + self.self_attn(x + at, x + at, x)[0])
        return self.norm2(x + self.linear2(F.relu(self.linear1(x))))


class Decoder(Encoder):
    def __init__(self, d, heads, hidden):
        super().__init__(d, heads, hidden)
        self.multihead_attn, self.norm3 = nn.MultiheadAttention(d, heads, batch_first=True), nn.LayerNorm(d)

    def forward(self, y, q, memory, at):
        y = self.norm1(y + self.self_attn(y + q, y + q, y)[0])
        y = self.norm2(y + self.multihead_attn(y + q, memory + at, memory)[0])
        return self.norm3(y + self.linear2(F.relu(self.linear1(y))))


class Detr(nn.Module):
    def __init__(self, body, channels, d, heads, hidden, layers, queries, classes):
        super().__init__()
        self.backbone = nn.ModuleList([nn.ModuleDict(dict(body=IntermediateLayerGetter(body, {"layer4": "0"})))])
        self.input_proj = nn.Conv2d(channels, d, 1)
        self.transformer = nn.ModuleDict(dict(
            encoder=nn.ModuleDict(dict(layers=nn.ModuleList(Encoder(d, heads, hidden) for _ in range(layers)))),
            decoder=nn.ModuleDict(dict(layers=nn.ModuleList(Decoder(d, heads, hidden) for _ in range(layers)), norm=nn.LayerNorm(d)))))
        self.query_embed, self.class_embed = nn.Embedding(queries, d), nn.Linear(d, classes + 1)
        self.bbox_embed = nn.ModuleDict(dict(layers=nn.ModuleList([nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, 4)])))

    def forward(self, x):
        f = self.input_proj(self.backbone[0]["body"](x)["0"])
        n, d, h, w = f.shape
        rate = 10000 ** (2 * (torch.arange(d // 2) // 2).to(x.dtype) / (d // 2))
        def waves(k):
            a = (torch.arange(k).to(x.dtype) + 1) / (k + 1e-6) * 2 * math.pi
            a = a[:, None] / rate
            return torch.stack([a[:, 0::2].sin(), a[:, 1::2].cos()], 2).flatten(1)
        at = torch.cat([waves(h)[:, None].expand(h, w, -1), waves(w)[None].expand(h, w, -1)], -1).flatten(0, 1)
        memory = f.flatten(2).transpose(1, 2)
        for l in self.transformer["encoder"]["layers"]:
            memory = l(memory, at)
        q = self.query_embed.weight
        y = torch.zeros(n, *q.shape, dtype=x.dtype)
        for l in self.transformer["decoder"]["layers"]:
            y = l(y, q, memory, at)
        y = self.transformer["decoder"]["norm"](y)
        b = y
        for i, l in enumerate(self.bbox_embed["layers"]):
            b = l(b) if i == 2 else F.relu(l(b))
        return self.class_embed(y), b.sigmoid()


f = golden.File("model/detr/testdata/detr.golden", "_golden/detr.py")
m = Detr(ResNet(BasicBlock, [1, 1, 1, 1]), 512, 16, 4, 24, 2, 5, 3).eval()
names = formula.fill(m)
x = torch.from_numpy(formula.signed(1000, 2, 3, 96, 64))
with torch.no_grad():
    ys, ys64 = m(x), copy.deepcopy(m).double()(x.double())
off = max(((y - z).abs().max() / z.abs().max()).item() for y, z in zip(ys, ys64))
f.add("small", dict(logits=ys[0], boxes=ys[1]), dict(config=dict(backbone="resnet", body=dict(layers=18, depths=[1, 1, 1, 1]), width=16, heads=4, hidden=24, layers=2, queries=5),
                                                      names=names, shape=(2, 3, 96, 64), classes=3, err32=off))
print("float32 off by %.1g" % off)
f.save()
with torch.device("meta"):
    m = Detr(ResNet(Bottleneck, [3, 4, 6, 3]), 2048, 256, 8, 2048, 6, 100, 91)
    print("detr_resnet50", sum(p.numel() for p in m.parameters()))
