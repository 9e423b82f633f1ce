"""Golden logits of the families of convolutional networks, from torchvision's own classes in small configurations;
LeNet-5 and U-Net, which torchvision lacks, in plain PyTorch: U-Net with the structure and names of milesial's Pytorch-UNet.

Weights and pictures by formula, see formula.py; pictures are [2 3 size size]. A case has the logits [2 10] in evaluation and
in training (batch statistics, nothing dropped), the attribute config for our constructor, the sorted names, and err32: how
far float32 is off float64 in the reference itself.
"""
import copy
import re
import sys
import torch
import torchvision
from torchvision.models import convnext, densenet, efficientnet, mobilenetv2, mobilenetv3, regnet, shufflenetv2, squeezenet
from torchvision.models import GoogLeNet, Inception3
from torchvision.models.googlenet import BasicConv2d as GoogLeNetUnit, Inception, InceptionAux as GoogLeNetHead
from torchvision.models import inception as v3
import formula
import golden

NOTE = "torchvision %s; weights and pictures from Philox by formula" % torchvision.__version__.split("+")[0]


def case(file, name, model, size, config, rename=lambda name: name):
    skip = ("num_batches_tracked",)
    names = formula.fill_state({rename(k): v for k, v in model.state_dict().items() if not k.endswith(skip)})
    x = torch.from_numpy(formula.signed(1000, 2, 3, size, size))
    double, arrays, off = copy.deepcopy(model).double(), {}, 0
    with torch.no_grad():
        for key, train in [("evaluation", False), ("training", True)]:
            y, y64 = copy.deepcopy(model).train(train)(x), copy.deepcopy(double).train(train)(x.double())
            if isinstance(y, tuple):  # with the auxiliary heads
                for i, aux in enumerate(y[1:]):
                    arrays[f"aux{i + 1}"] = aux
                y, y64 = y[0], y64[0]
            off = max(off, ((y - y64).abs().max() / y64.abs().max()).item())
            arrays[key] = y
    file.add(name, arrays, dict(config=config, size=size, names=names, err32=off))
    print(name, "logits", " ".join("%.4g" % v for v in arrays["evaluation"][0].flatten()[:10]), "float32 off by %.1g" % off)


def family(name, cases):
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        return
    f = golden.File(f"model/{name}/testdata/{name}.golden", "_golden/families.py", NOTE)
    for c in cases():
        case(f, *c)
    f.save()


def narrow_alexnet(width, hidden):
    """torchvision's AlexNet with other numbers of channels."""
    m = torchvision.models.AlexNet(10, dropout=0)
    convs, channels = [0, 3, 6, 8, 10], [3, width, 3 * width, 6 * width, 4 * width, 4 * width]
    for k, i, o in zip(convs, channels, channels[1:]):
        c = m.features[k]
        m.features[k] = torch.nn.Conv2d(i, o, c.kernel_size, c.stride, c.padding)
    m.classifier[1], m.classifier[4], m.classifier[6] = torch.nn.Linear(4 * width * 36, hidden), torch.nn.Linear(hidden, hidden), torch.nn.Linear(hidden, 10)
    return m


class LeNet(torch.nn.Module):
    def __init__(self, pool, relu):
        super().__init__()
        n = torch.nn
        self.conv1, self.conv2 = n.Conv2d(3, 6, 5), n.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = n.Linear(400, 120), n.Linear(120, 84), n.Linear(84, 10)
        self.pool, self.bend = n.MaxPool2d(2) if pool == "max" else n.AvgPool2d(2), n.ReLU() if relu else n.Tanh()

    def forward(self, x):
        if x.shape[2] == 28:
            x = torch.nn.functional.pad(x, (2, 2, 2, 2))
        x = self.pool(self.bend(self.conv2(self.pool(self.bend(self.conv1(x))))))
        return self.fc3(self.bend(self.fc2(self.bend(self.fc1(x.flatten(1))))))


def lenets():
    yield "lenet/28", LeNet("average", False), 28, dict()
    yield "lenet/32", LeNet("max", True), 32, dict(pool="max", relu=True)


def alexnets():
    yield "alexnet/70", narrow_alexnet(8, 24), 70, dict(width=8, hidden=24, dropout=-1)


def squeezenets():
    for version, size in [("1.0", 70), ("1.1", 48)]:
        yield f"squeezenet{version}/{size}", squeezenet.SqueezeNet(version.replace(".", "_"), 10, 0), size, dict(version=version, dropout=-1)


def densenets():
    for layers, growth, depths, first in [(121, 8, (2, 3, 2, 2), 16), (161, 6, (1, 2, 2, 1), 10)]:
        yield f"densenet{layers}/64", densenet.DenseNet(growth, depths, first, num_classes=10), 64, dict(layers=layers, growth=growth, width=first, depths=depths)


def mobilenets():
    stages = [[1, 16, 1, 1], [6, 24, 2, 2], [4, 40, 2, 2], [6, 80, 1, 1]]
    named = [dict(zip(("expand", "channels", "blocks", "stride"), s)) for s in stages]
    yield "v2/width", mobilenetv2.MobileNetV2(10, 0.35, dropout=0), 64, dict(width=0.35, dropout=-1)
    yield "v2/stages", mobilenetv2.MobileNetV2(10, 0.5, stages, dropout=0), 48, dict(width=0.5, stages=named, dropout=-1)
    for size in ["large", "small"]:
        setting, last = mobilenetv3._mobilenet_v3_conf("mobilenet_v3_" + size, width_mult=0.35)
        yield f"v3/{size}", mobilenetv3.MobileNetV3(setting, last, 10, dropout=0), 64, dict(size=size, width=0.35, dropout=-1)


def stage(fused, expand, size, stride, channels, blocks, before):
    config = dict(fused=fused, expand=expand, size=size, stride=stride, channels=channels, blocks=blocks)
    if fused:
        return config, efficientnet.FusedMBConvConfig(expand, size, stride, before, channels, blocks)
    return config, efficientnet.MBConvConfig(expand, size, stride, before, channels, blocks)


def efficientnets():
    b = lambda eps: lambda c: torch.nn.BatchNorm2d(c, eps=eps)
    for version, eps, rows in [
        ("b0", 1e-5, [(False, 1, 3, 1, 8, 1), (False, 6, 3, 2, 16, 2), (False, 6, 5, 2, 24, 2), (False, 4, 5, 1, 24, 2)]),
        ("b7", 1e-3, [(False, 1, 3, 1, 8, 2), (False, 6, 5, 2, 16, 1)]),
        ("v2_s", 1e-3, [(True, 1, 3, 1, 16, 2), (True, 4, 3, 2, 24, 2), (False, 4, 3, 2, 32, 2)]),
    ]:
        before, configs, settings = 16, [], []
        for row in rows:
            c, s = stage(*row, before)
            configs, settings, before = configs + [c], settings + [s], row[4]
        yield version, efficientnet.EfficientNet(settings, 0, 0, 10, b(eps), 64), 48, dict(
            version=version, stages=configs, first=16, last=64, dropout=-1, drop=-1)


def convnexts():
    width, depths = 16, (2, 1, 3, 1)
    settings = [convnext.CNBlockConfig(width << i, width << i + 1 if i < 3 else None, d) for i, d in enumerate(depths)]
    yield "convnext/64", convnext.ConvNeXt(settings, 0, num_classes=10), 64, dict(width=width, depths=depths, drop=-1)


def narrow(channels, by):
    return channels if channels <= 3 else channels // by


def inceptions():
    """The published networks an eighth as wide: all their convolutions are made by this."""
    unit = lambda i, o, **k: GoogLeNetUnit(narrow(i, 8), narrow(o, 8), **k)
    module = lambda *channels: Inception(*channels, conv_block=unit)

    def head(channels, out, dropout):
        m = GoogLeNetHead(channels, out, conv_block=unit, dropout=0)
        m.fc1, m.fc2 = torch.nn.Linear(256, 128), torch.nn.Linear(128, out)
        return m
    for auxiliary, size in [(False, 64), (True, 49)]:
        m = GoogLeNet(10, auxiliary, False, False, [unit, module, head], 0, 0)
        m.fc = torch.nn.Linear(128, 10)
        yield f"googlenet/{size}", m, size, dict(width=8, auxiliary=auxiliary, dropout=-1)
    block = lambda i, o, **k: v3.BasicConv2d(narrow(i, 8), narrow(o, 8), **k)
    kinds = [v3.InceptionA, v3.InceptionB, v3.InceptionC, v3.InceptionD, v3.InceptionE, v3.InceptionAux]
    made = [lambda *a, kind=kind, **k: kind(*a, conv_block=block, **k) for kind in kinds]
    for auxiliary, size in [(False, 139), (True, 299)]:
        m = Inception3(10, auxiliary, False, [block] + made, False, 0)
        m.fc = torch.nn.Linear(256, 10)
        if auxiliary:
            m.AuxLogits.fc = torch.nn.Linear(96, 10)
        yield f"v3/{size}", m, size, dict(width=4, auxiliary=auxiliary, dropout=-1)


def shufflenets():
    channels, depths = [8, 16, 28, 40, 48], [2, 3, 1]
    yield "shufflenet/64", shufflenetv2.ShuffleNetV2(depths, channels, 10), 64, dict(channels=channels, depths=depths)


def regnets():
    place = re.compile(r"^trunk_output\.block(\d+)\.block\d+-(\d+)\.")
    for name, excite in [("x", None), ("y", 0.25)]:
        line = dict(depth=7, w_0=16, w_a=9.5, w_m=1.8, group_width=12)
        params = regnet.BlockParams.from_init_params(se_ratio=excite, **line)
        config = dict(zip(("depth", "first", "slope", "step", "group_width"), line.values()), **(dict(excite=excite) if excite else {}))
        yield name, regnet.RegNet(params, 10), 64, config, lambda k: place.sub(r"trunk_output.block\1.\2.", k)


class Named(torch.nn.Module):
    """A module with children of those names."""
    def __init__(self, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)


def double(i, o, middle=None):
    n, middle = torch.nn, middle or o
    conv = lambda i, o: [n.Conv2d(i, o, 3, padding=1, bias=False), n.BatchNorm2d(o), n.ReLU()]
    return Named(double_conv=n.Sequential(*conv(i, middle), *conv(middle, o)))


class UNet(torch.nn.Module):
    def __init__(self, width, bilinear, classes):
        super().__init__()
        n, w, f = torch.nn, width, 2 if bilinear else 1
        self.inc = double(3, w)
        for i in range(4):
            self.add_module(f"down{i + 1}", Named(maxpool_conv=n.Sequential(n.MaxPool2d(2), double(w << i, (w << i + 1) // (f if i == 3 else 1)))))
        for i in range(4):
            c = w << 4 - i
            up = n.Upsample(scale_factor=2, mode="bilinear", align_corners=True) if bilinear else n.ConvTranspose2d(c, c // 2, 2, 2)
            self.add_module(f"up{i + 1}", Named(up=up, conv=double(c, c // 2 // (f if i < 3 else 1), c // 2 if bilinear else None)))
        self.outc = Named(conv=n.Conv2d(w, classes, 1))

    def forward(self, x):
        x, seen = self.inc.double_conv(x), []
        for i in range(4):
            pool, conv = getattr(self, f"down{i + 1}").maxpool_conv
            seen.append(x)
            x = conv.double_conv(pool(x))
        for i in range(4):
            up, y = getattr(self, f"up{i + 1}"), seen.pop()
            x = up.up(x)
            h, w = y.shape[2] - x.shape[2], y.shape[3] - x.shape[3]
            x = torch.nn.functional.pad(x, [w // 2, w - w // 2, h // 2, h - h // 2])
            x = up.conv.double_conv(torch.cat([y, x], 1))
        return self.outc.conv(x)


def unets():
    for bilinear, size in [(False, 20), (True, 17)]:
        full = sum(p.numel() for p in UNet(64, bilinear, 2).parameters())
        print("U-Net has", full, "parameters")
        yield f"{'bilinear' if bilinear else 'transposed'}/{size}", UNet(4, bilinear, 2), size, dict(width=4, bilinear=bilinear)


def sep(c, size, stride=1, dilation=1):
    n = torch.nn
    return [n.ReLU(), n.Conv2d(c, c, size, stride, size // 2 * dilation, dilation, c, bias=False), n.Conv2d(c, c, 1, bias=False), n.BatchNorm2d(c)]


class Halve(torch.nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv_1, self.conv_2 = (torch.nn.Conv2d(i, o // 2, 1, 2, bias=False) for _ in range(2))
        self.bn = torch.nn.BatchNorm2d(o)

    def forward(self, x):
        x = torch.relu(x)
        return self.bn(torch.cat([self.conv_1(x), self.conv_2(x[:, :, 1:, 1:])], 1))


def edge(name, c, stride):
    """What DARTS's paper and implementation call by that name."""
    n = torch.nn
    kind, size = name[:4], int(name[9]) if name[9:10].isdigit() else 0
    if name == "skip_connect":
        return n.Identity() if stride == 1 else Halve(c, c)
    if name == "none":
        return Zero(stride)
    if kind == "max_":
        return n.MaxPool2d(3, stride, 1)
    if kind == "avg_":
        return n.AvgPool2d(3, stride, 1, count_include_pad=False)
    if kind == "sep_":
        return Op(sep(c, size, stride) + sep(c, size))
    if kind == "dil_":
        return Op(sep(c, size, stride, 2))
    return n.Sequential(n.ReLU(), n.Conv2d(c, c, (1, 7), (1, stride), (0, 3), bias=False), n.Conv2d(c, c, (7, 1), (stride, 1), (3, 0), bias=False), n.BatchNorm2d(c))


class Zero(torch.nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        return 0 * x[:, :, ::self.stride, ::self.stride]


class Op(torch.nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.op = torch.nn.Sequential(*layers)

    def forward(self, x):
        return self.op(x)


class Cell(torch.nn.Module):
    def __init__(self, cell, before, last, c, halves, halved):
        super().__init__()
        n = torch.nn
        unit = lambda i: Op([n.ReLU(), n.Conv2d(i, c, 1, bias=False), n.BatchNorm2d(c)])
        self.preprocess0, self.preprocess1 = Halve(before, c) if halved else unit(before), unit(last)
        self._ops = n.ModuleList(edge(e["op"], c, 2 if halves and e["from"] < 2 else 1) for node in cell["nodes"] for e in node)
        self.cell = cell

    def forward(self, a, b):
        values, ops = [self.preprocess0(a), self.preprocess1(b)], iter(self._ops)
        for node in self.cell["nodes"]:
            values.append(sum(next(ops)(values[e["from"]]) for e in node))
        return torch.cat([values[i] for i in self.cell["out"]], 1)


class CellNetwork(torch.nn.Module):
    def __init__(self, normal, reduce, width, layers, large, classes):
        super().__init__()
        n, c = torch.nn, width
        conv = lambda i, o, stride: n.Conv2d(i, o, 3, stride, 1, bias=False)
        if large:
            self.stem0 = n.Sequential(conv(3, c // 2, 2), n.BatchNorm2d(c // 2), n.ReLU(), conv(c // 2, c, 2), n.BatchNorm2d(c))
            self.stem1 = n.Sequential(n.ReLU(), conv(c, c, 2), n.BatchNorm2d(c))
            before = last = c
        else:
            self.stem, before = n.Sequential(conv(3, 3 * c, 1), n.BatchNorm2d(3 * c)), 3 * c
            last = before
        self.cells, halved = n.ModuleList(), large
        for i in range(layers):
            halves = i in (layers // 3, 2 * layers // 3)
            c *= 1 + halves
            self.cells.append(Cell(reduce if halves else normal, before, last, c, halves, halved))
            before, last, halved = last, c * len(self.cells[-1].cell["out"]), halves
        self.classifier = n.Linear(last, classes)

    def forward(self, x):
        if hasattr(self, "stem0"):
            a = self.stem0(x)
            b = self.stem1(a)
        else:
            a = b = self.stem(x)
        for cell in self.cells:
            a, b = b, cell(a, b)
        return self.classifier(b.mean((2, 3)))


def genotypes():
    """The published cells: pairs of an operation and the value that it is of, two for each node."""
    sep3, sep5, sep7, skip, top, mean = "sep_conv_3x3", "sep_conv_5x5", "sep_conv_7x7", "skip_connect", "max_pool_3x3", "avg_pool_3x3"
    return {
        "darts_v1": ([sep3, 1, sep3, 0, skip, 0, sep3, 1, skip, 0, sep3, 1, sep3, 0, skip, 2], [2, 3, 4, 5],
                     [top, 0, top, 1, skip, 2, top, 0, top, 0, skip, 2, skip, 2, mean, 0], [2, 3, 4, 5]),
        "darts_v2": ([sep3, 0, sep3, 1, sep3, 0, sep3, 1, sep3, 1, skip, 0, skip, 0, "dil_conv_3x3", 2], [2, 3, 4, 5],
                     [top, 0, top, 1, skip, 2, top, 1, top, 0, skip, 2, skip, 2, top, 1], [2, 3, 4, 5]),
        "nasnet_a": ([sep5, 1, sep3, 0, sep5, 0, sep3, 0, mean, 1, skip, 0, mean, 0, mean, 0, sep3, 1, skip, 1], [2, 3, 4, 5, 6],
                     [sep5, 1, sep7, 0, top, 1, sep7, 0, mean, 1, sep5, 0, skip, 3, mean, 2, sep3, 2, top, 1], [4, 5, 6]),
        "amoebanet_a": ([mean, 0, top, 1, sep3, 0, sep5, 2, sep3, 0, mean, 3, sep3, 1, skip, 1, skip, 0, mean, 1], [4, 5, 6],
                        [mean, 0, sep3, 1, top, 0, sep7, 2, sep7, 0, mean, 1, top, 0, top, 1, "conv_7x1_1x7", 0, sep3, 5], [3, 4, 6]),
    }


def cells():
    for name, (normal, out, reduce, reduce_out) in genotypes().items():
        pairs = lambda flat: [[dict(zip(("op", "from"), flat[k + j:k + j + 2])) for j in (0, 2)] for k in range(0, len(flat), 4)]
        normal, reduce = dict(nodes=pairs(normal), out=out), dict(nodes=pairs(reduce), out=reduce_out)
        for width, layers, large, classes in [(36, 20, False, 10), (48, 14, True, 1000)]:
            print(name, width, layers, "parameters", sum(p.numel() for p in CellNetwork(normal, reduce, width, layers, large, classes).parameters()))
        large = name in ("darts_v2", "nasnet_a")
        yield name, CellNetwork(normal, reduce, 4, 3, large, 10), 64 if large else 16, dict(genotype=name, width=4, layers=3, large=large)
    e = lambda op, from_: {"op": op, "from": from_}
    own = dict(nodes=[[e("dil_conv_5x5", 1), e("none", 0), e("conv_7x1_1x7", 0)], [e("avg_pool_3x3", 2)], [e("none", 1), e("dil_conv_3x3", 0)]], out=[4, 3])
    yield "own", CellNetwork(own, own, 4, 4, False, 10), 16, dict(normal=own, reduce=own, width=4, layers=4)


family("lenet", lenets)
family("alexnet", alexnets)
family("squeezenet", squeezenets)
family("densenet", densenets)
family("mobilenet", mobilenets)
family("efficientnet", efficientnets)
family("convnext", convnexts)
family("inception", inceptions)
family("shufflenet", shufflenets)
family("regnet", regnets)
family("unet", unets)
family("cells", cells)
