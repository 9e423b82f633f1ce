"""Golden values of the sequence side of packages op and nn: recurrences, attention, positions, Transformers, pooling.

Modules of torch.nn run through functional_call, so that the gradients of their parameters have PyTorch's names. What
PyTorch lacks is written here by its formula, or comes from transformers or Keras, which then stands in the note.
"""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import golden

rng = np.random.default_rng(20261126)
ops = golden.File("op/testdata/sequences.golden", "_golden/sequences.py", "recurrences, masks, positions, attention")
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
    module(f"{kind}/stacked", one_layer(kind, 3, 2, num_layers=3), {"x": normal(2, 4, 2)}, plain, {"layers": 3})
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

ops.save()
layers.save()
