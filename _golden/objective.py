"""Golden values of package objective: the sum of the loss, its count, their quotient, and the gradient of the sum.

Every case has arrays sum, count, mean (rank 0) and d<input> for the float inputs, gradients of sum (not of mean).
mean is PyTorch's own reduction="mean", and the script checks that it is sum / count.
"""
import numpy as np
import torch
import torch.nn.functional as F
import golden

rng = np.random.default_rng(20261125)
out = golden.File("objective/testdata/objective.golden", "_golden/objective.py",
    "values in float64 from float32 inputs, rounded to float32; d<x> is the gradient of sum; err32 is torch's own float32 error")


def normal(*shape, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def ints(n, *shape):
    return rng.integers(0, n, shape).astype(np.int64)


def f32(*v):
    return np.array(v, np.float32)


def case(name, loss, count, inputs, attrs=None, fixed=()):
    """loss(reduction, inputs) is the torch loss; count(inputs) what its mean divides by."""

    def fn(**k):
        total = loss("sum", **k)
        n = torch.as_tensor(float(count(**k)), dtype=total.dtype)
        mean = loss("mean", **k)
        if not torch.allclose(total.detach() / n, mean.detach(), rtol=1e-5):
            raise ValueError(f"golden: {name}: sum/count is {total / n}, mean {mean}")
        return {"y": total, "count": n, "mean": mean}

    class Renamed:
        def add(self, name, arrays, attrs):
            arrays = dict(arrays)
            arrays.pop("dy")
            out.add(name, {("sum" if k == "y" else k): v for k, v in arrays.items()}, attrs)

    class Ones:
        def standard_normal(self, shape):
            return np.ones(shape)

    golden.case(Renamed(), name, fn, inputs, Ones(), attrs, fixed)


# CrossEntropy: logits [... classes], target [...] of class numbers.
def cross_entropy(smoothing=0.0, ignore=-100):
    def loss(reduction, logits, target, weight=None):
        c = logits.shape[-1]
        if target.dtype == torch.int64:
            target = target.reshape(-1)
        else:
            target = target.reshape(-1, c)
        return F.cross_entropy(logits.reshape(-1, c), target, weight, ignore_index=ignore, reduction=reduction, label_smoothing=smoothing)

    def count(logits, target, weight=None):
        if target.dtype != torch.int64:
            return target.numel() / logits.shape[-1]
        kept = target[target != ignore]
        return kept.numel() if weight is None else weight[kept].sum()

    return loss, count


def with_ignored(target, every, ignore):
    target = target.copy()
    target.reshape(-1)[::every] = ignore
    return target


extreme = normal(6, 5)
extreme[0] = f32(1e4, -1e4, 0, 9999, 3)
extreme[1] = f32(1e4, -1e4, 0, 9999, 3)
extreme[2] = f32(-1e4, -1e4, -1e4, -1e4, -1e4)
extreme[3] = f32(88, 89, 90, -100, 1e4)
extreme[4] = f32(1e4, 1e4, 1e4, 1e4, 1e4)
CE = "CrossEntropy"
case(f"{CE}/plain", *cross_entropy(), {"logits": normal(7, 5, scale=3), "target": ints(5, 7)})
case(f"{CE}/two_classes", *cross_entropy(), {"logits": normal(9, 2, scale=3), "target": ints(2, 9)})
case(f"{CE}/many_classes", *cross_entropy(), {"logits": normal(3, 259, scale=3), "target": ints(259, 3)})
case(f"{CE}/extremes", *cross_entropy(), {"logits": extreme, "target": np.array([0, 1, 4, 2, 3, 1], np.int64)})
case(f"{CE}/smoothing", *cross_entropy(0.1), {"logits": normal(7, 5, scale=3), "target": ints(5, 7)}, {"smoothing": 0.1})
case(f"{CE}/smoothing_extremes", *cross_entropy(0.1), {"logits": extreme, "target": np.array([0, 1, 4, 2, 3, 1], np.int64)}, {"smoothing": 0.1})
case(f"{CE}/ignore", *cross_entropy(ignore=-1), {"logits": normal(8, 5, scale=3), "target": with_ignored(ints(5, 8), 3, -1)}, {"ignore": -1})
case(f"{CE}/ignore_class", *cross_entropy(ignore=2), {"logits": normal(8, 5), "target": with_ignored(ints(5, 8), 2, 2)}, {"ignore": 2})
w5 = f32(0.5, 2, 1, 0, 3)
case(f"{CE}/weights", *cross_entropy(), {"logits": normal(8, 5, scale=3), "target": ints(5, 8), "weight": w5}, {}, ("weight",))
case(f"{CE}/weights_ignore", *cross_entropy(ignore=-1), {"logits": normal(9, 5), "target": with_ignored(ints(5, 9), 4, -1), "weight": w5}, {"ignore": -1}, ("weight",))
case(f"{CE}/weights_smoothing", *cross_entropy(0.1), {"logits": normal(8, 5), "target": ints(5, 8), "weight": w5}, {"smoothing": 0.1}, ("weight",))
case(f"{CE}/smoothing_ignore", *cross_entropy(0.1, -1), {"logits": normal(9, 5), "target": with_ignored(ints(5, 9), 4, -1)}, {"smoothing": 0.1, "ignore": -1})
case(f"{CE}/sequence", *cross_entropy(ignore=0), {"logits": normal(2, 4, 6), "target": ints(6, 2, 4)}, {"ignore": 0})
case(f"{CE}/probabilities", *cross_entropy(), {"logits": normal(6, 5, scale=2), "target": rng.dirichlet(np.ones(5), 6).astype(np.float32)}, {}, ("target",))


# BinaryCrossEntropy: logits and targets of one shape; pos_weight broadcasts over the last axis.
def binary(reduction, logits, target, pos_weight=None, weight=None):
    return F.binary_cross_entropy_with_logits(logits, target, weight, pos_weight=pos_weight, reduction=reduction)


numel = lambda **k: next(iter(k.values())).numel()
bits = lambda *shape: rng.integers(0, 2, shape).astype(np.float32)
BCE, one = "BinaryCrossEntropy", ("target", "pos_weight", "weight")
far = f32(0, -0.0, 1e4, 1e4, -1e4, -1e4, 100, -100, 40, -40, 17, -17, 1e-6, -1e-6)
case(f"{BCE}/plain", binary, numel, {"logits": normal(5, 3, scale=3), "target": bits(5, 3)}, fixed=one)
case(f"{BCE}/vector", binary, numel, {"logits": normal(9, scale=3), "target": bits(9)}, fixed=one)
case(f"{BCE}/soft_targets", binary, numel, {"logits": normal(4, 3, scale=2), "target": rng.uniform(0, 1, (4, 3)).astype(np.float32)}, fixed=one)
case(f"{BCE}/extremes", binary, numel, {"logits": far, "target": (np.arange(14) % 2 == 0).astype(np.float32) * np.where(np.arange(14) < 2, 0.5, 1).astype(np.float32)}, fixed=one)
case(f"{BCE}/pos_weight", binary, numel, {"logits": normal(5, 3, scale=3), "target": bits(5, 3), "pos_weight": f32(3, 0.5, 1)}, fixed=one)
case(f"{BCE}/pos_weight_extremes", binary, numel, {"logits": far, "target": (np.arange(14) % 2 == 0).astype(np.float32), "pos_weight": f32(2.5)}, fixed=one)

# Regression.
pair = lambda *shape, scale=1.0: {"prediction": normal(*shape, scale=scale), "target": normal(*shape, scale=scale)}
far2 = {"prediction": f32(1e4, -1e4, 1e4, 0, 1, 1e-4), "target": f32(-1e4, 1e4, 1e4, 0, 1.25, 0)}
plain = lambda f: (lambda reduction, prediction, target: f(prediction, target, reduction=reduction))
for name, loss, attrs in [("MeanSquaredError", plain(F.mse_loss), {}), ("MeanAbsoluteError", plain(F.l1_loss), {}),
                          ("Huber", lambda reduction, prediction, target: F.huber_loss(prediction, target, reduction, 0.7), {"delta": 0.7})]:
    case(f"{name}/plain", loss, numel, pair(5, 3), attrs, ("target",))
    case(f"{name}/rank4", loss, numel, pair(2, 1, 3, 4, scale=3), attrs, ("target",))
    case(f"{name}/extremes", loss, numel, far2, attrs, ("target",))

# KLDivergence: log-probabilities and target probabilities [... classes]; the count is the number of distributions.
case("KLDivergence/plain", lambda reduction, logp, target: F.kl_div(logp, target, reduction="batchmean" if reduction == "mean" else "sum"),
     lambda logp, target: logp.shape[0],
     {"logp": np.log(rng.dirichlet(np.ones(6), 5)).astype(np.float32), "target": rng.dirichlet(np.ones(6), 5).astype(np.float32)}, {}, ("target",))


# CTC: logits [t n c] through log_softmax, blank 0. The sum is over the sequences; the count is their number.
def ctc(reduction, logits, target, input_length, target_length):
    each = F.ctc_loss(F.log_softmax(logits, -1), target, input_length, target_length, blank=0, reduction="none")
    return each.sum() if reduction == "sum" else each.mean()


for name, t, n, c, length, target, lengths in [
    ("one", 6, 1, 4, [6], [[1, 2, 3]], [3]),
    ("repeats", 8, 2, 4, [8, 7], [[1, 1, 2], [3, 3, 3]], [3, 3]),
    ("ragged", 9, 3, 5, [9, 5, 7], [[1, 2, 3, 4], [2, 2, 0, 0], [4, 0, 0, 0]], [4, 2, 1]),
    ("tight", 5, 1, 3, [5], [[1, 1, 2, 1]], [4]),
]:
    case(f"CTC/{name}", ctc, lambda **k: k["target_length"].numel(),
         {"logits": normal(t, n, c, scale=2), "target": np.array(target, np.int64), "input_length": np.array(length, np.int64),
          "target_length": np.array(lengths, np.int64)}, {"blank": 0})

out.save()
