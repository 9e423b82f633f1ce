"""Golden logits of VGG and ResNet: re-implementations in plain PyTorch with torchvision's structure and parameter names.

Weights and pictures come from a formula, so that none is stored. Of all parameters and running statistics, sorted by name,
number p = 0, 1, ... of n elements is filled from the uniform stream u of Philox key p + 1 (see works.py):
  s(p, i)         2 u(p+1, i) - 1
  running_var     1 + 0.5 s         running_mean  0.1 s
  of one axis     weight: 1 + 0.2 s     bias: 0.1 s
  of more         sqrt(6 / fan_in) s, fan_in = elements / first axis
each product and sum rounded to float32. The pictures [2 3 h w] are s of key 1000.

Arrays: logits [2 10] in evaluation, and in training (batch statistics; dropout 0), by float32; their float64 twins say how
far float32 itself is off. Attributes: layers, width, hidden, batch_norm, size, names (sorted) and err32.
"""
import copy
import numpy as np
import torch
import torch.nn as nn
import golden
import philox

VGG = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
RESNET = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}


def signed(key, n):
    return (2 * philox.uniform(key, n) - 1).astype(np.float32)


def fill(model):
    state = {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    for p, name in enumerate(sorted(state)):
        t = state[name]
        s = signed(p + 1, t.numel())
        if name.endswith("running_var"):
            v = np.float32(1) + np.float32(0.5) * s
        elif name.endswith("running_mean") or t.dim() == 1 and name.endswith("bias"):
            v = np.float32(0.1) * s
        elif t.dim() == 1:
            v = np.float32(1) + np.float32(0.2) * s
        else:
            v = np.float32(np.sqrt(6 / (t.numel() / t.shape[0]))) * s
        t.copy_(torch.from_numpy(v.reshape(t.shape)))
    return sorted(state)


class Vgg(nn.Module):
    def __init__(self, layers, width, hidden, batch_norm):
        super().__init__()
        features, channels = [], 3
        for i, depth in enumerate(VGG[layers]):
            c = width << min(i, 3)
            for _ in range(depth):
                features.append(nn.Conv2d(channels, c, 3, padding=1))
                if batch_norm:
                    features.append(nn.BatchNorm2d(c))
                features.append(nn.ReLU())
                channels = c
            features.append(nn.MaxPool2d(2))
        self.features, self.avgpool = nn.Sequential(*features), nn.AdaptiveAvgPool2d(7)
        self.classifier = nn.Sequential(nn.Linear(channels * 49, hidden), nn.ReLU(), nn.Dropout(0), nn.Linear(hidden, hidden),
                                        nn.ReLU(), nn.Dropout(0), nn.Linear(hidden, 10))

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


class Block(nn.Module):
    def __init__(self, channels, width, stride, bottleneck, inside, groups):
        super().__init__()
        out = 4 * width if bottleneck else width
        width = inside if bottleneck else width
        self.conv1 = nn.Conv2d(channels, width, 1 if bottleneck else 3, 1 if bottleneck else stride, 0 if bottleneck else 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride if bottleneck else 1, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.bottleneck, self.relu, self.downsample = bottleneck, nn.ReLU(), None
        if bottleneck:
            self.conv3, self.bn3 = nn.Conv2d(width, out, 1, bias=False), nn.BatchNorm2d(out)
        if stride != 1 or channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.bottleneck:
            y = self.bn3(self.conv3(self.relu(y)))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, layers, width, groups=1, group_width=None):
        super().__init__()
        self.conv1, self.bn1, self.relu = nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        self.maxpool, channels = nn.MaxPool2d(3, 2, 1), width
        for i, depth in enumerate(RESNET[layers]):
            blocks = []
            for j in range(depth):
                blocks.append(Block(channels, width << i, 2 if i > 0 and j == 0 else 1, layers >= 50, ((group_width or width) << i) * groups, groups))
                channels = (width << i) * (4 if layers >= 50 else 1)
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(channels, 10)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x).flatten(1))


def case(file, name, model, size, attrs):
    names = fill(model)
    x = torch.from_numpy(signed(1000, 2 * 3 * size * size).reshape(2, 3, size, size))
    double, arrays, off = copy.deepcopy(model).double(), {}, 0
    with torch.no_grad():
        for key, train in [("evaluation", False), ("training", True)]:
            y, y64 = copy.deepcopy(model).train(train)(x), copy.deepcopy(double).train(train)(x.double())
            off = max(off, ((y - y64).abs().max() / y64.abs().max()).item())
            arrays[key], arrays[key + "64"] = y, y64
    file.add(name, arrays, dict(attrs, size=size, names=names, err32=off))
    print(name, "logits", " ".join("%.4g" % v for v in arrays["evaluation"][0]), "float32 off by %.1g" % off)


f = golden.File("model/vgg/testdata/vgg.golden", "_golden/vision.py", "weights and pictures from Philox by formula; see the script's header")
for layers, norm, size in [(11, False, 64), (16, False, 32), (16, True, 64)]:
    case(f, f"vgg{layers}{'_bn' * norm}/{size}", Vgg(layers, 8, 48, norm), size, dict(layers=layers, width=8, hidden=48, batch_norm=norm))
f.save()
f = golden.File("model/resnet/testdata/resnet.golden", "_golden/vision.py", "weights and pictures from Philox by formula; see the script's header")
for layers, size in [(18, 64), (50, 64), (34, 48)]:
    case(f, f"resnet{layers}/{size}", ResNet(layers, 8), size, dict(layers=layers, width=8))
for name, groups, group_width, size in [("resnext50", 4, 3, 64), ("wide_resnet50", 1, 16, 48)]:
    case(f, f"{name}/{size}", ResNet(50, 8, groups, group_width), size, dict(layers=50, width=8, groups=groups, group_width=group_width))
f.save()
