"""Golden answers of the face detectors.

Cases formula/…: BlazeFace and UltraFace as plain PyTorch modules with the structure and names of their published files,
parameters and pictures by formula.py. Case astronaut/ultraface: ONNX Runtime on version-RFB-320.onnx and the photograph
astronaut.png, stretched to 320x240 by Pillow; case astronaut/blazeface…: the module with the published weights on the same,
128x128 and 256x256. Every 37th anchor is kept.

  python _golden/faces.py WEIGHTS IMAGES      (the folders that hold blazeface/ and ultraface/, and astronaut.png)
"""
import copy
import sys
import numpy as np
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
import formula
import golden

STEP = 37


class Block(nn.Module):
    def __init__(self, a, b, half=False, alone=False):
        super().__init__()
        self.half, self.alone, self.more = half, alone, b - a
        self.convs = nn.Sequential(nn.Conv2d(a, a, 3, 2 if half else 1, 0 if half else 1, groups=a), nn.Conv2d(a, b, 1))

    def forward(self, x):
        y = self.convs(F.pad(x, (0, 2, 0, 2)) if self.half else x)
        if self.alone:
            return F.relu(y)
        if self.half:
            x = F.max_pool2d(x, 2)
        return F.relu(y + F.pad(x, (0, 0, 0, 0, 0, self.more)))


def blocks(a, *widths):
    for w in widths:
        yield Block(a, abs(w), w < 0)
        a = abs(w)


class Blaze(nn.Module):
    def __init__(self, back):
        super().__init__()
        self.back = back
        stem = [nn.Conv2d(3, 24, 5, 2), nn.ReLU()]
        if back:
            self.backbone = nn.Sequential(*stem, *blocks(24, *[24] * 7, -24, *[24] * 7, -48, *[48] * 7, -96, *[96] * 7))
            self.final = Block(96, 96, True, True)
        else:
            self.backbone1 = nn.Sequential(*stem, *blocks(24, 24, 28, -32, 36, 42, -48, 56, 64, 72, 80, 88))
            self.backbone2 = nn.Sequential(*blocks(88, -96, 96, 96, 96, 96))
        fine = 96 if back else 88
        self.classifier_8, self.classifier_16 = nn.Conv2d(fine, 2, 1), nn.Conv2d(96, 6, 1)
        self.regressor_8, self.regressor_16 = nn.Conv2d(fine, 32, 1), nn.Conv2d(96, 96, 1)

    def forward(self, x):
        x = F.pad(x, (1, 2, 1, 2))
        x = self.backbone(x) if self.back else self.backbone1(x)
        y = self.final(x) if self.back else self.backbone2(x)
        rows = lambda a, b, d: torch.cat([t.permute(0, 2, 3, 1).reshape(len(t), -1, d) for t in (a, b)], 1)
        return rows(self.classifier_8(x), self.classifier_16(y), 1), rows(self.regressor_8(x), self.regressor_16(y), 16)


class Conv(nn.Module):
    def __init__(self, a, b, size, dilation=1, relu=False):
        super().__init__()
        self.conv, self.bn, self.relu = nn.Conv2d(a, b, size, padding=dilation * (size // 2), dilation=dilation, bias=False), nn.BatchNorm2d(b), relu

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu(x) if self.relu else x


class Field(nn.Module):
    def __init__(self, a):
        super().__init__()
        d = a // 8
        way = lambda dilation: nn.Sequential(Conv(a, d, 1), Conv(d, 2 * d, 3, relu=True), Conv(2 * d, 2 * d, 3, dilation))
        self.branch0, self.branch1 = way(2), way(3)
        self.branch2 = nn.Sequential(Conv(a, d, 1), Conv(d, d // 2 * 3, 3, relu=True), Conv(d // 2 * 3, 2 * d, 3, relu=True), Conv(2 * d, 2 * d, 3, 5))
        self.ConvLinear, self.shortcut = Conv(6 * d, a, 1), Conv(a, a, 1)

    def forward(self, x):
        return F.relu(self.ConvLinear(torch.cat([self.branch0(x), self.branch1(x), self.branch2(x)], 1)) + self.shortcut(x))


class Ultra(nn.Module):
    SIZES = [[10, 16, 24], [32, 48], [64, 96], [128, 192, 256]]

    def __init__(self):
        super().__init__()
        unit = lambda a, b, s: nn.Sequential(nn.Conv2d(a, a, 3, s, 1, groups=a, bias=False), nn.BatchNorm2d(a), nn.ReLU(), nn.Conv2d(a, b, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU())
        head = lambda a, b, s=1: nn.Sequential(nn.Conv2d(a, a, 3, s, 1, groups=a), nn.ReLU(), nn.Conv2d(a, b, 1))
        self.base_net = nn.Sequential(nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
                                      unit(16, 32, 1), unit(32, 32, 2), unit(32, 32, 1), unit(32, 64, 2), unit(64, 64, 1), unit(64, 64, 1), Field(64),
                                      unit(64, 128, 2), unit(128, 128, 1), unit(128, 128, 1), unit(128, 256, 2), unit(256, 256, 1))
        self.extras = nn.ModuleList([nn.Sequential(nn.Conv2d(256, 64, 1), nn.ReLU(), head(64, 256, 2), nn.ReLU())])
        heads = lambda d: nn.ModuleList([head(c, d * len(s)) for c, s in zip([64, 128, 256], self.SIZES)] + [nn.Conv2d(256, d * 3, 3, padding=1)])
        self.classification_headers, self.regression_headers = heads(2), heads(4)

    def forward(self, x):
        h, w = x.shape[2:]
        grids = []
        for i, layer in enumerate(self.base_net):
            x = layer(x)
            if i in (7, 10, 12):
                grids.append(x)
        grids.append(self.extras[0](x))
        rows = lambda heads, d: torch.cat([l(g).permute(0, 2, 3, 1).reshape(len(g), -1, d) for l, g in zip(heads, grids)], 1)
        priors = torch.tensor([[(j + 0.5) / g.shape[3], (i + 0.5) / g.shape[2], s / w, s / h]
                               for g, sizes in zip(grids, self.SIZES) for i in range(g.shape[2]) for j in range(g.shape[3]) for s in sizes]).clamp(0, 1).to(x.dtype)
        codes = rows(self.regression_headers, 4)
        middle, half = codes[..., :2] * 0.1 * priors[:, 2:] + priors[:, :2], (codes[..., 2:] * 0.2).exp() * priors[:, 2:] / 2
        return rows(self.classification_headers, 2).softmax(-1), torch.cat([middle - half, middle + half], -1)


def kept(outputs, names):
    return {n: np.ascontiguousarray(np.asarray(y, np.float32)[:, ::STEP]) for n, y in zip(names, outputs)}


def compare(file, name, model, x, names, attrs):
    with torch.no_grad():
        ys, ys64 = model(x), copy.deepcopy(model).double()(x.double())
    off = max(((y - z).abs().max() / z.abs().max()).item() for y, z in zip(ys, ys64))
    file.add(name, kept(ys, names), dict(attrs, err32=off, step=STEP))
    print(name, "float32 off by %.1g" % off)


def photograph(images, width, height, mean, std):
    x = np.asarray(Image.open(images + "/astronaut.png").convert("RGB").resize((width, height), Image.BILINEAR), np.float32)
    return torch.from_numpy(((x - mean) / std).transpose(2, 0, 1)[None].copy())


weights, images = sys.argv[1:]
f = golden.File("model/blazeface/testdata/blazeface.golden", "_golden/faces.py")
for name, back, size, path in [("front", False, 128, "blazeface.pth"), ("back", True, 256, "blazefaceback.pth")]:
    m, names = Blaze(back).eval(), ["logits", "boxes"]
    attrs = dict(names=formula.fill(m), back=back, size=size)
    compare(f, "formula/" + name, m, torch.from_numpy(formula.signed(1000, 1, 3, size, size)), names, attrs)
    m.load_state_dict(torch.load(f"{weights}/blazeface/{path}", map_location="cpu", weights_only=True))
    compare(f, "astronaut/" + name, m, photograph(images, size, size, 127.5, 127.5), names, dict(back=back, size=size, weights=path))
f.save()
f = golden.File("model/ultraface/testdata/ultraface.golden", "_golden/faces.py", by=f"PyTorch {torch.__version__} and ONNX Runtime {onnxruntime.__version__}")
m, names = Ultra().eval(), ["scores", "boxes"]
compare(f, "formula/rfb", m, torch.from_numpy(formula.signed(1000, 1, 3, 120, 160)), names, dict(names=formula.fill(m), height=120, width=160))
session = onnxruntime.InferenceSession(weights + "/ultraface/version-RFB-320.onnx")
f.add("astronaut/rfb", kept(session.run(["scores", "boxes"], {"input": photograph(images, 320, 240, 127, 128).numpy()}), names), dict(height=240, width=320, err32=1e-6, step=STEP))
f.save()
