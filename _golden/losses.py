"""Golden values of the objectives that objective.py does not have: the sum of the loss, its count, and the gradients of the sum.

The files are one a reference: losses.golden by PyTorch, losseskeras.golden by Keras, lossesmetric.golden by
pytorch-metric-learning, lossesvision.golden by torchvision, lossesaudio.golden by torchaudio, lossessegmentation.golden by
segmentation-models-pytorch, lossesscipy.golden by SciPy, lossestimm.golden by timm; op/testdata/losses.golden, by torchvision, holds the boxes of package op. mean is the reference's own mean where there is one, and the script checks that it is sum / count.
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

# Classes and yes-or-no.
labels = lambda n, c, scale=2.0: {"logits": normal(n, c, scale=scale), "target": ints(c, n)}
extreme = lambda: {"logits": np.array([[1e4, -1e4, 0, 9999, 3]] * 3 + [[-1e4] * 5, [88, 89, 90, -100, 1e4]], np.float32), "target": i64(0, 1, 4, 2, 3)}
onehot = lambda target, logits: F.one_hot(target, logits.shape[-1]).to(logits.dtype)
dt = lambda x: str(x.dtype).split(".")[1]
for gamma in (2.0, 0.5):
    def focal(logits, target, gamma=gamma):
        f = L.CategoricalFocalCrossentropy(alpha=1.0, gamma=gamma, from_logits=True, reduction="sum", dtype=dt(logits))
        return f(onehot(target, logits), logits)
    case(by_keras, f"Focal/gamma{gamma}", focal, rows, labels(7, 5), {"gamma": gamma})
def focal_exact(logits, target):
    p = torch.log_softmax(logits, -1).gather(1, target[:, None])[:, 0]
    return -((1 - p.exp()) ** 2 * p).sum()
case(by_torch, "Focal/extremes", focal_exact, rows, extreme(), {"gamma": 2.0})
def focal_ignore(logits, target):
    on = target != 255
    return focal_exact(logits[on], target[on])
case(by_torch, "FocalIgnore/plain", focal_ignore, 4, {"logits": normal(6, 4), "target": i64(0, 255, 3, 1, 255, 2)}, {"ignore": 255})
for alpha, gamma in ((0.25, 2.0), (-1, 2.0), (0.6, 1.5)):
    f = lambda logits, target, reduction, alpha=alpha, gamma=gamma: torchvision.ops.sigmoid_focal_loss(logits, target, alpha, gamma, reduction)
    both(by_vision, f"BinaryFocal/alpha{alpha}", f, numel, {"logits": normal(5, 3, scale=2), "target": bits(5, 3)}, {"gamma": gamma, "balance": max(alpha, 0)})
both(by_vision, "BinaryFocal/extremes", lambda logits, target, reduction: torchvision.ops.sigmoid_focal_loss(logits, target, 0.25, 2, reduction), numel,
     {"logits": f32(1e4, -1e4, 1e4, -1e4, 30, -30, 0), "target": f32(1, 0, 0, 1, 1, 1, 0)}, {"gamma": 2.0, "balance": 0.25})
case(by_keras, "GeneralizedCrossEntropy/plain", lambda logits, target: L.CategoricalGeneralizedCrossEntropy(0.7, reduction="sum", dtype=dt(logits))(target, torch.softmax(logits, -1)), rows, labels(7, 5), {"q": 0.7})
case(by_keras, "GeneralizedCrossEntropy/near_mae", lambda logits, target: L.CategoricalGeneralizedCrossEntropy(0.99, reduction="sum", dtype=dt(logits))(target, torch.softmax(logits, -1)), rows, labels(7, 5), {"q": 0.99})
case(by_torch, "Poly/plain", lambda logits, target: F.cross_entropy(logits, target, reduction="sum") + 1.5 * (1 - torch.softmax(logits, -1).gather(1, target[:, None])).sum(), rows, labels(7, 5), {"epsilon": 1.5})
case(by_keras, "Hinge/plain", times(k(L.Hinge), 3), numel, {"prediction": normal(5, 3), "target": signs(5, 3)})
case(by_keras, "Hinge/zero_one", times(k(L.Hinge), 3), numel, {"prediction": normal(5, 3), "target": bits(5, 3)})
case(by_keras, "SquaredHinge/plain", times(k(L.SquaredHinge), 3), numel, {"prediction": normal(5, 3), "target": signs(5, 3)})
case(by_keras, "CategoricalHinge/positive", lambda logits, target: L.CategoricalHinge(reduction="sum", dtype=dt(logits))(onehot(target, logits), logits), rows, {"logits": uniform(7, 5, high=3), "target": ints(5, 7)})
both(by_torch, "SoftMargin/plain", lambda prediction, target, reduction: F.soft_margin_loss(prediction, target, reduction=reduction), numel, {"prediction": normal(5, 3, scale=3), "target": signs(5, 3)})
for m in (1.0, 0.3):
    both(by_torch, f"HingeEmbedding/margin{m}", lambda prediction, target, reduction, m=m: F.hinge_embedding_loss(prediction, target, m, reduction=reduction), numel, {"prediction": uniform(5, 3, high=2), "target": signs(5, 3)}, {"margin": m})
for p, m in ((1, 1.0), (2, 0.4)):
    both(by_torch, f"MultiMargin/p{p}", lambda logits, target, weight=None, reduction="sum", p=p, m=m: F.multi_margin_loss(logits, target, p, m, weight, reduction=reduction), rows, labels(7, 5), {"squared": p == 2, "margin": m})
both(by_torch, "MultiMargin/weights", lambda logits, target, weight, reduction="sum": F.multi_margin_loss(logits, target, 1, 1.0, weight, reduction=reduction), rows, {**labels(7, 3), "weight": f32(1, 0.2, 3)}, {"squared": False, "margin": 1.0}, ("target", "weight"))


def multi_label(logits, target, reduction):
    c = logits.shape[1]
    lists = torch.full(target.shape, -1, dtype=torch.int64)
    for i, row in enumerate(target):
        on = row.nonzero()[:, 0]
        lists[i, :len(on)] = on
    return F.multilabel_margin_loss(logits, lists, reduction=reduction)


both(by_torch, "MultiLabelMargin/plain", multi_label, rows, {"logits": normal(6, 5), "target": bits(6, 5)})
case(by_torch, "MultiLabelSoftMargin/plain", lambda logits, target: F.multilabel_soft_margin_loss(logits, target, reduction="sum") * 5, numel, {"logits": normal(6, 5), "target": bits(6, 5)}, {},
     ("target",), lambda logits, target: F.multilabel_soft_margin_loss(logits, target))
both(by_torch, "BinaryProbabilities/plain", lambda prediction, target, reduction: F.binary_cross_entropy(prediction, target, reduction=reduction), numel, {"prediction": uniform(5, 3, low=0.02, high=0.98), "target": bits(5, 3)})


def jensen_shannon(prediction, target):
    p, q = torch.softmax(prediction, -1), torch.softmax(target, -1)
    m = ((p + q) / 2).log()
    return 0.5 * (F.kl_div(m, p, reduction="sum") + F.kl_div(m, q, reduction="sum"))


case(by_torch, "JensenShannon/plain", jensen_shannon, rows, pair(6, 5, scale=2), {}, ())


# Regions: maps [n c p], each example and class by itself; Keras's Dice and Tversky of one map at a time.
def maps(name, keras_loss, attrs, classes):
    n, c, size = 4, 3, (2, 5)
    logits = normal(n, c, *size, scale=2)
    target = ints(c, n, *size) if classes else bits(n, c, *size)

    def loss(logits, target):
        p = torch.softmax(logits, 1) if classes else torch.sigmoid(logits)
        y = F.one_hot(target, c).movedim(-1, 1).to(p.dtype) if classes else target
        return sum(keras_loss(dt(logits))(y[i, k].reshape(1, -1, 1), p[i, k].reshape(1, -1, 1)) for i in range(n) for k in range(c)) / c

    case(by_keras, f"{name}/{'classes' if classes else 'channels'}", loss, n, {"logits": logits, "target": target}, attrs)


for classes in (False, True):
    maps("Dice", lambda dtype: (lambda y, p: keras.losses.dice(y, p, axis=None).sum()), {"smooth": 1e-7}, classes)
    # what Keras multiplies by alpha is (1 - p) y, what is missed
    maps("Tversky", lambda dtype: (lambda y, p: keras.losses.tversky(y, p, alpha=0.7, beta=0.4, axis=None).sum()), {"alpha": 0.4, "beta": 0.7, "smooth": 1e-7}, classes)


# segmentation-models-pytorch computes in float32 whatever it is given.
from segmentation_models_pytorch.losses import lovasz
single = lambda f: (lambda logits, target: f(logits.float(), target).to(logits.dtype) * logits.shape[0])
case(by_segmentation, "LovaszHinge/plain", single(lambda z, y: lovasz._lovasz_hinge(z, y)), rows, {"logits": normal(4, 3, 5), "target": bits(4, 3, 5)})
case(by_segmentation, "LovaszHinge/empty", single(lambda z, y: lovasz._lovasz_hinge(z, y)), rows, {"logits": normal(2, 7), "target": f32(*[0] * 14).reshape(2, 7)})
case(by_segmentation, "LovaszSoftmax/plain", single(lambda z, y: lovasz._lovasz_softmax(torch.softmax(z, 1), y, per_image=True)), rows, {"logits": normal(4, 3, 2, 5), "target": ints(3, 4, 2, 5)})
from segmentation_models_pytorch.losses import TverskyLoss as SmpTversky
def focal_tversky(logits, target):
    each = [SmpTversky("binary", smooth=1.0, alpha=0.3, beta=0.7, gamma=0.75)(logits[i, k].reshape(1, 1, -1), target[i, k].reshape(1, 1, -1)) for i in range(logits.shape[0]) for k in range(logits.shape[1])]
    return sum(each) / logits.shape[1]
case(by_segmentation, "FocalTversky/plain", focal_tversky, rows, {"logits": normal(4, 2, 3, 3), "target": bits(4, 2, 3, 3)}, {"alpha": 0.3, "beta": 0.7, "gamma": 4 / 3, "smooth": 1.0})

# Sequences.
def ctc(logits, target, lengths, target_lengths, zero=False):
    return F.ctc_loss(F.log_softmax(logits, -1).transpose(0, 1), target, lengths, target_lengths, blank=1, reduction="sum", zero_infinity=zero)


case(by_torch, "CTC/batch_first", ctc, rows, {"logits": normal(3, 9, 5, scale=2), "target": i64([2, 3, 2, 4], [2, 2, 0, 0], [4, 0, 0, 0]), "lengths": i64(9, 5, 7), "target_lengths": i64(4, 2, 0)}, {"blank": 1})
case(by_torch, "CTC/zero_infinity", lambda **k: ctc(**k, zero=True), rows, {"logits": normal(2, 4, 5, scale=2), "target": i64([2, 2, 2], [0, 3, 0]), "lengths": i64(4, 4), "target_lengths": i64(3, 3)}, {"blank": 1})
case(by_torch, "CTC/extremes", ctc, rows, {"logits": np.array([[[1e4, -1e4, 0], [0, 1e4, 9999], [3, 2, 1], [-1e4, 0, 1e4]]], np.float32), "target": i64([2, 0]), "lengths": i64(4), "target_lengths": i64(2)}, {"blank": 1})
case(by_keras, "CTC/keras", lambda logits, target: L.CTC(reduction="sum", dtype=dt(logits))(target, logits), rows, {"logits": normal(2, 6, 4, scale=2), "target": i64([1, 3, 2], [2, 1, 0])}, {"blank": 0})


def transducer(logits, target, lengths, target_lengths):
    i = lambda x: x.to(torch.int32)
    return torchaudio.functional.rnnt_loss(logits.float(), i(target), i(lengths), i(target_lengths), blank=1, reduction="sum").to(logits.dtype)


case(by_audio, "Transducer/one", transducer, rows, {"logits": normal(1, 4, 3, 5), "target": i64([2, 0]), "lengths": i64(4), "target_lengths": i64(2)})
case(by_audio, "Transducer/ragged", transducer, rows, {"logits": normal(3, 4, 4, 3, scale=2), "target": i64([2, 0, 2], [0, 0, 0], [2, 0, 0]), "lengths": i64(4, 3, 1), "target_lengths": i64(3, 0, 1)})
masked = lambda logits, target, mask: (F.cross_entropy(logits.transpose(1, 2), target, reduction="none") * mask).sum()
case(by_torch, "MaskedCrossEntropy/plain", masked, lambda mask, **k: mask.sum(), {"logits": normal(3, 4, 5), "target": ints(5, 3, 4), "mask": f32([1, 1, 1, 0], [1, 0, 0, 0], [0.5, 1, 2, 1])}, {}, ("target", "mask"))

# Metric learning.
three = lambda n, d: {"anchor": normal(n, d), "positive": normal(n, d), "negative": normal(n, d)}
for p, swap in ((2, False), (1, False), (2, True)):
    both(by_torch, f"Triplet/p{p}{'_swap' if swap else ''}", lambda anchor, positive, negative, reduction, p=p, swap=swap: F.triplet_margin_loss(anchor, positive, negative, 0.7, p, 0, swap, reduction=reduction), rows, three(7, 4), {"p": p, "swap": swap, "margin": 0.7})
both(by_torch, "Triplet/cosine", lambda anchor, positive, negative, reduction: F.triplet_margin_with_distance_loss(anchor, positive, negative, distance_function=lambda x, y: 1 - F.cosine_similarity(x, y), margin=0.7, reduction=reduction), rows, three(7, 4), {"p": 0, "swap": False, "margin": 0.7})
for m in (0.0, 0.5):
    both(by_torch, f"MarginRanking/margin{m}", lambda a, b, target, reduction, m=m: F.margin_ranking_loss(a, b, target, m, reduction=reduction), numel, {"a": normal(9), "b": normal(9), "target": signs(9)}, {"margin": m})


def contrastive(a, b, target):
    d = (a - b).norm(dim=1)
    return 0.5 * torch.where(target > 0, d, (1.5 - d).clamp(min=0)).square().sum()


case(by_torch, "Contrastive/plain", contrastive, rows, {"a": normal(9, 3), "b": normal(9, 3), "target": signs(9)}, {"margin": 1.5})
from pytorch_metric_learning import distances, losses, miners, reducers

add = reducers.SumReducer()
euclid = distances.LpDistance(normalize_embeddings=False)
classed = lambda n, d, c: {"embeddings": normal(n, d), "target": np.arange(n, dtype=np.int64) % c}


def triplets(which):
    def loss(embeddings, target):
        with torch.no_grad():
            found = which(embeddings, target)
        return losses.TripletMarginLoss(margin=0.4, distance=euclid, reducer=add)(embeddings, target, found)
    return loss, lambda embeddings, target: which(embeddings, target)[0].shape[0]


def semi_hard(x, y):
    """FaceNet's choice as TensorFlow has it: the nearest negative farther than the positive, else the farthest."""
    d, out = torch.cdist(x, x), []
    for a in range(len(y)):
        for p in range(len(y)):
            if p == a or y[p] != y[a]:
                continue
            others = [j for j in range(len(y)) if y[j] != y[a]]
            farther = [j for j in others if d[a, j] > d[a, p]]
            out.append((a, p, min(farther, key=lambda j: d[a, j]) if farther else max(others, key=lambda j: d[a, j])))
    return tuple(torch.tensor(v) for v in zip(*out))


from pytorch_metric_learning.utils import loss_and_miner_utils
for name, which in (("hard", miners.BatchHardMiner(distance=euclid)), ("all", lambda x, y: loss_and_miner_utils.get_all_triplets_indices(y)), ("semi", semi_hard)):
    loss, count = triplets(which)
    case(by_metric, f"TripletMining/{name}", loss, count, classed(8, 3, 3), {"mining": name, "margin": 0.4})


def views(name, out, loss, attrs, count):
    case(out, name, loss, count, {"a": normal(5, 4), "b": normal(5, 4)}, attrs, ())


twice = lambda a: torch.arange(len(a)).repeat(2)
views("NTXent/plain", by_metric, lambda a, b: losses.NTXentLoss(temperature=0.2, reducer=add)(torch.cat([a, b]), twice(a)), {"temperature": 0.2}, 10)
cosines = lambda a, b: F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).T
views("InfoNCE/plain", by_torch, lambda a, b: F.cross_entropy(cosines(a, b) / 0.2, torch.arange(len(a)), reduction="sum"), {"temperature": 0.2}, 5)
views("VICReg/plain", by_metric, lambda a, b: losses.VICRegLoss(invariance_lambda=10, variance_mu=5, covariance_v=2)(a, ref_emb=b) * 5, {"invariance": 10, "variance": 5, "covariance": 2}, 5)


def clip(images, texts, scale):
    s = cosines(images, texts) * scale.exp()
    y = torch.arange(len(s))
    return 0.5 * (F.cross_entropy(s, y, reduction="sum") + F.cross_entropy(s.T, y, reduction="sum"))


def siglip(images, texts, scale, bias):
    s = cosines(images, texts) * scale.exp() + bias
    return -F.logsigmoid((2 * torch.eye(len(s)) - 1).to(s.dtype) * s).sum()


def barlow(a, b):
    c = F.batch_norm(a, None, None, training=True).T @ F.batch_norm(b, None, None, training=True) / len(a)
    on = torch.diagonal(c)
    return len(a) * ((on - 1).square().sum() + 0.01 * (c.square().sum() - on.square().sum()))


views("BarlowTwins/plain", by_torch, barlow, {"lambda": 0.01}, 5)
case(by_torch, "CLIP/plain", clip, rows, {"images": normal(5, 4), "texts": normal(5, 4), "scale": np.float32(2.5)}, {}, ())
case(by_torch, "SigLIP/plain", siglip, rows, {"images": normal(5, 4), "texts": normal(5, 4), "scale": np.float32(1.5), "bias": np.float32(-3)}, {}, ())
case(by_metric, "SupCon/plain", lambda embeddings, target: losses.SupConLoss(temperature=0.2, reducer=add)(embeddings, target), rows, classed(8, 3, 3), {"temperature": 0.2})

case(by_metric, "MultiSimilarity/plain", lambda embeddings, target: losses.MultiSimilarityLoss(alpha=3, beta=20, base=0.4, reducer=add)(embeddings, target), rows, classed(8, 3, 3), {"alpha": 3, "beta": 20, "base": 0.4})


class WithWeight:
    """pytorch-metric-learning keeps the directions of the classes [d c] itself: here they are an input [c d]."""

    def __init__(self, cls, **kw):
        self.f = cls(num_classes=4, embedding_size=3, reducer=add, **kw)

    def __call__(self, embeddings, weight, target):
        del self.f._parameters["W"]
        self.f.W = weight.T
        try:
            return self.f(embeddings, target)
        finally:
            del self.f.W
            self.f.register_parameter("W", torch.nn.Parameter(torch.zeros(3, 4)))


faces = lambda: {"embeddings": normal(7, 3), "weight": normal(4, 3), "target": ints(4, 7)}
case(by_metric, "ArcFace/plain", WithWeight(losses.ArcFaceLoss, margin=float(np.degrees(0.6)), scale=8), rows, faces(), {"margin": 0.6, "scale": 8})
case(by_metric, "CosFace/plain", WithWeight(losses.CosFaceLoss, margin=0.25, scale=8), rows, faces(), {"margin": 0.25, "scale": 8})


def sphere(embeddings, weight, target, m=4, scale=8):
    c = cosines(embeddings, weight)
    theta = torch.acos(c.gather(1, target[:, None]))
    k = (m * theta.detach() / np.pi).floor()
    psi = (1 - 2 * (k % 2)) * torch.cos(m * theta) - 2 * k
    return F.cross_entropy(scale * c.scatter(1, target[:, None], psi), target, reduction="sum")


case(by_torch, "SphereFace/plain", sphere, rows, faces(), {"scale": 8})
case(by_torch, "Center/plain", lambda features, centers, target: 0.5 * (features - centers[target]).square().sum(), rows, {"features": normal(7, 3), "centers": normal(4, 3), "target": ints(4, 7)})
case(by_keras, "Circle/plain", lambda embeddings, target: L.Circle(gamma=5.0, margin=0.3, reduction="sum", dtype=dt(embeddings))(target, F.normalize(embeddings, dim=-1)), rows, classed(8, 3, 3), {"margin": 0.3, "scale": 5})

# Detection.
vision = torchvision.ops
ops = golden.File("op/testdata/losses.golden", SCRIPT, "values in float64 from float32 inputs, rounded to float32; d<x> is the gradient of sum(y*dy)", by=f"torchvision {torchvision.__version__}, PyTorch {torch.__version__}")


def boxes(n, far=60.0, wide=50.0):
    at = rng.uniform(0, far, (n, 2))
    return np.concatenate([at, at + rng.uniform(4, wide, (n, 2))], 1).astype(np.float32)


near = lambda b: (b + rng.uniform(-3, 3, b.shape)).astype(np.float32)
apart = f32([0, 0, 10, 10], [30, 30, 40, 45])
for name, f in (("BoxIoU", vision.box_iou), ("BoxGIoU", vision.generalized_box_iou), ("BoxDIoU", vision.distance_box_iou)):
    golden.case(ops, f"{name}/pairs", lambda a, b, f=f: f(a, b), {"a": boxes(4), "b": boxes(3)}, rng)
    golden.case(ops, f"{name}/apart", lambda a, b, f=f: f(a, b), {"a": apart, "b": apart[::-1] + f32(3, 1, 3, 2)}, rng)
golden.case(ops, "BoxArea/plain", lambda x: vision.box_area(x), {"x": boxes(5)}, rng)
formats = ["xyxy", "xywh", "cxcywh"]
for i, a in enumerate(formats):
    for j, b in enumerate(formats):
        golden.case(ops, f"ConvertBoxes/{a}_{b}", lambda x, a=a, b=b: vision.box_convert(x, a, b), {"x": boxes(3)}, rng, {"from": i, "to": j})
from torchvision.models.detection import _utils, anchor_utils, fcos
coder = _utils.BoxCoder((1.0, 1.0, 1.0, 1.0))
golden.case(ops, "EncodeBoxes/plain", lambda boxes, anchors: coder.encode_single(boxes, anchors), {"boxes": boxes(5), "anchors": boxes(5)}, rng)
codes = np.concatenate([normal(4, 4, scale=0.4), f32([0, 0.1, 9, -9])])
golden.case(ops, "DecodeBoxes/plain", lambda codes, anchors: coder.decode_single(codes, anchors), {"codes": codes, "anchors": boxes(5)}, rng)
many, score, kinds = boxes(30), uniform(30), ints(3, 30)
t = torch.from_numpy
for threshold in (0.3, 0.5, 0.8):
    ops.add(f"NMS/{threshold}", {"boxes": many, "scores": score, "y": vision.nms(t(many), t(score), threshold)}, {"threshold": threshold})
    ops.add(f"NMS/classes{threshold}", {"boxes": many, "scores": score, "classes": kinds, "y": vision.batched_nms(t(many), t(score), t(kinds), threshold)}, {"threshold": threshold})
ops.save()

for name, f in (("GIoU", vision.generalized_box_iou_loss), ("DIoU", vision.distance_box_iou_loss), ("CIoU", vision.complete_box_iou_loss)):
    b = boxes(7)
    both(by_vision, f"{name}/near", lambda prediction, target, reduction, f=f: f(prediction, target, reduction), rows, {"prediction": near(b), "target": b})
    both(by_vision, f"{name}/apart", lambda prediction, target, reduction, f=f: f(prediction, target, reduction), rows, {"prediction": apart, "target": apart[::-1] + f32(3, 1, 3, 2)})
b = boxes(7)
case(by_vision, "IoU/near", lambda prediction, target: (1 - torch.diagonal(vision.box_iou(prediction, target))).sum(), rows, {"prediction": near(b), "target": b})

from scipy.optimize import linear_sum_assignment
import scipy
by_scipy = file("scipy", f"SciPy {scipy.__version__}")
for i, shape in enumerate([(1, 1), (5, 5), (4, 9), (9, 4), (20, 20), (12, 31)]):
    cost = normal(*shape)
    if i == 2:
        cost[1, ::2] = np.inf
    r, c = linear_sum_assignment(cost)
    by_scipy.add(f"Hungarian/{shape[0]}x{shape[1]}", {"cost": cost, "rows": r.astype(np.int64), "columns": c.astype(np.int64)})

grid = anchor_utils.AnchorGenerator(((32, 64), (91,)), ((0.5, 1.0, 2.0), (1.0, 0.3)))
y = grid.grid_anchors([[2, 3], [1, 2]], [[torch.tensor(16)] * 2, [torch.tensor(32)] * 2])
by_vision.add("Anchors/first", {"y": y[0].float()}, {"sizes": [32, 64], "ratios": [0.5, 1.0, 2.0], "h": 2, "w": 3, "stride": 16})
by_vision.add("Anchors/second", {"y": y[1].float()}, {"sizes": [91], "ratios": [1.0, 0.3], "h": 1, "w": 2, "stride": 32})
overlap = vision.box_iou(t(boxes(4)), t(boxes(25)))
for each in (False, True):
    by_vision.add(f"AnchorMatch/{'each' if each else 'plain'}", {"iou": overlap, "y": _utils.Matcher(0.4, 0.15, each)(overlap.clone())}, {"high": 0.4, "low": 0.15, "each": each})


class Head:
    def compute_loss(self, targets, outputs, anchors, matched):
        return matched[0]


class Stub:
    head, center_sampling_radius = Head(), 1.5


places = [np.array([[x * s - s / 2, y * s - s / 2, x * s + s / 2, y * s + s / 2] for y in range(h) for x in range(w)], np.float32) for s, h, w in ((8, 8, 9), (16, 4, 5), (32, 2, 3))]
objects = f32([3, 5, 30, 40], [10, 10, 66, 60], [0, 0, 60, 60], [20, 22, 33, 30])
found = fcos.FCOS.compute_loss(Stub, [{"boxes": t(objects)}], {}, [t(np.concatenate(places))], [len(p) for p in places])
by_vision.add("CenterMatch/plain", {"places": np.concatenate(places), "boxes": objects, "y": found}, {"levels": [len(p) for p in places]})

linear = lambda x, weight, bias, target, ignore=-100: F.cross_entropy(F.linear(x, weight, bias), target, ignore_index=ignore, reduction="sum")
case(by_torch, "LinearCrossEntropy/plain", linear, rows, {"x": normal(7, 3), "weight": normal(5, 3), "bias": normal(5), "target": ints(5, 7)})
case(by_torch, "LinearCrossEntropy/ignore", lambda **k: linear(**k, ignore=1), 5, {"x": normal(7, 3), "weight": normal(5, 3), "bias": normal(5), "target": i64(0, 1, 2, 3, 4, 1, 0)}, {"ignore": 1})

import timm
from timm.loss import AsymmetricLossMultiLabel
by_timm = file("timm", f"timm {timm.__version__}")
for plus, minus, shift in ((0, 4, 0.05), (1, 2, 0.2)):
    f = AsymmetricLossMultiLabel(gamma_neg=minus, gamma_pos=plus, clip=shift, disable_torch_grad_focal_loss=False, reduction="sum")
    case(by_timm, f"Asymmetric/{plus}_{minus}", lambda logits, target, f=f: f(logits, target), numel, {"logits": normal(5, 3, scale=2), "target": bits(5, 3)}, {"positive": plus, "negative": minus, "shift": shift})

for out in (by_torch, by_keras, by_metric, by_vision, by_audio, by_segmentation, by_scipy, by_timm):
    out.save()
