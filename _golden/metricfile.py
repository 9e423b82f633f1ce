"""What the scripts of package metric share: inputs, and cases with what is added and the value."""
import os, warnings
os.environ["KERAS_BACKEND"] = "torch"
import numpy as np
import torch
import golden

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20261126)


def file(name, script, by):
    return golden.File(f"metric/testdata/{name}.golden", f"_golden/{script}.py", "values in float64 of float32 inputs", by)


def normal(*shape, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def uniform(*shape, low=0.0, high=1.0):
    return (rng.random(shape) * (high - low) + low).astype(np.float32)


def ints(n, *shape):
    return rng.integers(0, n, shape).astype(np.int64)


def t64(a):
    """The array for torch, in float64 if it is of floats: the value is then right, and not float32's path to it."""
    return torch.tensor(a.astype(np.float64) if a.dtype == np.float32 else a)


def value(v):
    return np.array(float(v), np.float64)


def add(f, name, prediction, target, v, **attrs):
    arrays = {"prediction": prediction, "value": value(v)}
    if target is not None:
        arrays["target"] = target
    f.add(name, arrays, attrs)
