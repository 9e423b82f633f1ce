"""Golden values of the objectives that objective.py does not have: the sum of the loss, its count, and the gradients of the sum.

The files are one a reference: losses.golden by PyTorch, losseskeras.golden by Keras, lossesmetric.golden by
pytorch-metric-learning, lossesvision.golden by torchvision, lossesaudio.golden by torchaudio, lossessegmentation.golden by
segmentation-models-pytorch. mean is the reference's own mean where there is one, and the script checks that it is sum / count.
"""
import os, warnings

os.environ["KERAS_BACKEND"] = "torch"
warnings.filterwarnings("ignore")
import numpy as np
import torch
import torch.nn.functional as F
import golden

torch.version.cuda = None  # torchaudio compares it with its own; nothing here runs on a GPU
import keras, torchvision, torchaudio
import pytorch_metric_learning
import segmentation_models_pytorch

rng = np.random.default_rng(20261126)
SCRIPT, NOTE = "_golden/losses.py", "values in float64 from float32 inputs, rounded to float32; d<x> is the gradient of sum; err32 is the reference's own float32 error"
by_torch = golden.File("objective/testdata/losses.golden", SCRIPT, NOTE)
file = lambda name, by: golden.File(f"objective/testdata/losses{name}.golden", SCRIPT, NOTE, by=f"{by}, PyTorch {torch.__version__}")
by_keras = file("keras", f"Keras {keras.__version__}")
by_metric = file("metric", f"pytorch-metric-learning {pytorch_metric_learning.__version__}")
by_vision = file("vision", f"torchvision {torchvision.__version__}")
by_audio = file("audio", f"torchaudio {torchaudio.__version__}")
by_segmentation = file("segmentation", f"segmentation-models-pytorch {segmentation_models_pytorch.__version__}")


def normal(*shape, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def uniform(*shape, low=0.0, high=1.0):
    return rng.uniform(low, high, shape).astype(np.float32)


def ints(n, *shape):
    return rng.integers(0, n, shape).astype(np.int64)


def f32(*v):
    return np.array(v, np.float32)


def i64(*v):
    return np.array(v, np.int64)


def bits(*shape):
    return rng.integers(0, 2, shape).astype(np.float32)


def signs(*shape):
    return (rng.integers(0, 2, shape) * 2 - 1).astype(np.float32)


def case(out, name, loss, count, inputs, attrs=None, fixed=("target",), mean=None):
    """loss(**inputs) is the sum; count a number or a function of the inputs; mean, where given, the reference's mean."""

    def fn(**k):
        total = loss(**k)
        n = torch.as_tensor(float(count(**k) if callable(count) else count), dtype=total.dtype)
        if mean is not None:
            m = mean(**k)
            if not torch.allclose(total.detach() / n, m.detach(), rtol=1e-4):
                raise ValueError(f"golden: {name}: sum/count is {total / n}, mean {m}")
        return {"y": total, "count": n}

    class Renamed:
        def add(self, name, arrays, attrs):
            arrays = dict(arrays)
            arrays.pop("dy")
            out.add(name, {("sum" if k == "y" else k): v for k, v in arrays.items()}, attrs)

    class Ones:
        def standard_normal(self, shape):
            return np.ones(shape)

    golden.case(Renamed(), name, fn, inputs, Ones(), attrs, fixed)


def both(out, name, f, count, inputs, attrs=None, fixed=("target",)):
    """A case of a torch function with a reduction."""
    case(out, name, lambda **k: f(**k, reduction="sum"), count, inputs, attrs, fixed, lambda **k: f(**k, reduction="mean"))


numel = lambda **k: next(iter(k.values())).numel()
rows = lambda **k: next(iter(k.values())).shape[0]
pair = lambda *shape, scale=1.0: {"prediction": normal(*shape, scale=scale), "target": normal(*shape, scale=scale)}
far = {"prediction": f32(1e4, -1e4, 1e4, 0, 1, 1e-4, 55), "target": f32(-1e4, 1e4, 1e4, 0, 1.25, 0, 3)}

# Regression.
for beta in (1.0, 0.11):
    f = lambda prediction, target, reduction, beta=beta: F.smooth_l1_loss(prediction, target, reduction=reduction, beta=beta)
    both(by_torch, f"SmoothL1/beta{beta}", f, numel, pair(5, 3), {"beta": beta})
    both(by_torch, f"SmoothL1/extremes{beta}", f, numel, far, {"beta": beta})

counts = rng.poisson(3, (5, 3)).astype(np.float32)
for log in (True, False):
    for full in (False, True):
        f = lambda prediction, target, reduction, log=log, full=full: F.poisson_nll_loss(prediction, target, log, full, reduction=reduction)
        both(by_torch, f"Poisson/{'log' if log else 'rate'}{'_full' if full else ''}", f, numel,
             {"prediction": normal(5, 3) if log else uniform(5, 3, low=0.01, high=6), "target": counts}, {"rate": not log, "full": full})

for full in (False, True):
    f = lambda mean, target, variance, reduction, full=full: F.gaussian_nll_loss(mean, target, variance, full=full, reduction=reduction)
    both(by_torch, f"Gaussian/{'full' if full else 'plain'}", f, numel, {"mean": normal(5, 3), "target": normal(5, 3), "variance": uniform(5, 3, low=0.1, high=3)}, {"full": full})
both(by_torch, "Gaussian/small_variance", f, numel, {"mean": normal(4), "target": normal(4), "variance": f32(0, 1e-9, 1e-5, 1e4)}, {"full": True})

L = keras.losses
k = lambda cls, **kw: (lambda prediction, target: cls(reduction="sum", dtype=str(prediction.dtype).split(".")[1], **kw)(target, prediction))
times = lambda f, n: (lambda prediction, target: f(prediction, target) * n)
case(by_keras, "LogCosh/plain", times(k(L.LogCosh), 3), numel, pair(5, 3, scale=3))
case(by_keras, "LogCosh/extremes", times(k(L.LogCosh), 7), numel, {n: v.reshape(1, 7) for n, v in far.items()})
case(by_keras, "MeanSquaredLogarithmicError/plain", times(k(L.MeanSquaredLogarithmicError), 3), numel, {"prediction": uniform(5, 3, high=9), "target": uniform(5, 3, high=9)})
case(by_keras, "MeanAbsolutePercentageError/plain", times(k(L.MeanAbsolutePercentageError), 3), numel, pair(5, 3))
# Keras has no quantile loss; scikit-learn's has no gradient. The pinball loss of one line, by PyTorch.
for q in ([0.5], [0.1, 0.5, 0.9]):
    def pinball(prediction, target, q=torch.tensor(q)):
        d = target[..., None] - prediction
        return torch.maximum(q.to(d.dtype) * d, (q.to(d.dtype) - 1) * d).sum()
    case(by_torch, f"Quantile/{len(q)}", pinball, numel, {"prediction": normal(7, len(q)), "target": normal(7)}, {"quantiles": q})

case(by_torch, "CosineDistance/plain", lambda prediction, target: (1 - F.cosine_similarity(prediction, target, -1)).sum(), 6, {"prediction": normal(2, 3, 5), "target": normal(2, 3, 5)})
for m in (0.0, 0.4):
    f = lambda a, b, target, reduction, m=m: F.cosine_embedding_loss(a, b, target, m, reduction=reduction)
    both(by_torch, f"CosineEmbedding/margin{m}", f, rows, {"a": normal(9, 4), "b": normal(9, 4), "target": signs(9)}, {"margin": m})

for out in (by_torch, by_keras, by_metric, by_vision, by_audio, by_segmentation):
    if out.lines:
        out.save()
