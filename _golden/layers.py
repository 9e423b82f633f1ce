"""Golden values of the feed-forward layers: operations in op/testdata/layers.golden, layers in nn/testdata/layers.golden.

Case names are Operation/variant; arrays are the inputs by the names in the doc comments, y, dy, and d<input>. Those of layers are
x, y, dy, dx, and each parameter and its gradient by our name.
"""
import os
os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch
import torch.nn.functional as F
import torchvision
import golden

torch.use_deterministic_algorithms(False)  # some have none, and one thread repeats all the same
rng = np.random.default_rng(20261126)
NOTE = "values in float64 from float32 inputs, rounded to float32; d<x> is the gradient of sum(y*dy); err32 is torch's own float32 error"
BY = f"{golden.made_by()}, torchvision {torchvision.__version__}, Keras {keras.__version__}"
ops = golden.File("op/testdata/layers.golden", "_golden/layers.py", NOTE, by=BY)


def normal(*shape, scale=1.0, shift=0.0):
    return (rng.standard_normal(shape) * scale + shift).astype(np.float32)


def ints(n, *shape):
    return rng.integers(0, n, shape).astype(np.int64)


def f32(*v):
    return np.array(v, np.float32)


def case(name, fn, inputs, attrs=None, fixed=()):
    golden.case(ops, name, fn, inputs, rng, attrs, fixed)


EXTREMES = f32(0.0, -0.0, 1e-30, -1e-30, 1e-6, -1e-6, 0.25, -0.25, 0.75, -0.75, 1.5, -1.5, 3.5, -3.5, 5.5, -5.5, 8, -8, 16, -16, 20.01,
               -20.01, 50, -50, 80, -80, 100, -100, 1e3, -1e3, 1e4, -1e4)

# 1. Activations.
for name, fn, attrs in [
    ("HardTanh", lambda x: F.hardtanh(x, -0.5, 1.25), {"lo": -0.5, "hi": 1.25}),
    ("Threshold", lambda x: F.threshold(x, 0.3, -2.0), {"at": 0.3, "value": -2.0}),
    ("HardShrink", lambda x: F.hardshrink(x, 0.5), {"lambda": 0.5}),
    ("SoftShrink", lambda x: F.softshrink(x, 0.7), {"lambda": 0.7}),
    ("TanhShrink", lambda x: F.tanhshrink(x), {}),
    ("Celu", lambda x: F.celu(x, 1.3), {"alpha": 1.3}),
    ("QuickGelu", lambda x: x * torch.sigmoid(1.702 * x), {}),
    ("SquaredRelu", lambda x: F.relu(x).square(), {}),
    ("SparsePlus", lambda x: keras.ops.sparse_plus(x), {}),
    ("SparseSigmoid", lambda x: keras.ops.sparse_sigmoid(x), {}),
]:
    for variant, x in [("odd", normal(5, 7, scale=2)), ("extremes", EXTREMES)]:
        case(f"{name}/{variant}", fn, {"x": x}, attrs)
# Far below 0 the sum cancels, in float32 and in PyTorch's too.
case("Squareplus/odd", lambda x: keras.ops.squareplus(x, 4), {"x": normal(5, 7, scale=2)}, {"b": 4.0})
case("Prelu/one", lambda x, weight: F.prelu(x, weight), {"x": normal(3, 4), "weight": f32(0.1)})
case("Swish/learned", lambda x, beta: x * torch.sigmoid(x * beta), {"x": normal(3, 5, scale=2), "beta": normal(5)})
for name, gate in [("Geglu", F.gelu), ("Reglu", F.relu), ("Swiglu", F.silu)]:
    for variant, shape, axis in [("last", (3, 10), -1), ("channels", (2, 6, 3), 1)]:
        def gated(x):
            a, b = x.chunk(2, axis)
            return a * gate(b)
        case(f"{name}/{variant}", gated, {"x": normal(*shape, scale=2)}, {"axis": axis})
case("Maxout/rows", lambda x: x.reshape(4, 5, 3).amax(-1), {"x": normal(4, 15)}, {"k": 3, "axis": -1})
for variant, x, axis in [("last", normal(5, 7, scale=3), -1), ("axis1", normal(3, 5, 4, scale=3), 1)]:
    case(f"Softmin/{variant}", lambda x: F.softmin(x, axis), {"x": x}, {"axis": axis})


def sparsemax(x):
    """Algorithm 1 of the paper. That of Keras 3.15.1 adds sums up and does not give probabilities."""
    s, _ = x.sort(-1, descending=True)
    c = s.cumsum(-1)
    k = torch.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    size = (1 + k * s > c).sum(-1, keepdim=True)
    return torch.clamp(x - (c.gather(-1, size - 1) - 1) / size, min=0)


case("Sparsemax/rows", sparsemax, {"x": normal(6, 9, scale=1.5)}, {"axis": -1})
case("Sparsemax/wide", sparsemax, {"x": f32([1e4, -1e4, 9999.5], [5, 5, 5], [0.1, 0.2, -0.3])}, {"axis": -1})

# 2. Pools.
for variant, shape, size in [("uneven", (2, 3, 7, 5), (3, 2)), ("grow", (1, 2, 3, 3), (5, 4)), ("1d", (3, 2, 11), (4,)), ("3d", (1, 2, 5, 3, 4), (2, 3, 1))]:
    f = [F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d][len(size) - 1]
    case(f"AdaptiveMaxPool/{variant}", lambda x: f(x, size), {"x": normal(*shape)}, {"size": list(size)})
case("GlobalMaxPool/images", lambda x: x.amax((2, 3), keepdim=True), {"x": normal(2, 3, 4, 5)})
for variant, shape, p, k, stride in [("2d", (2, 3, 6, 5), 2.0, 2, 2), ("1d", (2, 2, 9), 4.0, 3, 2), ("3d", (1, 2, 4, 4, 3), 2.0, 2, 1)]:
    f = [F.lp_pool1d, F.lp_pool2d, F.lp_pool3d][len(shape) - 3]
    case(f"LpPool/{variant}", lambda x: f(x, p, k, stride), {"x": normal(*shape)}, {"p": p, "kernel": k, "stride": stride})
for variant, shape, k, stride, pad in [("2d", (2, 3, 6, 5), 2, 2, 0), ("overlap", (1, 2, 7, 7), 3, 2, 1), ("1d", (2, 2, 9), 3, 3, 0), ("3d", (1, 2, 4, 4, 5), 2, 2, 0)]:
    f = [F.max_pool1d, F.max_pool2d, F.max_pool3d][len(shape) - 3]
    x = normal(*shape)
    _, index = f(torch.from_numpy(x), k, stride, pad, return_indices=True)
    golden_index = index.numpy().astype(np.int64)
    ops.add(f"MaxPoolIndices/{variant}", {"x": x, "y": golden_index.astype(np.float32)}, {"kernel": k, "stride": stride, "pad": pad, "err32": 0.0})
    if variant != "overlap":
        g = [F.max_unpool1d, F.max_unpool2d, F.max_unpool3d][len(shape) - 3]
        case(f"MaxUnpool/{variant}", lambda x, index: g(x, index, k, stride, output_size=shape[2:]), {"x": normal(*golden_index.shape), "index": golden_index},
             {"size": list(shape[2:])})
for variant, shape, window, size, u in [("2d", (2, 3, 9, 8), 2, (6, 5), (0.3, 0.8)), ("3d", (1, 2, 6, 7, 5), 3, (3, 4, 2), (0.1, 0.5, 0.9))]:
    f = [F.fractional_max_pool2d, F.fractional_max_pool3d][len(size) - 2]
    # In two dimensions PyTorch takes the number of the last axis first.
    samples = torch.tensor(u[::-1] if len(u) == 2 else u).expand(shape[0], shape[1], len(u))
    case(f"FractionalMaxPool/{variant}", lambda x: f(x, window, output_size=size, _random_samples=samples.to(x.dtype)), {"x": normal(*shape)},
         {"window": window, "size": list(size), "u": list(u)})

# 3. Sizes and places.
for variant, shape, attrs in [
    ("nearest", (1, 2, 4, 5), {"size": [7, 3], "mode": "nearest"}),
    ("nearest_exact", (1, 2, 4, 5), {"size": [7, 3], "mode": "nearest-exact"}),
    ("nearest_scale", (1, 2, 3, 4), {"scale": 2.0, "mode": "nearest"}),
    ("nearest_3d", (1, 1, 2, 3, 2), {"size": [4, 5, 3], "mode": "nearest"}),
    ("linear_1d", (2, 2, 5), {"size": [8], "mode": "linear"}),
    ("bilinear", (2, 2, 4, 5), {"size": [7, 9], "mode": "bilinear"}),
    ("bilinear_less", (1, 2, 7, 5), {"size": [3, 4], "mode": "bilinear"}),
    ("bilinear_corners", (1, 2, 4, 5), {"size": [7, 1], "mode": "bilinear", "align_corners": True}),
    ("bilinear_scale", (1, 2, 5, 4), {"scale": 1.7, "mode": "bilinear"}),
    ("trilinear", (1, 1, 3, 2, 4), {"size": [5, 3, 2], "mode": "trilinear"}),
    ("bicubic", (1, 2, 4, 5), {"size": [9, 3], "mode": "bicubic"}),
    ("bicubic_corners", (1, 2, 5, 4), {"size": [8, 7], "mode": "bicubic", "align_corners": True}),
]:
    mode = attrs["mode"]
    corners = attrs.get("align_corners", False if "linear" in mode or "cubic" in mode else None)
    case(f"Resize/{variant}", lambda x: F.interpolate(x, attrs.get("size"), attrs.get("scale"), mode, corners), {"x": normal(*shape)},
         {**attrs, "mode": {"bilinear": "linear", "trilinear": "linear", "bicubic": "cubic", "nearest-exact": "nearest_exact"}.get(mode, mode)})
case("PixelShuffle/images", lambda x: F.pixel_shuffle(x, 3), {"x": normal(2, 18, 2, 3)}, {"r": 3})
case("PixelUnshuffle/images", lambda x: F.pixel_unshuffle(x, 2), {"x": normal(2, 3, 4, 6)}, {"r": 2})
case("ChannelShuffle/images", lambda x: F.channel_shuffle(x, 3), {"x": normal(2, 6, 2, 3)}, {"groups": 3})
case("Crop/images", lambda x: F.pad(x, (-1, -2, -3, 0)), {"x": normal(2, 2, 5, 6)}, {"pads": [[0, 0], [0, 0], [3, 0], [1, 2]]})
for variant, shape, k, stride, pad, dilation in [("plain", (2, 3, 5, 4), 2, 1, 0, 1), ("strided", (1, 2, 7, 6), 3, 2, 1, 1), ("dilated", (1, 2, 7, 6), 2, 1, 2, 3)]:
    attrs = {"kernel": k, "stride": stride, "pad": pad, "dilation": dilation}
    case(f"Unfold/{variant}", lambda x: F.unfold(x, k, dilation, pad, stride), {"x": normal(*shape)}, attrs)
    columns = F.unfold(torch.from_numpy(normal(*shape)), k, dilation, pad, stride)
    case(f"Fold/{variant}", lambda x: F.fold(x, shape[2:], k, dilation, pad, stride), {"x": normal(*columns.shape)}, {**attrs, "size": list(shape[2:])})

# 4. Products, distances, tables.
case("Bilinear/bias", lambda x, z, weight, bias: F.bilinear(x, z, weight, bias),
     {"x": normal(2, 3, 4), "z": normal(2, 3, 5), "weight": normal(3, 4, 5), "bias": normal(3)})
case("Bilinear/none", lambda x, z, weight: F.bilinear(x, z, weight), {"x": normal(4, 3), "z": normal(4, 2), "weight": normal(1, 3, 2)})
zero = normal(4, 5)
zero[2] = 0
case("CosineSimilarity/rows", lambda x, z: F.cosine_similarity(x, z, -1, 1e-8), {"x": normal(4, 5), "z": normal(4, 5)}, {"axis": -1, "eps": 1e-8})
case("CosineSimilarity/channels", lambda x, z: F.cosine_similarity(x, z, 1, 1e-8), {"x": normal(2, 3, 4), "z": normal(1, 3, 4)}, {"axis": 1, "eps": 1e-8})
case("UnitNorm/channels", lambda x: F.normalize(x, dim=1), {"x": normal(2, 3, 4)}, {"axis": 1, "eps": 1e-12})
for p in (1.0, 2.0, 3.0, float("inf")):
    case(f"PairwiseDistance/{p:g}", lambda x, z: F.pairwise_distance(x, z, p, 1e-6), {"x": normal(4, 5), "z": normal(4, 5)},
         {"p": p if p < 10 else 1e300, "eps": 1e-6})
for mode in ("mean", "sum", "max"):
    case(f"EmbeddingBag/{mode}", lambda weight, index: F.embedding_bag(index, weight, mode=mode), {"weight": normal(7, 3), "index": ints(7, 4, 5)}, {"mode": mode})
padded = ints(6, 4, 5)
padded[1] = 2
padded[3, :2] = 2
for mode in ("mean", "sum", "max"):
    case(f"EmbeddingBag/{mode}_padded", lambda weight, index: F.embedding_bag(index, weight, mode=mode, padding_idx=2),
         {"weight": normal(6, 3), "index": padded}, {"mode": mode, "skip": [2]})
case("EmbeddingBag/weights", lambda weight, index, weights: F.embedding_bag(index, weight, mode="sum", per_sample_weights=weights),
     {"weight": normal(7, 3), "index": ints(7, 4, 5), "weights": normal(4, 5)}, {"mode": "sum"})

# 5. Norms.
for variant, shape in [("2d", (2, 3, 4, 5)), ("1d", (3, 2, 7)), ("3d", (1, 2, 2, 3, 2))]:
    c = shape[1]
    case(f"InstanceNorm/{variant}", lambda x, gain, bias: F.instance_norm(x, weight=gain, bias=bias, eps=1e-5),
         {"x": normal(*shape, scale=2, shift=1), "gain": normal(c, shift=1, scale=0.3), "bias": normal(c)}, {"eps": 1e-5})
for variant, shape, attrs in [("odd", (2, 7, 3, 2), {"size": 5, "alpha": 0.5, "beta": 0.75, "k": 2.0}), ("even", (3, 5, 4), {"size": 4, "alpha": 1.0, "beta": 0.5, "k": 1.0}),
                              ("wide", (1, 2, 3), {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 1.0})]:
    case(f"LocalResponseNorm/{variant}", lambda x: F.local_response_norm(x, **attrs), {"x": normal(*shape, scale=2)}, attrs)
case("WeightNorm/conv", lambda v, gain: torch._weight_norm(v, gain.reshape(-1, 1, 1, 1), 0), {"v": normal(4, 3, 2, 2), "gain": normal(4)})
case("WeightNorm/linear", lambda v, gain: torch._weight_norm(v, gain.reshape(-1, 1), 0), {"v": normal(3, 5), "gain": normal(3)})
case("WeightStandard/conv", lambda v: F.batch_norm(v.reshape(1, 4, -1), None, None, training=True, eps=1e-5).reshape(v.shape), {"v": normal(4, 3, 2, 2)}, {"eps": 1e-5})


def spectral_norm(w, u, v):
    return w / torch.dot(u, w.flatten(1) @ v)


def power_iteration(w, u):
    for _ in range(3):
        v = F.normalize(w.flatten(1).T @ u, dim=0, eps=1e-12)
        u = F.normalize(w.flatten(1) @ v, dim=0, eps=1e-12)
    return torch.cat([u, v])


case("SpectralNorm/conv", spectral_norm, {"w": normal(3, 2, 2), "u": normal(3), "v": normal(4)}, fixed=("u", "v"))
case("PowerIteration/conv", power_iteration, {"w": normal(3, 2, 2), "u": normal(3)}, {"steps": 3}, fixed=("w", "u"))
ops.save()

# 6. Layers.
layers = golden.File("nn/testdata/layers.golden", "_golden/layers.py", NOTE, by=BY)


def layer(name, module, x, rename=None):
    """A case of a module with its own parameters, drawn anew. rename: our names of them."""
    rename = rename or {}
    inputs = {"x": x}
    theirs, fixed = {}, [k for k, _ in module.named_buffers()]
    for k, v in [*module.named_parameters(), *module.named_buffers()]:
        if k.endswith("num_batches_tracked"):
            continue
        ours = rename.get(k, k)
        theirs[ours] = k
        value = v.detach().numpy().astype(np.float32)
        if not k.endswith(("_u", "_v")):
            value = value + normal(*value.shape, scale=0.1)
            if "running_var" in k:
                value = np.abs(value) + np.float32(0.5)
        inputs[ours] = value.ravel() if ours == "length" else value  # theirs is [out 1]
    fn = lambda x, **k: torch.func.functional_call(module, {theirs[n]: v[:, None] if n == "length" else v.clone() for n, v in k.items()}, (x,))
    golden.case(layers, name, fn, inputs, rng, {}, fixed=[rename.get(k, k) for k in fixed])


nn = torch.nn
small = lambda: normal(2, 4, scale=2)
for ours, module in [
    ("ReLU6", nn.ReLU6()), ("Hardtanh", nn.Hardtanh()), ("Hardsigmoid", nn.Hardsigmoid()), ("Hardswish", nn.Hardswish()), ("Threshold", nn.Threshold(0.1, 20)),
    ("Hardshrink", nn.Hardshrink()), ("Softshrink", nn.Softshrink()), ("Tanhshrink", nn.Tanhshrink()), ("SELU", nn.SELU()), ("CELU", nn.CELU()), ("Mish", nn.Mish()),
    ("Softsign", nn.Softsign()), ("LogSigmoid", nn.LogSigmoid()), ("LogSoftmax", nn.LogSoftmax(-1)), ("Softmin", nn.Softmin(-1)), ("GLU", nn.GLU()),
    ("RReLU", nn.RReLU().eval()), ("ELU", nn.ELU()), ("LeakyReLU", nn.LeakyReLU()), ("GELU", nn.GELU()), ("SiLU", nn.SiLU()), ("Softplus", nn.Softplus()),
]:
    layer(f"{ours}/default", module, small())
layer("Softmax/channels/images", nn.Softmax2d(), normal(2, 3, 2, 2))
layer("PReLU/channels", nn.PReLU(3), normal(2, 3, 4))
layer("InstanceNorm/affine", nn.InstanceNorm2d(3, affine=True), normal(2, 3, 2, 2, scale=2, shift=1))
layer("LocalResponseNorm/default", nn.LocalResponseNorm(5), normal(2, 7, 3, scale=4))
layer("MaxPool1d/overlap", nn.MaxPool1d(3, 2, 1), normal(2, 3, 9))
layer("MaxPool3d/plain", nn.MaxPool3d(2), normal(1, 2, 4, 5, 3))
layer("AvgPool1d/overlap", nn.AvgPool1d(3, 2, 1), normal(2, 3, 9))
layer("AvgPool3d/plain", nn.AvgPool3d(2), normal(1, 2, 4, 5, 3))
layer("AdaptiveAvgPool/images", nn.AdaptiveAvgPool2d((3, 2)), normal(1, 2, 5, 3))
layer("AdaptiveMaxPool/images", nn.AdaptiveMaxPool2d((3, 2)), normal(1, 2, 5, 3))
layer("LpPool/images", nn.LPPool2d(2, 2), normal(1, 2, 5, 4))
layer("Upsample/nearest/images", nn.Upsample(scale_factor=2), normal(1, 2, 3, 2))
layer("Upsample/bilinear/images", nn.UpsamplingBilinear2d(size=(5, 6)), normal(1, 2, 3, 4))
layer("PixelShuffle/images", nn.PixelShuffle(2), normal(1, 8, 2, 3))
layer("PixelUnshuffle/images", nn.PixelUnshuffle(2), normal(1, 2, 4, 6))
layer("ChannelShuffle/images", nn.ChannelShuffle(2), normal(1, 6, 2, 3))
layer("Unfold/images", nn.Unfold(2, padding=1, stride=2), normal(1, 2, 4, 5))
layer("Fold/images", nn.Fold((4, 5), 2, padding=1, stride=2), normal(1, 8, 9))
layer("Pad/images", nn.ConstantPad2d((1, 2, 0, 3), 1.5), normal(1, 2, 3, 4))
layer("ReflectPad/images", nn.ReflectionPad2d((1, 2, 0, 2)), normal(1, 2, 3, 4))
layer("ReplicatePad/images", nn.ReplicationPad2d((1, 2, 0, 3)), normal(1, 2, 3, 4))
layer("CircularPad/images", nn.CircularPad2d((1, 2, 0, 3)), normal(1, 2, 3, 4))
layer("Unflatten/axis1", nn.Unflatten(1, (2, 3)), normal(2, 6, 2))
layer("ConvTranspose1d/strided", nn.ConvTranspose1d(2, 4, 3, stride=2, padding=1, output_padding=1, groups=2), normal(2, 2, 5))
layer("ConvTranspose2d/strided", nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1), normal(1, 3, 3, 4))
layer("ConvTranspose3d/plain", nn.ConvTranspose3d(2, 1, 2, bias=False), normal(1, 2, 2, 3, 2))
layer("DepthwiseConv2d/two", nn.Conv2d(3, 6, 3, padding=1, groups=3), normal(1, 3, 3, 3))
layer("DepthwiseConv1d/one", nn.Conv1d(3, 3, 2, stride=2, groups=3), normal(2, 3, 6))
separable = nn.Sequential(nn.Conv2d(2, 4, 3, groups=2, bias=False), nn.Conv2d(4, 3, 1))
layer("SeparableConv2d/two", separable, normal(1, 2, 5, 4), {"0.weight": "depthwise.weight", "1.weight": "pointwise.weight", "1.bias": "pointwise.bias"})
separable = nn.Sequential(nn.Conv1d(2, 2, 3, groups=2, bias=False), nn.Conv1d(2, 3, 1))
layer("SeparableConv1d/one", separable, normal(2, 2, 5), {"0.weight": "depthwise.weight", "1.weight": "pointwise.weight", "1.bias": "pointwise.bias"})
layer("EmbeddingBag/mean", nn.EmbeddingBag(5, 3, mode="mean"), ints(5, 4, 3))
layer("Embedding/padding/rows", nn.Embedding(5, 3, padding_idx=1), np.array([[1, 0, 1], [4, 2, 1]]))
weighted = nn.utils.parametrizations.weight_norm(nn.Linear(4, 3))
layer("WeightNorm/linear", weighted, normal(2, 4), {"bias": "layer.bias", "parametrizations.weight.original0": "length", "parametrizations.weight.original1": "layer.weight"})
for mode in ("training", "evaluation"):
    spectral = nn.utils.spectral_norm(nn.Conv2d(2, 3, 2))
    spectral.train(mode == "training")
    layer(f"SpectralNorm/{mode}/conv", spectral, normal(1, 2, 3, 4), {"bias": "layer.bias", "weight_orig": "layer.weight", "weight_u": "u", "weight_v": "v"})


class Standard(nn.Conv2d):
    def forward(self, x):
        w = F.batch_norm(self.weight.reshape(1, self.out_channels, -1), None, None, training=True, eps=1e-5).reshape_as(self.weight)
        return F.conv2d(x, w, self.bias)


layer("WeightStandard/conv", Standard(2, 3, 2), normal(1, 2, 3, 4), {"weight": "layer.weight", "bias": "layer.bias"})
layer("SqueezeExcitation/images", torchvision.ops.SqueezeExcitation(4, 2), normal(2, 4, 3, 2))


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate, self.up, self.down = nn.Linear(3, 4, bias=False), nn.Linear(3, 4, bias=False), nn.Linear(4, 3, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


layer("GatedFeedForward/silu", Gated(), normal(2, 2, 3))


class Of(nn.Module):
    """A module of a function, and of parts it may use."""

    def __init__(self, f, **parts):
        super().__init__()
        self.f = f
        for k, part in parts.items():
            setattr(self, k, part)

    def forward(self, x):
        return self.f(self, x)


def gate(f):
    def call(m, x):
        a, b = x.chunk(2, -1)
        return a * f(b)
    return Of(call)


for ours, module, x in [
    ("QuickGELU", Of(lambda m, x: x * torch.sigmoid(1.702 * x)), small()), ("SquaredReLU", Of(lambda m, x: F.relu(x) ** 2), small()),
    ("Squareplus", Of(lambda m, x: keras.ops.squareplus(x)), small()), ("SparsePlus", Of(lambda m, x: keras.ops.sparse_plus(x)), small()),
    ("SparseSigmoid", Of(lambda m, x: keras.ops.sparse_sigmoid(x)), small()), ("Sparsemax", Of(lambda m, x: sparsemax(x)), small()),
    ("ReGLU", gate(F.relu), small()), ("SwiGLU", gate(F.silu), small()), ("GEGLU", gate(F.gelu), small()),
    ("Swish", Of(lambda m, x: x * torch.sigmoid(m.beta * x), beta=nn.Parameter(torch.ones(1))), small()),
    ("GlobalMaxPool", Of(lambda m, x: keras.layers.GlobalMaxPooling2D("channels_first", keepdims=True)(x)), normal(2, 3, 4, 5)),
    ("UnitNorm", Of(lambda m, x: keras.layers.UnitNormalization(axis=1)(x)), normal(2, 3, 4)),
    ("Crop", Of(lambda m, x: keras.layers.Cropping2D(((0, 1), (1, 2)), "channels_first")(x)), normal(1, 2, 3, 4)),
    ("PassThrough", nn.Identity(), small()), ("Permute", Of(lambda m, x: keras.layers.Permute((3, 1, 2))(x)), normal(1, 2, 3, 4)),
    ("Reshape", Of(lambda m, x: keras.layers.Reshape((3, -1))(x)), normal(2, 6)), ("RepeatVector", Of(lambda m, x: keras.layers.RepeatVector(3)(x)), small()),
]:
    layer(f"{ours}/default", module, x)
layer("Maxout/three", Of(lambda m, x: (x @ m.weight.T + m.bias).unflatten(-1, (2, 3)).amax(-1), weight=nn.Parameter(torch.randn(6, 2)), bias=nn.Parameter(torch.randn(6))), normal(3, 2))
layer("Bilinear/pair", Of(lambda m, x: F.bilinear(x[..., :2], x[..., 2:], m.weight, m.bias), weight=nn.Parameter(torch.randn(2, 2, 3)), bias=nn.Parameter(torch.randn(2))), normal(3, 5))
layer("Parallel/joined", Of(lambda m, x: torch.cat([m.one(x), torch.tanh(x)], 1), one=nn.Linear(3, 3)), normal(2, 3), {"one.weight": "branches.0.weight", "one.bias": "branches.0.bias"})
layer("Residual/shortcut", Of(lambda m, x: torch.tanh(m.shortcut(x) + m.layer(x)), layer=nn.Linear(3, 4), shortcut=nn.Linear(3, 4, bias=False)), normal(2, 3))
block = torchvision.models.densenet._DenseBlock(2, 3, 2, 2, 0.0).train()
names = {k: k.replace("denselayer1", "layers.0").replace("denselayer2", "layers.1") for k in block.state_dict()}
layer("DenseBlock/training", block, normal(2, 3, 2, 2), names)
layer("DenseLayer/training", torchvision.models.densenet._DenseLayer(3, 2, 2, 0.0).train(), normal(2, 3, 2, 2))
layer("InvertedResidual/added/images", torchvision.models.mobilenetv2.InvertedResidual(2, 2, 1, 3).train(), normal(2, 2, 4, 3))
layer("InvertedResidual/strided/images", torchvision.models.mobilenetv2.InvertedResidual(2, 3, 2, 1).train(), normal(3, 2, 5, 4))
layers.save()
