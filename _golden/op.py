"""Golden values of package op: forward values, and gradients of sum(y * dy) with respect to every float input.

Case names are Operation/variant, with the name of the Go function. Arrays: the inputs by the names in the doc comments
(x, weight, bias, gain, a, b, index, ...), y, the cotangent dy, and d<input> for each gradient.
"""
import numpy as np
import torch
import torch.nn.functional as F
import golden

rng = np.random.default_rng(20261124)
out = golden.File("op/testdata/op.golden", "_golden/op.py",
    "values in float64 from float32 inputs, rounded to float32; d<x> is the gradient of sum(y*dy); err32 is torch's own float32 error")


def normal(*shape, scale=1.0, shift=0.0):
    return (rng.standard_normal(shape) * scale + shift).astype(np.float32)


def ints(n, *shape):
    return rng.integers(0, n, shape).astype(np.int64)


def case(name, fn, inputs, attrs=None, fixed=()):
    golden.case(out, name, fn, inputs, rng, attrs, fixed)


def f32(*v):
    return np.array(v, np.float32)


# The points where activations are written wrong: zeros of both signs, the knees, where exp or erf saturates, and far out.
EXTREMES = f32(0.0, -0.0, 1e-30, -1e-30, 1e-6, -1e-6, 0.5, -0.5, 1, -1, 3, -3, 5.5, -5.5, 8, -8, 9.5, -9.5, 16, -16,
               19.99, -19.99, 20.01, -20.01, 50, -50, 80, -80, 100, -100, 1e3, -1e3, 1e4, -1e4)

# 1. Activations.
for name, fn, attrs in [
    ("Relu", F.relu, {}),
    ("LeakyRelu", lambda x: F.leaky_relu(x, 0.01), {"slope": 0.01}),
    ("Elu", F.elu, {"alpha": 1.0}),
    ("Sigmoid", torch.sigmoid, {}),
    ("Tanh", torch.tanh, {}),
    ("Gelu", F.gelu, {}),
    ("GeluTanh", lambda x: F.gelu(x, approximate="tanh"), {}),
    ("Silu", F.silu, {}),
    ("Softplus", F.softplus, {}),
    ("LogSigmoid", F.logsigmoid, {}),
    ("Mish", F.mish, {}),
    ("Selu", F.selu, {}),
    ("Softsign", F.softsign, {}),
    ("HardSigmoid", F.hardsigmoid, {}),
    ("HardSwish", F.hardswish, {}),
    ("Relu6", F.relu6, {}),
]:
    for variant, x in [("odd", normal(5, 7, scale=3)), ("long", normal(67, scale=2)), ("extremes", EXTREMES)]:
        case(f"{name}/{variant}", lambda x: fn(x), {"x": x}, attrs)
case("Elu/alpha", lambda x: F.elu(x, 0.5), {"x": normal(3, 11, scale=2)}, {"alpha": 0.5})
case("Prelu/channels", lambda x, weight: F.prelu(x, weight), {"x": normal(2, 3, 5), "weight": f32(0.25, -0.1, 1.5)})
case("Glu/last", lambda x: F.glu(x, -1), {"x": normal(3, 10, scale=2)}, {"axis": -1})

# 2. Softmax and its kin.
masked = normal(4, 9, scale=2)
masked[0, 3:] = masked[2, 0] = masked[3, 1:] = -np.inf
wide = normal(3, 5)
wide[0] = f32(1e4, -1e4, 0, 9999, 3)
wide[1] = f32(-1e4, -1e4, -1e4, -1e4, -1e4)
wide[2] = f32(88, 89, 90, -100, 1e4)
for name, fn in [("Softmax", F.softmax), ("LogSoftmax", F.log_softmax), ("LogSumExp", torch.logsumexp)]:
    for variant, x, axis in [("last", normal(5, 7, scale=3), -1), ("axis1", normal(3, 5, 4, scale=3), 1),
                             ("axis0", normal(6, 3, scale=3), 0), ("one", normal(4, 1), -1),
                             ("long", normal(3, 259, scale=4), -1), ("extremes", wide, -1)]:
        case(f"{name}/{variant}", lambda x: fn(x, axis), {"x": x}, {"axis": axis})
    if name != "LogSoftmax":
        case(f"{name}/masked", lambda x: fn(x, -1), {"x": masked}, {"axis": -1})

# 3. Normalization.
for variant, x in [("d7", normal(3, 5, 7, scale=2, shift=1)), ("d64", normal(6, 64)),
                   ("offset", normal(4, 33, shift=1000)), ("tiny", normal(4, 16, scale=1e-4))]:
    d = x.shape[-1]
    case(f"LayerNorm/{variant}", lambda x, gain, bias: F.layer_norm(x, (d,), gain, bias, 1e-5),
         {"x": x, "gain": normal(d, shift=1, scale=0.3), "bias": normal(d)}, {"eps": 1e-5})
flat = normal(3, 8)
flat[1] = 3.25
case("LayerNorm/constant", lambda x, gain, bias: F.layer_norm(x, (8,), gain, bias, 1e-5),
     {"x": flat, "gain": normal(8, shift=1), "bias": normal(8)}, {"eps": 1e-5})
case("RMSNorm/d7", lambda x, gain: x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * gain,
     {"x": normal(3, 5, 7, scale=2), "gain": normal(7, shift=1, scale=0.3)}, {"eps": 1e-6})
case("GroupNorm/groups2", lambda x, gain, bias: F.group_norm(x, 2, gain, bias, 1e-5),
     {"x": normal(2, 6, 3, 5, scale=2, shift=1), "gain": normal(6, shift=1), "bias": normal(6)}, {"groups": 2, "eps": 1e-5})


def batch_norm(x, gain, bias, mean, variance, training):
    m, v = mean.clone(), variance.clone()
    y = F.batch_norm(x, m, v, gain, bias, training, 0.1, 1e-5)
    return {"y": y, "mean_after": m, "variance_after": v} if training else y


for variant, shape in [("nc", (9, 5)), ("ncl", (4, 3, 7)), ("nchw", (3, 5, 4, 3)), ("one_channel", (2, 1, 3, 3))]:
    c = shape[1]
    inputs = {"x": normal(*shape, scale=2, shift=1), "gain": normal(c, shift=1, scale=0.3), "bias": normal(c),
              "mean": normal(c), "variance": rng.uniform(0.5, 2, c).astype(np.float32)}
    for mode in ("training", "evaluation"):
        case(f"BatchNorm/{variant}_{mode}", lambda **k: batch_norm(**k, training=mode == "training"), inputs,
             {"training": mode == "training", "momentum": 0.1, "eps": 1e-5}, fixed=("mean", "variance"))

# 4. Convolution: x [n c spatial...], weight [out in/groups kernel...].
for variant, x, w, bias, stride, pad, dilation, groups in [
    ("1d", (2, 3, 11), (4, 3, 3), True, 1, 0, 1, 1),
    ("1d_pad_stride", (2, 3, 12), (5, 3, 5), True, 2, 2, 1, 1),
    ("1d_dilation", (1, 2, 13), (3, 2, 3), False, 1, 2, 2, 1),
    ("1d_depthwise", (2, 4, 9), (4, 1, 3), True, 1, 1, 1, 4),
    ("1x1", (2, 3, 5, 4), (7, 3, 1, 1), True, 1, 0, 1, 1),
    ("1x1_stride2", (2, 3, 5, 6), (4, 3, 1, 1), False, 2, 0, 1, 1),
    ("3x3_pad1", (2, 3, 6, 5), (8, 3, 3, 3), True, 1, 1, 1, 1),
    ("3x3_no_bias", (2, 3, 6, 5), (8, 3, 3, 3), False, 1, 1, 1, 1),
    ("3x3_no_pad", (1, 2, 7, 5), (3, 2, 3, 3), True, 1, 0, 1, 1),
    ("5x5_pad2", (2, 1, 7, 9), (3, 1, 5, 5), True, 1, 2, 1, 1),
    ("stride2", (2, 3, 9, 8), (4, 3, 3, 3), True, 2, 1, 1, 1),
    ("stride2_remainder", (1, 2, 8, 8), (3, 2, 3, 3), True, 2, 0, 1, 1),
    ("stride_1x3", (1, 2, 6, 10), (3, 2, 3, 3), False, (1, 3), (1, 0), 1, 1),
    ("7x7_stride2_pad3", (1, 3, 11, 10), (4, 3, 7, 7), True, 2, 3, 1, 1),
    ("dilation2", (2, 2, 9, 8), (3, 2, 3, 3), True, 1, 2, 2, 1),
    ("groups2", (2, 4, 6, 5), (6, 2, 3, 3), True, 1, 1, 1, 2),
    ("depthwise", (2, 5, 6, 5), (5, 1, 3, 3), True, 1, 1, 1, 5),
    ("depthwise_multiplier_stride2", (1, 3, 7, 7), (6, 1, 3, 3), True, 2, 1, 1, 3),
    ("2x5_kernel", (2, 2, 6, 8), (3, 2, 2, 5), True, 1, (0, 2), 1, 1),
    ("whole_image", (2, 2, 4, 3), (5, 2, 4, 3), True, 1, 0, 1, 1),
    ("17_channels", (1, 17, 4, 5), (19, 17, 3, 3), True, 1, 1, 1, 1),
    ("3d", (1, 2, 4, 5, 3), (3, 2, 2, 3, 3), True, 1, (0, 1, 1), 1, 1),
    ("3d_stride2", (2, 2, 5, 4, 5), (2, 2, 3, 3, 3), False, 2, 1, 1, 1),
]:
    axes = len(x) - 2
    each = lambda v: list(v) if isinstance(v, tuple) else [v] * axes
    attrs = {"stride": each(stride), "padding": each(pad), "dilation": each(dilation), "groups": groups}
    conv = [F.conv1d, F.conv2d, F.conv3d][axes - 1]
    inputs = {"x": normal(*x), "weight": normal(*w, scale=0.4)}
    if bias:
        inputs["bias"] = normal(w[0])
    case(f"Conv/{variant}", lambda x, weight, bias=None: conv(x, weight, bias, stride, pad, dilation, groups), inputs, attrs)

# ConvTranspose: weight [in out/groups kernel...].
for variant, x, w, stride, pad, extra, groups in [
    ("1d_stride2", (2, 3, 5), (3, 2, 4), 2, 1, 0, 1),
    ("4x4_stride2_pad1", (2, 3, 4, 3), (3, 2, 4, 4), 2, 1, 0, 1),
    ("3x3_stride2_output_padding", (1, 2, 4, 5), (2, 3, 3, 3), 2, 1, 1, 1),
    ("groups2", (1, 4, 3, 4), (4, 2, 3, 3), 1, 1, 0, 2),
]:
    axes = len(x) - 2
    conv = [F.conv_transpose1d, F.conv_transpose2d][axes - 1]
    case(f"ConvTranspose/{variant}", lambda x, weight, bias: conv(x, weight, bias, stride, pad, extra, groups),
         {"x": normal(*x), "weight": normal(*w, scale=0.4), "bias": normal(w[1] * groups)},
         {"stride": [stride] * axes, "padding": [pad] * axes, "output_padding": [extra] * axes, "groups": groups})

# 5. Pooling.
ties = np.zeros((1, 2, 4, 4), np.float32)
ties[0, 0, 1, 1] = ties[0, 0, 0, 1] = 2
for variant, x, k, stride, pad in [
    ("2", normal(2, 3, 6, 8), 2, 2, 0),
    ("2_odd", normal(2, 3, 7, 5), 2, 2, 0),
    ("3_stride2_pad1", normal(2, 3, 7, 8), 3, 2, 1),
    ("negative", normal(1, 2, 5, 5, shift=-10), 3, 2, 1),
    ("ties", ties, 2, 2, 0),
    ("3x1_stride1", normal(1, 2, 5, 4), (3, 1), 1, 0),
    ("1d", normal(2, 3, 9), 3, 2, 1),
]:
    axes = x.ndim - 2
    each = lambda v: list(v) if isinstance(v, tuple) else [v] * axes
    pool = [F.max_pool1d, F.max_pool2d][axes - 1]
    case(f"MaxPool/{variant}", lambda x: pool(x, k, stride, pad), {"x": x},
         {"kernel": each(k), "stride": each(stride), "padding": each(pad)})
for variant, x, k, stride, pad, count in [
    ("2", normal(2, 3, 6, 8), 2, 2, 0, True),
    ("3_stride2_pad1_counted", normal(2, 3, 7, 8), 3, 2, 1, True),
    ("3_stride2_pad1_not_counted", normal(2, 3, 7, 8), 3, 2, 1, False),
    ("3_stride1_pad1_not_counted", normal(1, 2, 4, 5), 3, 1, 1, False),
    ("1d", normal(2, 3, 9), 3, 2, 1, True),
]:
    axes = x.ndim - 2
    pool = [F.avg_pool1d, F.avg_pool2d][axes - 1]
    case(f"AvgPool/{variant}", lambda x: pool(x, k, stride, pad, False, count), {"x": x},
         {"kernel": [k] * axes, "stride": [stride] * axes, "padding": [pad] * axes, "count_include_pad": count})
case("GlobalAvgPool/2d", lambda x: F.adaptive_avg_pool2d(x, 1), {"x": normal(2, 5, 3, 7)})
case("GlobalAvgPool/1d", lambda x: F.adaptive_avg_pool1d(x, 1), {"x": normal(3, 2, 11)})
case("AdaptiveAvgPool/uneven", lambda x: F.adaptive_avg_pool2d(x, (3, 2)), {"x": normal(2, 3, 7, 5)}, {"size": [3, 2]})
case("AdaptiveAvgPool/grow", lambda x: F.adaptive_avg_pool2d(x, (5, 4)), {"x": normal(1, 2, 3, 3)}, {"size": [5, 4]})

# 6. Tables, products.
case("Embedding/repeats", lambda index, weight: F.embedding(index, weight), {"index": ints(7, 3, 5), "weight": normal(7, 4)})
case("Embedding/vector", lambda index, weight: F.embedding(index, weight), {"index": ints(11, 6), "weight": normal(11, 3)})
case("OneHot/4", lambda index: F.one_hot(index, 4).double(), {"index": ints(4, 2, 5)}, {"classes": 4})
case("NLL/plain", lambda x, target: -x.gather(1, target[:, None])[:, 0],
     {"x": np.log(rng.dirichlet(np.ones(5), 6)).astype(np.float32), "target": ints(5, 6)})
for variant, x, o, bias in [("vector_rows", (5, 7), 3, True), ("no_bias", (4, 6), 9, False), ("rank3", (2, 3, 5), 4, True),
                            ("rank1", (7,), 2, True), ("wide", (3, 65), 33, True)]:
    inputs = {"x": normal(*x), "weight": normal(o, x[-1], scale=x[-1] ** -0.5)}
    if bias:
        inputs["bias"] = normal(o)
    case(f"Linear/{variant}", lambda x, weight, bias=None: F.linear(x, weight, bias), inputs)
for variant, a, b in [("2d", (3, 4), (4, 5)), ("odd", (17, 33), (33, 9)), ("row", (1, 13), (13, 6)), ("column", (6, 13), (13, 1)),
                      ("inner1", (5, 1), (1, 7)), ("batched", (3, 4, 5), (3, 5, 2)), ("broadcast_left", (4, 5), (3, 5, 2)),
                      ("broadcast_right", (3, 4, 5), (5, 2)), ("broadcast_both", (2, 1, 3, 4), (5, 4, 6)),
                      ("vector_right", (4, 5), (5,)), ("vector_left", (5,), (5, 3)), ("vectors", (9,), (9,))]:
    case(f"MatMul/{variant}", lambda a, b: torch.matmul(a, b), {"a": normal(*a), "b": normal(*b)})

# 7. Attention: query [b heads t d], key and value [b heads s d]; mask [t s] of 1 (look) and 0 (do not).
def attention(query, key, value, mask=None, causal=False):
    score = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
    if causal:
        mask = torch.ones(score.shape[-2:]).tril()
    if mask is not None:
        score = score.masked_fill(mask == 0, float("-inf"))
    return F.softmax(score, -1) @ value


for variant, q, k, attrs in [("plain", (2, 3, 5, 4), (2, 3, 5, 4), {}), ("cross", (1, 2, 3, 8), (1, 2, 7, 8), {}),
                             ("causal", (2, 2, 9, 4), (2, 2, 9, 4), {"causal": True}), ("causal_one", (1, 1, 1, 3), (1, 1, 1, 3), {"causal": True}),
                             ("causal_long", (1, 2, 33, 5), (1, 2, 33, 5), {"causal": True})]:
    case(f"Attention/{variant}", lambda query, key, value: attention(query, key, value, **attrs),
         {"query": normal(*q, scale=1.5), "key": normal(*k, scale=1.5), "value": normal(*k)}, attrs)
mask = np.ones((4, 6), np.int64)
mask[0, 2:] = mask[2, :3] = mask[3, 1] = 0
case("Attention/mask", attention, {"query": normal(2, 1, 4, 5), "key": normal(2, 1, 6, 5), "value": normal(2, 1, 6, 5), "mask": mask})


# 8. Recurrence: x [n t d], weights and biases as in PyTorch: [4h d], [4h h] in the order i f g o; [3h ...] r z n; [h ...].
def recurrent(x, weight_in, weight_hidden, bias_in, bias_hidden, hidden, cell=None):
    h, c, ys = hidden, cell, []
    gates = weight_in.shape[0] // weight_hidden.shape[1]
    for t in range(x.shape[1]):
        if gates == 4:
            h, c = torch.lstm_cell(x[:, t], (h, c), weight_in, weight_hidden, bias_in, bias_hidden)
        else:
            step = torch.gru_cell if gates == 3 else torch.rnn_tanh_cell
            h = step(x[:, t], h, weight_in, weight_hidden, bias_in, bias_hidden)
        ys.append(h)
    y = {"y": torch.stack(ys, 1)}
    return {**y, "cell_after": c} if gates == 4 else y


for name, gates in [("LSTM", 4), ("GRU", 3), ("RNN", 1)]:
    for variant, n, t, d, h in [("small", 2, 5, 3, 4), ("one_step", 3, 1, 2, 3), ("long", 1, 19, 4, 5)]:
        inputs = {"x": normal(n, t, d), "weight_in": normal(gates * h, d, scale=0.6), "weight_hidden": normal(gates * h, h, scale=0.5),
                  "bias_in": normal(gates * h, scale=0.3), "bias_hidden": normal(gates * h, scale=0.3), "hidden": normal(n, h, scale=0.5)}
        if gates == 4:
            inputs["cell"] = normal(n, h)
        case(f"{name}/{variant}", recurrent, inputs)

out.save()
