"""Weights and inputs by formula, so that golden files of models hold none. The twin of internal/check/formula.go.

Of all parameters and running statistics of a model, sorted by name, number p = 0, 1, ... of n elements is filled from the
uniform stream u of Philox key p + 1 (see philox.py); s = 2 u - 1:
  running_var     1 + 0.5 s
  of one axis     weight: 1 + 0.2 s; anything else (bias, running_mean): 0.1 s
  of more axes    sqrt(6 / (n / first axis)) s
each product and sum rounded to float32. Inputs are s of key 1000.
"""
import numpy as np
import torch
import philox


def signed(key, *shape):
    """Numbers even in [-1, 1), float32."""
    return (2 * philox.uniform(key, int(np.prod(shape, dtype=np.int64))) - 1).astype(np.float32).reshape(shape)


def fill_state(state):
    """Fills the tensors of a state dict (name -> tensor) in place, and returns their names, sorted."""
    for p, name in enumerate(sorted(state)):
        t = state[name]
        s = signed(p + 1, t.numel())
        if name.endswith("running_var"):
            v = np.float32(1) + np.float32(0.5) * s
        elif t.dim() > 1:
            v = np.float32(np.sqrt(6 / (t.numel() / t.shape[0]))) * s
        elif name.endswith("weight"):
            v = np.float32(1) + np.float32(0.2) * s
        else:
            v = np.float32(0.1) * s
        with torch.no_grad():
            t.copy_(torch.from_numpy(np.ascontiguousarray(v)).reshape(t.shape))
    return sorted(state)


def fill(model, skip=("num_batches_tracked", "position_ids", "token_type_ids", "inv_freq", "masked_bias")):
    """Fills a torch module; buffers whose names end with one of skip are left alone. Tied tensors count once, under the first name."""
    seen, state = {}, {}
    for name, t in model.state_dict(keep_vars=True).items():
        if name.endswith(tuple(skip)) or not t.dtype.is_floating_point or t.data_ptr() in seen and t.numel() > 0:
            continue
        seen[t.data_ptr()] = name
        state[name] = t.data
    return fill_state(state)
