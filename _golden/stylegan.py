"""Golden answers of StyleGAN2, as plain PyTorch modules written from the papers: every modulated convolution has weights for each
picture (equations 1 and 3 of arXiv:1912.04958), as a grouped convolution, and the filters are two-dimensional.

Parameters and inputs by formula.py; the noise of evaluation and the average of styles too. Also prints how many parameters the
published sizes have.

  python _golden/stylegan.py
"""
import copy
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import formula
import golden

LEAK = lambda x: F.leaky_relu(x, 0.2) * math.sqrt(2)


def window(x, gain=1):
    f = torch.tensor([1, 3, 3, 1], dtype=x.dtype)
    return (f[:, None] * f / 64 * gain).expand(x.shape[1], 1, 4, 4)


def filtered(x, before, behind, gain=1, stride=1):
    x = F.pad(x, (before, behind, before, behind))
    return F.conv2d(x, window(x, gain), groups=x.shape[1], stride=stride)


def spread(x):
    y = x.new_zeros(*x.shape[:2], 2 * x.shape[2], 2 * x.shape[3])
    y[..., ::2, ::2] = x
    return filtered(y, 2, 1, 4)


class Dense(nn.Module):
    def __init__(self, a, b, rate=1.0):
        super().__init__()
        self.weight, self.bias, self.rate = nn.Parameter(torch.zeros(b, a)), nn.Parameter(torch.zeros(b)), rate

    def forward(self, x):
        return F.linear(x, self.weight * self.rate / math.sqrt(x.shape[1]), self.bias * self.rate)


class Mapping(nn.Module):
    def __init__(self, z, w, depth, classes, average=True):
        super().__init__()
        self.classes = classes
        if classes:
            self.embed = Dense(classes, w)
        if average:
            self.register_buffer("w_avg", torch.zeros(w))
        first = z + w * (classes > 0)
        self.layers = nn.ModuleList(Dense(first if i == 0 else w, w, 0.01) for i in range(depth))

    def forward(self, z, label):
        rms = lambda x: x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()
        parts = [] if z is None else [rms(z)]
        if self.classes:
            parts.append(rms(self.embed(F.one_hot(label, self.classes).to(self.embed.weight.dtype))))
        x = torch.cat(parts, 1)
        for l in self.layers:
            x = LEAK(l(x))
        return x


def modulated(x, w, s, normalize=True, double=False):
    n = len(x)
    w = w[None] * s[:, None, :, None, None]
    if normalize:
        w = w / (w.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
    if not double:
        return F.conv2d(x.reshape(1, -1, *x.shape[2:]), w.flatten(0, 1), padding=w.shape[-1] // 2, groups=n).unflatten(1, (n, -1))[0]
    y = F.conv_transpose2d(x.reshape(1, -1, *x.shape[2:]), w.transpose(1, 2).flatten(0, 1), stride=2, groups=n)
    return filtered(y.reshape(n, -1, *y.shape[2:]), 1, 1, 4)


class Styled(nn.Module):
    def __init__(self, w, a, b, size, double=False):
        super().__init__()
        self.affine, self.double = Dense(w, a), double
        self.weight, self.bias = nn.Parameter(torch.zeros(b, a, 3, 3)), nn.Parameter(torch.zeros(b))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.register_buffer("noise_const", torch.zeros(size, size))

    def forward(self, x, w):
        y = modulated(x, self.weight, self.affine(w), double=self.double)
        return LEAK(y + self.noise_const * self.noise_strength + self.bias[:, None, None])


class Colours(nn.Module):
    def __init__(self, w, a, b):
        super().__init__()
        self.affine, self.weight, self.bias = Dense(w, a), nn.Parameter(torch.zeros(b, a, 1, 1)), nn.Parameter(torch.zeros(b))

    def forward(self, x, w):
        return modulated(x, self.weight, self.affine(w) / math.sqrt(x.shape[1]), False) + self.bias[:, None, None]


class Generator(nn.Module):
    def __init__(self, latent, depth, base, most, size, colours, classes=0):
        super().__init__()
        self.mapping = Mapping(latent, latent, depth, classes)
        at = lambda s: min(base // s, most)
        blocks, s = [], 4
        while s <= size:
            b = nn.Module()
            if s == 4:
                b.const = nn.Parameter(torch.zeros(at(4), 4, 4))
            else:
                b.conv0 = Styled(latent, at(s // 2), at(s), s, True)
            b.conv1, b.torgb = Styled(latent, at(s), at(s), s), Colours(latent, at(s), colours)
            blocks.append(b)
            s *= 2
        self.synthesis = nn.Module()
        self.synthesis.blocks = nn.ModuleList(blocks)

    def forward(self, z, label=None):
        w, picture = self.mapping(z, label), 0
        for b in self.synthesis.blocks:
            x = b.conv0(x, w) if hasattr(b, "conv0") else b.const.expand(len(z), *b.const.shape)
            x = b.conv1(x, w)
            picture = (spread(picture) if hasattr(b, "conv0") else 0) + b.torgb(x, w)
        return picture


class Scaled(nn.Module):
    def __init__(self, a, b, size, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(b, a, size, size))
        self.bias = nn.Parameter(torch.zeros(b)) if bias else None

    def forward(self, x, stride=1, pad=0):
        return F.conv2d(x, self.weight / math.sqrt(self.weight[0].numel()), self.bias, stride, pad)


class Discriminator(nn.Module):
    def __init__(self, latent, depth, base, most, size, colours, classes=0, group=4):
        super().__init__()
        at = lambda s: min(base // s, most)
        self.group = group
        blocks, s = [nn.Module()], 8
        while s <= size:
            b = nn.Module()
            if s == size:
                b.fromrgb = Scaled(colours, at(s), 1)
            b.conv0, b.conv1, b.skip = Scaled(at(s), at(s), 3), Scaled(at(s), at(s // 2), 3), Scaled(at(s), at(s // 2), 1, False)
            blocks.append(b)
            s *= 2
        self.blocks = nn.ModuleList(blocks)
        if classes:
            self.mapping = Mapping(0, latent, depth, classes, False)
        self.b4 = nn.ModuleDict(dict(conv=Scaled(at(4) + 1, at(4), 3), fc=Dense(at(4) * 16, at(4)), out=Dense(at(4), latent if classes else 1)))

    def forward(self, x, label=None):
        for b in reversed(self.blocks[1:]):
            if hasattr(b, "fromrgb"):
                x = LEAK(b.fromrgb(x))
            short = b.skip(filtered(x, 1, 1, stride=2))
            y = LEAK(b.conv1(filtered(LEAK(b.conv0(x, 1, 1)), 2, 2), 2))
            x = (y + short) * math.sqrt(0.5)
        n, g = len(x), min(self.group, len(x))
        d = x.unflatten(0, (g, n // g))
        d = ((d - d.mean(0)).square().mean(0) + 1e-8).sqrt().mean((1, 2, 3))
        x = torch.cat([x, d.repeat(g)[:, None, None, None].expand(n, 1, 4, 4)], 1)
        y = self.b4["out"](LEAK(self.b4["fc"](LEAK(self.b4["conv"](x, 1, 1)).flatten(1))))
        if label is not None:
            like = self.mapping(None, label)
            y = (y * like).sum(1, keepdim=True) / math.sqrt(like.shape[1])
        return y


def case(file, name, model, inputs, config):
    names = formula.fill(model)
    with torch.no_grad():
        y = model(*inputs.values())
        y64 = copy.deepcopy(model).double()(*(v.double() if v.is_floating_point() else v for v in inputs.values()))
    off = ((y - y64).abs().max() / y64.abs().max()).item()
    file.add(name, dict(inputs, y=y), dict(config=config, names=names, inputs=list(inputs), err32=off))
    print(name, "float32 off by %.1g" % off)


def numbers(*shape):
    return torch.from_numpy(formula.signed(1000, *shape))


f = golden.File("model/stylegan/testdata/stylegan.golden", "_golden/stylegan.py")
small = dict(latent=6, mapping=2, channels=64, most=8)
make = lambda kind, size, colours, classes=0, **kw: kind(6, 2, 64, 8, size, colours, classes, **kw)
label = torch.tensor([2, 0, 2, 1])
case(f, "generator/plain", make(Generator, 16, 3), dict(z=numbers(4, 6)), dict(small, size=16))
case(f, "generator/classes", make(Generator, 8, 1, 3), {"z": numbers(4, 6), "class": label}, dict(small, size=8, colours=1, classes=3))
case(f, "discriminator/plain", make(Discriminator, 16, 3, group=2), dict(x=numbers(4, 3, 16, 16)), dict(small, group=2))
case(f, "discriminator/classes", make(Discriminator, 8, 1, 3), {"x": numbers(4, 1, 8, 8), "class": label}, dict(small, classes=3))
f.save()
with torch.device("meta"):
    for m in (Generator(512, 8, 32768, 512, 1024, 3), Discriminator(512, 8, 32768, 512, 1024, 3)):
        print(type(m).__name__, "1024", sum(p.numel() for p in m.parameters()))


# The penalty of path length, of a generator with one layer: arXiv:1912.04958, equation 4, with the average given.
def path(style, w, noise):
    with torch.enable_grad():
        style = style.detach().requires_grad_(True)
        y = torch.tanh(style @ w).reshape(noise.shape)
        j = torch.autograd.grad((y * noise).sum() / math.sqrt(noise.shape[2] * noise.shape[3]), style, create_graph=True)[0]
    return (j.square().sum(-1).sqrt() - 0.3).square().sum()


class Sum:
    """Objectives have a sum and a count, and its gradients."""

    def __init__(self, file, count):
        self.file, self.count = file, count

    def add(self, name, arrays, attrs):
        arrays.pop("dy")
        self.file.add(name, {**{("sum" if k == "y" else k): v for k, v in arrays.items()}, "count": np.array(self.count, np.float32)}, attrs)


class Ones:
    def standard_normal(self, shape):
        return np.ones(shape)


rng = np.random.default_rng(20261126)
f = golden.File("objective/testdata/pathlength.golden", "_golden/stylegan.py", "values in float64 from float32 inputs, rounded to float32")
arrays = {k: rng.standard_normal(shape).astype(np.float32) for k, shape in dict(style=(5, 3), w=(3, 12), noise=(5, 2, 3, 2)).items()}
golden.case(Sum(f, 5), "PathLength/plain", path, arrays, Ones(), {}, fixed=("style", "noise"))
f.save()
