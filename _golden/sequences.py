"""Golden values of the sequence side of packages op and nn: recurrences, attention, positions, Transformers, pooling.

Modules of torch.nn run through functional_call, so that the gradients of their parameters have PyTorch's names. What
PyTorch lacks is written here by its formula, or comes from transformers or Keras, which then stands in the note.
"""
import os
import sys
from importlib.metadata import version

os.environ.setdefault("KERAS_BACKEND", "torch")
import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

sys.modules["torchaudio"] = None  # transformers does without
import golden

rng = np.random.default_rng(20261126)
BY = f"{golden.made_by()}; Keras {version('keras')} and transformers {version('transformers')} where PyTorch has none"
ops = golden.File("op/testdata/sequences.golden", "_golden/sequences.py", "recurrences, masks, positions, attention", BY)
layers = golden.File("nn/testdata/sequences.golden", "_golden/sequences.py", "layers over sequences, with torch.nn's names of parameters")


def normal(*shape, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def case(name, fn, inputs, attrs=None, fixed=()):
    golden.case(ops, name, fn, inputs, rng, attrs, fixed)


def module(name, m, inputs, call=None, attrs=None, fixed=(), scale=0.5, rename=lambda k: k):
    """A case of a module: its parameters drawn anew, under their names."""
    m = m.eval()
    names = {rename(k).replace(".", "__"): k for k, _ in m.named_parameters()}
    drawn = {n: normal(*m.get_parameter(k).shape, scale=scale) for n, k in names.items()}

    def fn(**given):
        params = {k: given[n] for n, k in names.items()}
        rest = {k: v for k, v in given.items() if k not in names}
        return torch.func.functional_call(m, params, (), {"run": rest}) if call is None else call(m, params, rest)

    class Dotted:  # golden.case wants arrays under their dotted names
        def add(self, name, arrays, attrs=None):
            layers.add(name, {k.replace("__", "."): v for k, v in arrays.items()}, attrs)

    golden.case(Dotted(), name, fn, {**inputs, **drawn}, rng, attrs, fixed)


def plain(m, params, rest):
    y = torch.func.functional_call(m, params, tuple(rest.values()))
    return y[0] if isinstance(y, tuple) else y


# 1. Recurrences.
LONG = {"LSTM": 4, "GRU": 3, "RNN": 1}


def weights(gates, d, h, p=None):
    p = p or h
    return {"weight_in": normal(gates * h, d, scale=0.6), "weight_hidden": normal(gates * h, p, scale=0.5),
            "bias_in": normal(gates * h, scale=0.3), "bias_hidden": normal(gates * h, scale=0.3)}


def one_layer(kind, h, d, **more):
    return getattr(torch.nn, kind)(d, h, batch_first=True, **more)


def direction(kind, backward, part):
    """A packed run in one direction, from a state."""
    def fn(x, weight_in, weight_hidden, bias_in, bias_hidden, hidden, lengths, cell=None):
        h = weight_hidden.shape[1]
        m = one_layer(kind, h, x.shape[2], bidirectional=backward)
        own = {"weight_ih_l0": weight_in, "weight_hh_l0": weight_hidden, "bias_ih_l0": bias_in, "bias_hh_l0": bias_hidden}
        params = {k: v for k, v in own.items()}
        if backward:
            params.update({k + "_reverse": v for k, v in own.items()})
        dirs = 2 if backward else 1
        state = torch.stack([hidden] * dirs)
        if cell is not None:
            state = (state, torch.stack([cell] * dirs))
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        y, last = torch.func.functional_call(m, params, (packed, state))
        y, _ = pad_packed_sequence(y, batch_first=True, total_length=x.shape[1])
        if part == 0:
            return y[..., -h:]
        return (last[0] if kind == "LSTM" else last)[-1] if part == 1 else last[1][-1]
    return fn


for kind, gates in LONG.items():
    for variant, backward, n, t, d, h, lengths in [("forward", False, 3, 5, 2, 3, [5, 2, 3]), ("backward", True, 3, 5, 2, 3, [1, 5, 3]),
                                                   ("one", False, 1, 1, 2, 2, [1]), ("all full", True, 2, 4, 3, 2, [4, 4])]:
        inputs = {"x": normal(n, t, d), **weights(gates, d, h), "hidden": normal(n, h, scale=0.5)}
        if gates == 4:
            inputs["cell"] = normal(n, h)
        inputs["lengths"] = np.array(lengths, np.int64)
        case(f"{kind}Packed/{variant}", direction(kind, backward, 0), inputs, {"backward": backward})
        if gates == 4:
            case(f"last {kind}Packed/{variant}", direction(kind, backward, 1), inputs, {"backward": backward})
            case(f"cell {kind}Packed/{variant}", direction(kind, backward, 2), inputs, {"backward": backward})


def rectified(x, weight_in, weight_hidden, bias_in, bias_hidden, hidden):
    m = one_layer("RNN", hidden.shape[1], x.shape[2], nonlinearity="relu")
    params = {"weight_ih_l0": weight_in, "weight_hh_l0": weight_hidden, "bias_ih_l0": bias_in, "bias_hh_l0": bias_hidden}
    return torch.func.functional_call(m, params, (x, hidden[None]))[0]


for variant, n, t, d, h in [("small", 2, 5, 3, 4), ("long", 1, 17, 2, 5)]:
    case(f"rectified RNN/{variant}", rectified, {"x": normal(n, t, d), **weights(1, d, h), "hidden": normal(n, h)})


def lstm_formula(x, weight_in, weight_hidden, bias_in, bias_hidden, hidden, cell, project=None, peephole=None):
    """Gers and Schmidhuber's peepholes and Sak's projection, by their formulas."""
    y, c, all = hidden, cell, []
    for t in range(x.shape[1]):
        i, f, g, o = (F.linear(x[:, t], weight_in, bias_in) + F.linear(y, weight_hidden, bias_hidden)).chunk(4, 1)
        if peephole is not None:
            pi, pf, po = peephole.chunk(3)
            i, f = i + pi * c, f + pf * c
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        if peephole is not None:
            o = o + po * c
        y = torch.sigmoid(o) * torch.tanh(c)
        if project is not None:
            y = y @ project.T
        all.append(y)
    return torch.stack(all, 1)


def lstm_projected(x, weight_in, weight_hidden, bias_in, bias_hidden, hidden, cell, project):
    m = one_layer("LSTM", cell.shape[1], x.shape[2], proj_size=project.shape[0])
    params = {"weight_ih_l0": weight_in, "weight_hh_l0": weight_hidden, "bias_ih_l0": bias_in, "bias_hh_l0": bias_hidden, "weight_hr_l0": project}
    return torch.func.functional_call(m, params, (x, (hidden[None], cell[None])))[0]


state = lambda n, h, p: {"hidden": normal(n, p, scale=0.5), "cell": normal(n, h)}
case("projected LSTM/torch", lstm_projected, {"x": normal(2, 5, 3), **weights(4, 3, 4, 2), **state(2, 4, 2), "project": normal(2, 4)})
case("projected LSTM/peepholes by formula", lstm_formula, {"x": normal(2, 5, 3), **weights(4, 3, 4), **state(2, 4, 4), "peephole": normal(12, scale=0.5)})
case("projected LSTM/both by formula", lstm_formula,
     {"x": normal(2, 5, 3), **weights(4, 3, 4, 3), **state(2, 4, 3), "project": normal(3, 4), "peephole": normal(12, scale=0.5)})

for kind in LONG:
    module(f"{kind}/one", one_layer(kind, 4, 3), {"x": normal(2, 5, 3)}, plain)
    module(f"{kind}/stacked", one_layer(kind, 3, 2, num_layers=2), {"x": normal(2, 4, 2)}, plain, {"layers": 2})
    module(f"{kind}/stacked both ways", one_layer(kind, 3, 2, num_layers=2, bidirectional=True), {"x": normal(2, 4, 2)}, plain, {"layers": 2, "both": True})
module("RNN/relu", one_layer("RNN", 4, 3, nonlinearity="relu"), {"x": normal(2, 5, 3)}, plain, {"relu": True})
module("LSTM/projected", one_layer("LSTM", 5, 3, num_layers=2, bidirectional=True, proj_size=2), {"x": normal(2, 4, 3)}, plain,
       {"layers": 2, "both": True, "project": 2, "hidden": 5})
module("LSTM/no bias", one_layer("LSTM", 2, 3, bias=False), {"x": normal(1, 3, 3)}, plain, {"no_bias": True})


def packed_state(part):
    def call(m, params, rest):
        packed = pack_padded_sequence(rest["x"], rest["lengths"], batch_first=True, enforce_sorted=False)
        state = rest["hidden"] if "cell" not in rest else (rest["hidden"], rest["cell"])
        y, last = torch.func.functional_call(m, params, (packed, state))
        y, _ = pad_packed_sequence(y, batch_first=True, total_length=rest["x"].shape[1])
        last = last if isinstance(last, tuple) else (last,)
        return {"y": y, "hidden_after": last[0], **({"cell_after": last[1]} if len(last) > 1 else {})}
    return call


for kind, more in [("LSTM", {}), ("GRU", {}), ("RNN", {}), ("LSTM", {"proj_size": 2})]:
    both, p = True, more.get("proj_size", 3)
    inputs = {"x": normal(3, 5, 2), "lengths": np.array([2, 5, 1], np.int64), "hidden": normal(4, 3, p, scale=0.5)}
    if kind == "LSTM":
        inputs["cell"] = normal(4, 3, 3)
    module(f"packed {kind}/{'projected' if more else 'plain'}", one_layer(kind, 3, 2, num_layers=2, bidirectional=True, **more), inputs, packed_state(0),
           {"project": more.get("proj_size", 0)})

for kind in LONG:
    def cell(m, params, rest):
        if "cell" in rest:
            h, c = torch.func.functional_call(m, params, (rest["x"], (rest["hidden"], rest["cell"])))
            return {"y": h, "cell_after": c}
        return torch.func.functional_call(m, params, (rest["x"],) + ((rest["hidden"],) if "hidden" in rest else ()))
    m = getattr(torch.nn, kind + "Cell")(3, 4)
    module(f"{kind}Cell/zeros", m, {"x": normal(2, 3)}, plain)
    module(f"stepped {kind}Cell/state", m, {"x": normal(2, 3), "hidden": normal(2, 4), **({"cell": normal(2, 4)} if kind == "LSTM" else {})}, cell)

def keras_conv_lstm(stride, pad):
    """Keras's layer over its PyTorch backend: its gates are in the order i f c o, its kernels [k k in out]."""
    def fn(x, weight_in, weight_hidden, bias, hidden, cell):
        import keras

        axes = x.ndim - 3
        kind = getattr(keras.layers, f"ConvLSTM{axes}D")
        m = kind(cell.shape[1], weight_hidden.shape[2:], strides=stride, padding="same" if pad else "valid", data_format="channels_first",
                 recurrent_activation="sigmoid", return_sequences=True, dtype=str(x.dtype).split(".")[1])
        m.build(tuple(x.shape))
        turn = lambda w: w.permute(*range(2, 2 + axes), 1, 0)
        y, _ = m.stateless_call([turn(weight_in), turn(weight_hidden), bias], [v.value for v in m.non_trainable_variables], x, initial_state=[hidden, cell])
        return y
    return fn


for variant, shape, f, k, stride, pad in [("2d", (2, 3, 2, 4, 5), 3, (3, 3), 1, 1), ("1d, strided", (1, 4, 3, 7), 2, (3,), 2, 0), ("3d", (1, 2, 1, 3, 2, 3), 2, (3, 3, 3), 1, 1)]:
    n, t, c, *size = shape
    after = [s if pad else (s - 3) // stride + 1 for s in size]
    case(f"ConvLSTM/{variant}", keras_conv_lstm(stride, pad),
         {"x": normal(*shape), "weight_in": normal(4 * f, c, *k, scale=0.3), "weight_hidden": normal(4 * f, f, *k, scale=0.2), "bias": normal(4 * f, scale=0.3),
          "hidden": normal(n, f, *after, scale=0.5), "cell": normal(n, f, *after)}, {"stride": stride, "pad": pad})

# 2. Masks.
mask = np.array([[1, 0, 1, 1, 0], [0, 0, 1, 0, 0], [1, 1, 1, 1, 1]], np.int64)
case("MaskedMean/steps", lambda x, mask: (x * mask[..., None]).sum(1) / mask.sum(1)[:, None], {"x": normal(3, 5, 4), "mask": mask})
case("MaskedMax/steps", lambda x, mask: x.masked_fill(mask[..., None] == 0, -torch.inf).max(1).values, {"x": normal(3, 5, 4), "mask": mask})

# 3. Attention in groups, in windows, with added masks; its weights; additive attention, of Keras.
def grouped(query, key, value, mask=None, causal=False, window=0, scale=None):
    t, s = query.shape[2], key.shape[2]
    far = torch.arange(t)[:, None] + s - t - torch.arange(s)
    seen = torch.ones(t, s, dtype=torch.bool)
    if causal:
        seen &= far >= 0
    if window:
        seen &= far.abs() < window
    added = torch.zeros(t, s, dtype=query.dtype).masked_fill(~seen, -torch.inf)
    if mask is not None:
        added = added + mask
    return F.scaled_dot_product_attention(query, key, value, attn_mask=added, scale=scale, enable_gqa=True)


for variant, h, g, t, s, attrs, shape in [("multi-query", 4, 1, 3, 5, {}, None), ("causal", 4, 2, 5, 5, {"causal": True}, None),
                                          ("window", 2, 2, 7, 7, {"window": 3}, None), ("causal window", 2, 1, 4, 9, {"causal": True, "window": 4}, None),
                                          ("added mask", 4, 2, 3, 4, {"scale": 0.3}, (4, 3, 4)), ("added by key", 2, 2, 3, 4, {}, (2, 1, 1, 4))]:
    inputs = {"query": normal(2, h, t, 5), "key": normal(2, g, s, 5), "value": normal(2, g, s, 3)}
    if shape:
        inputs["mask"] = normal(*shape)
    case(f"grouped Attention/{variant}", lambda query, key, value, mask=None: grouped(query, key, value, mask, **attrs), inputs, attrs)
for variant, attrs in [("plain", {}), ("causal window", {"causal": True, "window": 2}), ("sharp", {"scale": 30.0})]:
    one = lambda query, key: grouped(query, key, torch.eye(key.shape[2], dtype=key.dtype).expand(*key.shape[:3], key.shape[2]), **attrs)
    case(f"AttentionWeights/{variant}", one, {"query": normal(2, 4, 5, 3), "key": normal(2, 2, 5, 3)}, attrs)


def keras_additive(query, key, value, scale, mask=None):
    import keras

    m = keras.layers.AdditiveAttention(dtype=str(query.dtype).split(".")[1])
    m.build([tuple(query.shape), tuple(value.shape), tuple(key.shape)])
    mask = [None, None] if mask is None else [None, mask != 0]
    y, _ = m.stateless_call([scale], [], [query, value, key], mask=mask)
    return y


def keras_additive_weights(query, key, scale):
    import keras

    m = keras.layers.AdditiveAttention(dtype=str(query.dtype).split(".")[1])
    m.build([tuple(query.shape), tuple(key.shape), tuple(key.shape)])
    y, _ = m.stateless_call([scale], [], [query, key, key], return_attention_scores=True)
    return y[1]


case("AdditiveAttentionWeights/plain", keras_additive_weights, {"query": normal(2, 3, 4), "key": normal(2, 5, 4), "scale": normal(4)})
case("AdditiveAttention/plain", keras_additive, {"query": normal(2, 3, 4), "key": normal(2, 5, 4), "value": normal(2, 5, 3), "scale": normal(4)})
keys = np.array([[[1, 1, 0, 1, 0]], [[0, 1, 0, 0, 0]]], np.int64)
case("AdditiveAttention/masked", lambda query, key, value, scale, mask: keras_additive(query, key, value, scale, mask[:, 0]),
     {"query": normal(2, 3, 4), "key": normal(2, 5, 4), "value": normal(2, 5, 3), "scale": normal(4), "mask": keys})

# 4. Positions.
for variant, h, t, s in [("power of two", 8, 5, 5), ("twelve heads", 12, 3, 4), ("one head", 1, 2, 3)]:
    from transformers.models.mpt.modeling_mpt import build_mpt_alibi_tensor

    def alibi(query, key):
        h, t, s = query.shape[1], query.shape[2], key.shape[2]
        last = build_mpt_alibi_tensor(h, s)[:, 0].to(query.dtype)  # the last query's
        slopes = -last[:, -2:-1] if s > 1 else torch.ones(h, 1)
        far = (torch.arange(t)[:, None] + s - t - torch.arange(s)).abs()
        assert torch.equal(last, -(slopes * far[-1])), "every bias of the last query is a multiple of the slope"
        return -slopes[:, :, None] * far

    x, k = normal(1, h, t, 2), normal(1, 1, s, 2)
    ops.add(f"ALiBi/{variant}", {"query": x, "key": k, "y": alibi(torch.from_numpy(x), torch.from_numpy(k)).float().numpy()}, {"err32": 1e-7})

for variant, positions, d, base in [("paper", np.arange(9), 10, 10000.0), ("far", np.array([[0, 1000003], [77777, 5]]), 6, 10000.0), ("other base", np.arange(5), 4, 100.0)]:
    angle = positions[..., None] * base ** (-np.arange(0, d, 2) / d)
    y = np.stack([np.sin(angle), np.cos(angle)], -1).reshape(*positions.shape, d)
    ops.add(f"Sinusoidal/{variant}", {"x": positions.astype(np.int64), "y": y.astype(np.float32)}, {"d": d, "base": base, "err32": 1e-7})


def frequencies(kind, d, base, factor, original):
    """transformers' angles for a scaling, and what it scales the rotation by."""
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    scaling = {"rope_type": {"ntk": "dynamic"}.get(kind, kind), "factor": factor, "rope_theta": base}
    if kind in ("llama3", "yarn"):
        scaling["original_max_position_embeddings"] = original
    if kind == "llama3":
        scaling |= {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
    config = LlamaConfig(hidden_size=d * 2, num_attention_heads=2, rope_parameters=scaling, max_position_embeddings=original)
    if kind == "plain":
        return torch.from_numpy(base ** (-np.arange(0, d, 2) / d)), 1.0
    if kind == "ntk":  # dynamic NTK of a length where its base has grown by the whole factor
        length = original * (factor + factor - 1) / factor
        f, scale = ROPE_INIT_FUNCTIONS["dynamic"](config, "cpu", seq_len=torch.tensor(length))
        return f.double(), float(scale)
    f, scale = ROPE_INIT_FUNCTIONS[kind](config, "cpu")
    return f.double(), float(scale)


for kind, d, base, factor, original in [("plain", 8, 10000.0, 1.0, 64), ("linear", 8, 10000.0, 4.0, 64), ("ntk", 16, 10000.0, 4.0, 64),
                                        ("llama3", 128, 500000.0, 8.0, 8192), ("llama3", 16, 10000.0, 32.0, 256), ("yarn", 64, 10000.0, 16.0, 4096), ("yarn", 12, 10000.0, 4.0, 64)]:
    f, scale = frequencies(kind, d, base, factor, original)
    attrs = {"scaling": kind, "d": d, "base": base, "factor": factor, "original": original, "attention": scale}
    ops.add(f"frequencies/{kind} {d}", {"y": f.numpy()}, attrs)
    if d > 16:
        continue

    def turned(x, first=3):
        from transformers.models.llama.modeling_llama import rotate_half

        a = torch.outer(torch.arange(first, first + x.shape[1], dtype=torch.float64), f).to(x.dtype)
        a = torch.cat([a, a], 1)[:, None]
        return x * a.cos() + rotate_half(x) * a.sin()
    case(f"Rotary/{kind} {d}", turned, {"x": normal(1, 5, 2, d)}, {**attrs, "first": 3})

# 5. Layers of attention.
recurrent_layers, layers = layers, golden.File("nn/testdata/attention.golden", "_golden/sequences.py", "attention, Transformers and mixtures, with torch.nn's names of parameters", BY)

def attend(m, params, rest, **more):
    x, memory = rest["x"], rest.get("memory", rest["x"])
    keys = None if "keys" not in rest else rest["keys"] == 0
    y, weights = torch.func.functional_call(m, params, (x, memory, memory), {"key_padding_mask": keys, "average_attn_weights": False, **more})
    return {"y": y, "weights": weights}


keys = np.array([[1, 1, 0, 1, 0], [0, 1, 0, 0, 0]], np.int64)
attention = lambda **more: torch.nn.MultiheadAttention(6, 2, batch_first=True, **more)
module("Attention/self", attention(), {"x": normal(2, 4, 6)}, lambda m, p, r: attend(m, p, r)["y"], {"heads": 2})
module("attended Attention/cross", attention(), {"x": normal(2, 3, 6), "memory": normal(2, 5, 6), "keys": keys}, attend, {"heads": 2})
module("attended Attention/other width", attention(kdim=4, vdim=4), {"x": normal(2, 3, 6), "memory": normal(2, 5, 4)}, attend, {"heads": 2, "memory": 4})
hidden = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1)
module("attended Attention/causal", attention(), {"x": normal(1, 4, 6)}, lambda m, p, r: attend(m, p, r, attn_mask=hidden), {"heads": 2, "causal": True})

ours = lambda k: k.replace("in_proj_", "qkv.").replace("out_proj", "output")
module("MultiHeadAttention/plain", attention(), {"x": normal(2, 4, 6)}, lambda m, p, r: attend(m, p, r)["y"], rename=ours)
module("MultiHeadAttention/causal", attention(), {"x": normal(1, 4, 6)}, lambda m, p, r: attend(m, p, r, attn_mask=hidden)["y"], {"causal": True}, rename=ours)

for variant, bidirectional in [("encoder", True), ("decoder", False)]:
    from transformers import T5Config
    from transformers.models.t5.modeling_t5 import T5Attention

    m = T5Attention(T5Config(d_model=6, num_heads=2, d_kv=3, relative_attention_num_buckets=8, relative_attention_max_distance=20, is_decoder=not bidirectional),
                    has_relative_attention_bias=True)
    weight = normal(8, 2)

    def bias(weight, t=13, s=13):
        return F.embedding(m._relative_position_bucket(torch.arange(s)[None] - torch.arange(t)[:, None], bidirectional, 8, 20), weight).permute(2, 0, 1)
    golden.case(layers, f"RelativeBias/{variant}", bias, {"weight": weight}, rng, {"causal": not bidirectional})
    far = torch.arange(-600, 601)
    for buckets, most in [(32, 128), (16, 500)]:
        ops.add(f"buckets/{variant} {buckets}", {"y": m._relative_position_bucket(-far, bidirectional, buckets, most).numpy()},
                {"causal": not bidirectional, "buckets": buckets, "most": most})

# 6. Transformers.
for variant, more in [("post", {}), ("pre, gelu", {"norm_first": True, "activation": "gelu"})]:
    attrs = {"heads": 2, "hidden": 5, "pre": bool(more)}
    arguments = dict(d_model=4, nhead=2, dim_feedforward=5, dropout=0.0, batch_first=True, **more)
    module(f"TransformerEncoderLayer/{variant}", torch.nn.TransformerEncoderLayer(**arguments), {"x": normal(2, 3, 4)}, plain, attrs)
    ours = {"norm1": "attention_norm", "norm2": "feed_forward_norm", "linear1": "up", "linear2": "down", "self_attn.in_proj_": "attention.qkv.",
            "self_attn.out_proj": "attention.output"}

    def renamed(k):
        for theirs, name in ours.items():
            k = k.replace(theirs, name)
        return k
    module(f"TransformerBlock/{variant}", torch.nn.TransformerEncoderLayer(**arguments), {"x": normal(2, 3, 4)}, plain, attrs, rename=renamed)
    encoder = torch.nn.TransformerEncoder(torch.nn.TransformerEncoderLayer(**arguments), 2, torch.nn.LayerNorm(4) if more else None, enable_nested_tensor=False)
    module(f"TransformerEncoder/{variant}", encoder, {"x": normal(2, 3, 4)}, plain, attrs)

    def padded(m, params, rest):
        return torch.func.functional_call(m, params, (rest["x"],), {"src_key_padding_mask": rest["keys"] == 0})
    module(f"padded TransformerEncoder/{variant}", encoder, {"x": normal(2, 5, 4), "keys": keys}, padded, attrs)

    def decode(m, params, rest):
        t = rest["x"].shape[1]
        return torch.func.functional_call(m, params, (rest["x"], rest["memory"]), {
            "tgt_mask": torch.triu(torch.ones(t, t, dtype=torch.bool), 1), "memory_key_padding_mask": rest["keys"] == 0})
    decoder = torch.nn.TransformerDecoderLayer(**arguments)
    inputs = {"x": normal(2, 3, 4), "memory": normal(2, 5, 4), "keys": keys}
    module(f"decoded TransformerDecoderLayer/{variant}", decoder, inputs, decode, attrs)
    module(f"decoded TransformerDecoder/{variant}", torch.nn.TransformerDecoder(decoder, 2, torch.nn.LayerNorm(4) if more else None), inputs, decode, attrs)

    def whole(m, params, rest):
        t = rest["target"].shape[1]
        return torch.func.functional_call(m, params, (rest["source"], rest["target"]), {
            "tgt_mask": torch.triu(torch.ones(t, t, dtype=torch.bool), 1), "src_key_padding_mask": rest["keys"] == 0, "memory_key_padding_mask": rest["keys"] == 0})
    module(f"whole Transformer/{variant}", torch.nn.Transformer(4, 2, 2, 2, 5, 0.0, batch_first=True, **more),
           {"source": normal(2, 5, 4), "target": normal(2, 3, 4), "keys": keys}, whole, attrs)

# 7. Mixtures of experts: the routers, losses and block of transformers.
def router(logits, k, normalize):
    value, index = torch.topk(torch.softmax(logits, 1), k, dim=1)
    return {"y": value / value.sum(1, keepdim=True) if normalize else value, "index_after": index}


for k, normalize in [(1, False), (2, True), (3, False)]:
    case(f"RouteTopK/{k} {normalize}", lambda logits: router(logits, k, normalize), {"logits": normal(5, 4, scale=2.0)}, {"k": k, "normalize": normalize})
case("RouteTopK/large", lambda logits: router(logits, 2, True), {"logits": normal(3, 5, scale=50.0)}, {"k": 2, "normalize": True})


def balance(logits, index):
    from transformers.models.switch_transformers.modeling_switch_transformers import load_balancing_loss_func

    return load_balancing_loss_func(torch.softmax(logits, 1)[None], index[None])


def zloss(logits):
    from transformers.models.switch_transformers.modeling_switch_transformers import router_z_loss_func

    return router_z_loss_func(logits[None])


for n, e, k in [(6, 4, 1), (7, 3, 2)]:
    logits = normal(n, e)
    case(f"RouterBalance/{n} {e} {k}", balance, {"logits": logits, "index": np.argsort(-logits, 1)[:, :k].astype(np.int64)})
case("RouterZ/plain", zloss, {"logits": normal(5, 4)})
case("RouterZ/large", zloss, {"logits": normal(3, 4, scale=100.0)})


def mixtral(experts, k):
    from transformers import MixtralConfig
    from transformers.models.mixtral.modeling_mixtral import MixtralSparseMoeBlock

    m = MixtralSparseMoeBlock(MixtralConfig(hidden_size=4, intermediate_size=3, num_local_experts=experts, num_experts_per_tok=k, router_jitter_noise=0.0)).eval()

    def fn(x, router__weight, **parts):
        up = torch.stack([parts[f"experts__{i}__up__weight"] for i in range(experts)])
        down = torch.stack([parts[f"experts__{i}__down__weight"] for i in range(experts)])
        return torch.func.functional_call(m, {"gate.weight": router__weight, "experts.gate_up_proj": up, "experts.down_proj": down}, (x,))

    class Dotted:
        def add(self, name, arrays, attrs=None):
            layers.add(name, {k.replace("__", "."): v for k, v in arrays.items()}, attrs)

    inputs = {"x": normal(2, 5, 4), "router__weight": normal(experts, 4)}
    for i in range(experts):
        inputs |= {f"experts__{i}__up__weight": normal(6, 4), f"experts__{i}__down__weight": normal(4, 3)}
    golden.case(Dotted(), f"MixtureOfExperts/mixtral {experts} {k}", fn, inputs, rng, {"experts": experts, "k": k})


mixtral(4, 2)
mixtral(3, 3)

# 8. Alignment and pooling, by their formulas; the bilinear form by Keras's layer.
def dotted(name, fn, inputs):
    class Dotted:
        def add(self, name, arrays, attrs=None):
            layers.add(name, {k.replace("__", "."): v for k, v in arrays.items()}, attrs)
    golden.case(Dotted(), name, fn, {k.replace(".", "__"): v for k, v in inputs.items()}, rng)


def aligned(x, query__weight, query__bias, key__weight, scale):
    scores = torch.tanh((x @ query__weight.T + query__bias)[:, :, None] + (x @ key__weight.T)[:, None]) @ scale
    return torch.softmax(scores, -1) @ x


def pooled(x, key__weight, key__bias, query):
    return torch.einsum("nt,ntd->nd", torch.softmax(torch.tanh(x @ key__weight.T + key__bias) @ query, 1), x)


def bilinear(x, memory, weight, mask):
    import keras

    m = keras.layers.Attention(dtype=str(x.dtype).split(".")[1])
    y, weights = m([x @ weight.T, memory], mask=[None, mask != 0], return_attention_scores=True)
    return {"y": y, "weights": weights}


dotted("AdditiveAttention/formula", aligned, {"x": normal(2, 4, 3), "query.weight": normal(5, 3), "query.bias": normal(5), "key.weight": normal(5, 3), "scale": normal(5)})
dotted("AttentionPool/formula", pooled, {"x": normal(3, 4, 2), "key.weight": normal(5, 2), "key.bias": normal(5), "query": normal(5)})
dotted("attended MultiplicativeAttention/keras", bilinear, {"x": normal(2, 3, 4), "memory": normal(2, 5, 3), "weight": normal(3, 4, scale=0.4), "mask": keys})

# 9. Linear attention by its form of quadratic time; Shaw's keys by their definition, a loop.
def linear_attention(query, key, value, causal):
    w = (F.elu(query) + 1) @ (F.elu(key) + 1).transpose(-1, -2)
    w = w.tril() if causal else w
    return w / w.sum(-1, keepdim=True) @ value


for variant, t, s, causal in [("all", 3, 5, False), ("causal", 5, 5, True), ("longer", 9, 9, True)]:
    case(f"LinearAttention/{variant}", lambda query, key, value: linear_attention(query, key, value, causal),
         {"query": normal(2, 2, t, 4), "key": normal(2, 2, s, 4), "value": normal(2, 2, s, 3)}, {"causal": causal})


def shaw(query, weight, s, most):
    b, h, t, d = query.shape
    rows = []
    for i in range(t):
        at = [min(max(j - (i + s - t), -most), most) + most for j in range(s)]
        rows.append(torch.einsum("bhd,sd->bhs", query[:, :, i], weight[at]) / d**0.5)
    return torch.stack(rows, 2)


for t, s in [(4, 4), (2, 5)]:
    golden.case(layers, f"RelativeKeys/{t} {s}", lambda query, weight: shaw(query, weight, s, 2), {"query": normal(2, 3, t, 4), "weight": normal(5, 4)}, rng, {"keys": s})

# 10. Small layers.
dotted("MeanSteps/torch", lambda x: x.mean(1), {"x": normal(3, 5, 2)})
dotted("MaxSteps/torch", lambda x: x.max(1).values, {"x": normal(3, 5, 2)})
dotted("FirstStep/torch", lambda x: x[:, 0], {"x": normal(3, 5, 2)})
dotted("LastStep/torch", lambda x: x[:, -1], {"x": normal(3, 5, 2)})
dotted("FeedForward/torch", lambda x, linear1__weight, linear1__bias, linear2__weight, linear2__bias: F.linear(
    F.gelu(F.linear(x, linear1__weight, linear1__bias)), linear2__weight, linear2__bias),
    {"x": normal(2, 2, 3), "linear1.weight": normal(12, 3), "linear1.bias": normal(12), "linear2.weight": normal(3, 12), "linear2.bias": normal(3)})
dotted("LearnedPositions/torch", lambda x, weight: x + weight[: x.shape[1]], {"x": normal(2, 3, 2), "weight": normal(4, 2)})
angle = torch.outer(torch.arange(5, dtype=torch.float64), 10000.0 ** (-torch.arange(0, 6, 2, dtype=torch.float64) / 6))
dotted("SinusoidalPositions/formula", lambda x: x + torch.stack([angle.sin(), angle.cos()], -1).reshape(5, 6).to(x.dtype), {"x": normal(2, 5, 6)})


def halves(x):
    from transformers.models.llama.modeling_llama import rotate_half

    a = torch.cat([angle, angle], 1)[:, None].to(x.dtype)
    return x * a.cos() + rotate_half(x) * a.sin()


dotted("Rotary/transformers", halves, {"x": normal(2, 5, 3, 6)})
dotted("ConvLSTM/keras", lambda x, weight_ih, weight_hh, bias: keras_conv_lstm(1, 1)(
    x, weight_ih, weight_hh, bias, x.new_zeros(x.shape[0], 2, *x.shape[3:]), x.new_zeros(x.shape[0], 2, *x.shape[3:])),
    {"x": normal(2, 3, 1, 3, 4), "weight_ih": normal(8, 1, 3, 3), "weight_hh": normal(8, 2, 3, 3), "bias": normal(8)})

for file in (ops, recurrent_layers, layers):
    file.save()
