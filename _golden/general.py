"""Golden values of the general operations: methods of package tensor, and of package op (testdata/general.golden of both).

Case names are Method/variant. Arrays: a (the receiver), b, index, src; y, dy, and d<input>. Where a method gives values and
positions, y is both, stacked.
"""
import numpy as np
import torch
import golden

rng = np.random.default_rng(20261126)
out = golden.File("tensor/testdata/general.golden", "_golden/general.py", "methods of package tensor; d<a> is the gradient of sum(y*dy)")


def normal(*shape, scale=1.0, shift=0.0):
    return (rng.standard_normal(shape) * scale + shift).astype(np.float32)


def uniform(lo, hi, *shape):
    return rng.uniform(lo, hi, shape).astype(np.float32)


def ints(n, *shape):
    return rng.integers(0, n, shape).astype(np.int64)


def case(name, fn, inputs, attrs=None):
    golden.case(out, name, fn, inputs, rng, attrs)


def pair(p):
    return torch.stack([p[0], p[1].to(p[0].dtype)])


# Elementwise, of one tensor: a range, and borders.
BIG = np.array([1e-30, -1e-30, 1e-6, -1e-6, 0.5, -0.5, 1.5, -1.5, 7, -7, 30, -30], np.float32)
for name, fn, lo, hi, more in [
    ("Tan", torch.tan, -1.4, 1.4, BIG), ("Asin", torch.asin, -0.99, 0.99, None), ("Acos", torch.acos, -0.99, 0.99, None),
    ("Atan", torch.atan, -5, 5, BIG), ("Sinh", torch.sinh, -3, 3, BIG), ("Cosh", torch.cosh, -3, 3, BIG), ("Asinh", torch.asinh, -5, 5, BIG),
    ("Acosh", torch.acosh, 1.01, 9, None), ("Atanh", torch.atanh, -0.98, 0.98, None), ("Log1p", torch.log1p, -0.9, 5, abs(BIG)),
    ("Expm1", torch.expm1, -3, 3, BIG), ("Log2", torch.log2, 0.1, 20, None), ("Log10", torch.log10, 0.1, 20, None),
    ("Exp2", torch.exp2, -5, 5, BIG), ("Reciprocal", torch.reciprocal, 0.2, 5, None), ("Rsqrt", torch.rsqrt, 0.2, 5, None),
    ("Erfc", torch.erfc, -3, 3, BIG[:8]), ("Erfinv", torch.erfinv, -0.98, 0.98, None), ("Lgamma", torch.lgamma, 0.2, 30, None),
    ("Digamma", torch.digamma, 0.2, 30, np.array([-0.5, -1.25, -3.7, 1e-3, 500], np.float32)),
    ("Trunc", torch.trunc, -3, 3, None), ("Frac", torch.frac, -3, 3, None),
]:
    case(f"{name}/odd", lambda a: fn(a), {"a": uniform(lo, hi, 5, 7)})
    if more is not None:
        case(f"{name}/extremes", lambda a: fn(a), {"a": more})
for n in (1, 2, 3):
    case(f"Polygamma/{n}", lambda a: torch.polygamma(n, a), {"a": uniform(0.3, 30, 9)}, {"n": n})

# Of two.
a, b = uniform(-9, 9, 5, 7), uniform(0.7, 3, 7) * np.array([1, -1, 1, -1, 1, -1, 1], np.float32)
case("Mod/odd", lambda a, b: torch.fmod(a, b), {"a": a, "b": b})
case("Remainder/odd", lambda a, b: torch.remainder(a, b), {"a": a, "b": b})
case("FloorDiv/odd", lambda a, b: torch.div(a, b, rounding_mode="floor") + 0 * a * b, {"a": a, "b": b})
case("Atan2/odd", lambda a, b: torch.atan2(a, b), {"a": normal(5, 7), "b": normal(7)})
case("Hypot/odd", lambda a, b: torch.hypot(a, b), {"a": normal(5, 7), "b": normal(5, 1)})
case("LogAddExp/odd", lambda a, b: torch.logaddexp(a, b), {"a": normal(5, 7, scale=30), "b": normal(7, scale=30)})
case("Lerp/near", lambda a, b: torch.lerp(a, b, 0.2), {"a": normal(3, 5), "b": normal(3, 5)}, {"w": 0.2})
case("Lerp/far", lambda a, b: torch.lerp(a, b, 0.9), {"a": normal(3, 5), "b": normal(3, 5)}, {"w": 0.9})
case("Clamp/odd", lambda a: a.clamp(-1, 2), {"a": normal(5, 7, scale=2)})

# Reductions.
for p in (0.5, 1, 1.5, 2, 3):
    case(f"NormP/{p}", lambda a: torch.linalg.vector_norm(a, p, dim=1), {"a": normal(5, 7)}, {"p": p, "axis": 1})
case("Std/odd", lambda a: a.std(0, correction=0), {"a": normal(5, 7, shift=3)}, {"axis": 0})
for q in (0.0, 0.3, 0.5, 1.0):
    case(f"Quantile/{q}", lambda a: torch.quantile(a, q, dim=1), {"a": normal(5, 8)}, {"q": q, "axis": 1})

# Along an axis.
for axis, shape in ((0, (7, 3)), (1, (2, 33, 2)), (-1, (1,))):
    case(f"CumSum/{axis}", lambda a: a.cumsum(axis), {"a": normal(*shape)}, {"axis": axis})
    case(f"CumProd/{axis}", lambda a: a.cumprod(axis), {"a": normal(*shape)}, {"axis": axis})
    case(f"CumLogSumExp/{axis}", lambda a: torch.logcumsumexp(a, axis), {"a": normal(*shape, scale=5)}, {"axis": axis})
    case(f"CumMax/{axis}", lambda a: pair(torch.cummax(a, axis)), {"a": normal(*shape)}, {"axis": axis})
    case(f"CumMin/{axis}", lambda a: pair(torch.cummin(a, axis)), {"a": normal(*shape)}, {"axis": axis})
    for down in (False, True):
        x = np.round(normal(*shape) * 3)  # with ties
        case(f"Sort/{axis}{down}", lambda a: pair(torch.sort(a, dim=axis, descending=down, stable=True)), {"a": x}, {"axis": axis, "descending": down})
zeros = normal(4, 5)
zeros[0, 2] = zeros[1, 0] = zeros[1, 3] = 0
case("CumProd/zeros", lambda a: a.cumprod(1), {"a": zeros}, {"axis": 1})

for axis, shape, index in ((0, (4, 5), (6, 3)), (1, (2, 4, 3), (2, 7, 2)), (-1, (3, 4), (3, 4))):
    n = shape[axis]
    i = ints(n, *index)
    case(f"TakeAlong/{axis}", lambda a, index: torch.gather(a, axis, index), {"a": normal(*shape), "index": i}, {"axis": axis})
    case(f"AddAlong/{axis}", lambda a, index, src: a.scatter_add(axis, index, src), {"a": normal(*shape), "index": i, "src": normal(*index)}, {"axis": axis})
    for include in (True, False):
        for f, name in enumerate(("sum", "mean", "prod", "amax", "amin")):
            case(f"ReduceAlong/{name}{include}{axis}", lambda a, index, src: a.scatter_reduce(axis, index, src, name, include_self=include),
                 {"a": normal(*shape), "index": i, "src": normal(*index)}, {"axis": axis, "f": f, "include": include})
i = np.argsort(rng.random((3, 5)), 1)[:, :3].astype(np.int64)  # no place twice: PyTorch does not say who wins
case("PutAlong/rows", lambda a, index, src: a.scatter(1, index, src), {"a": normal(3, 5), "index": i, "src": normal(3, 3)}, {"axis": 1})

# Rearranged.
case("Unfold/overlap", lambda a: a.unfold(1, 4, 2), {"a": normal(2, 11, 3)}, {"axis": 1, "size": 4, "step": 2})
case("Unfold/apart", lambda a: a.unfold(0, 2, 3), {"a": normal(9)}, {"axis": 0, "size": 2, "step": 3})
case("Roll/down", lambda a: a.roll(-3, 1), {"a": normal(3, 5)}, {"axis": 1, "shift": -3})
case("Roll/up", lambda a: a.roll(7, 0), {"a": normal(3, 5)}, {"axis": 0, "shift": 7})
case("Repeat/odd", lambda a: a.repeat_interleave(3, 1), {"a": normal(2, 3, 2)}, {"axis": 1, "n": 3})
case("Tile/more", lambda a: torch.tile(a, (2, 1, 3)), {"a": normal(2, 3)}, {"reps": [2, 1, 3]})
case("Tile/fewer", lambda a: torch.tile(a, (2,)), {"a": normal(2, 3)}, {"reps": [2]})
for k in (-1, 1, 2):
    case(f"Rot90/{k}", lambda a: torch.rot90(a, k, (0, 1)), {"a": normal(2, 3, 2)}, {"k": k})
case("MoveAxis/odd", lambda a: a.movedim(0, 2), {"a": normal(2, 3, 4, 2)}, {"from": 0, "to": 2})
for k in (-2, -1, 0, 1, 3):
    case(f"Diagonal/{k}", lambda a: torch.diagonal(a, k, -2, -1), {"a": normal(2, 3, 5)}, {"k": k})
    case(f"Diag/{k}", lambda a: torch.diag_embed(a, k), {"a": normal(2, 3)}, {"k": k})
    case(f"Tril/{k}", lambda a: torch.tril(a, k), {"a": normal(2, 4, 5)}, {"k": k})
    case(f"Triu/{k}", lambda a: torch.triu(a, k), {"a": normal(5, 4)}, {"k": k})
case("Trace/odd", lambda a: torch.trace(a), {"a": normal(3, 5)})
case("Kron/odd", lambda a, b: torch.kron(a, b), {"a": normal(2, 3), "b": normal(3, 2, 2)})
case("Cross/odd", lambda a, b: torch.linalg.cross(a, b, dim=1), {"a": normal(4, 3, 2), "b": normal(4, 3, 2)}, {"axis": 1})
case("Diff/odd", lambda a: torch.diff(a, n=2, dim=0), {"a": normal(6, 3)}, {"axis": 0, "n": 2})
case("Trapezoid/odd", lambda a: torch.trapezoid(a, dx=0.3, dim=1), {"a": normal(3, 7)})
nans = normal(3, 5)
nans[0, 2] = nans[1, 0] = nans[1, 4] = np.nan
case("NaNSum/odd", lambda a: torch.nansum(a, 1), {"a": nans})
case("NaNMean/odd", lambda a: torch.nanmean(a, 1), {"a": nans})
case("Cov/0", lambda a: torch.cov(a, correction=0), {"a": normal(3, 7)}, {"correction": 0})
case("Cov/1", lambda a: torch.cov(a, correction=1), {"a": normal(4, 5, shift=3)}, {"correction": 1})
case("CorrCoef/odd", lambda a: torch.corrcoef(a), {"a": normal(3, 7)})
case("Sinc/odd", lambda a: torch.sinc(a), {"a": np.concatenate([normal(9), np.zeros(1, np.float32)])})
case("Logit/odd", lambda a: torch.logit(a), {"a": uniform(0.01, 0.99, 9)}, {"eps": 0})
case("Logit/eps", lambda a: torch.logit(a, 0.2), {"a": uniform(0, 1, 9)}, {"eps": 0.2})
case("XLogY/odd", lambda a, b: torch.xlogy(a, b), {"a": normal(2, 5), "b": uniform(0.1, 4, 5)})
case("CopySign/odd", lambda a, b: torch.copysign(a, b), {"a": normal(2, 5), "b": normal(5)})
case("I0/odd", lambda a: torch.special.i0(a), {"a": uniform(-20, 20, 11)})
case("I1/odd", lambda a: torch.special.i1(a), {"a": uniform(-20, 20, 11)})
case("Prod/zeros", lambda a: a.prod(1), {"a": zeros})
case("IndexCopy/odd", lambda a, index, src: a.index_copy(1, index, src), {"a": normal(2, 5), "index": np.array([4, 1, 2]), "src": normal(2, 3)})
case("IndexFill/odd", lambda a, index: a.index_fill(1, index, 0.5), {"a": normal(2, 5, 2), "index": np.array([4, 1])})
case("KthValue/odd", lambda a: pair(torch.kthvalue(a, 3, 0)), {"a": normal(5, 4)}, {"k": 3, "axis": 0})
out.save()

# Package op.
out = golden.File("op/testdata/general.golden", "_golden/general.py", "general operations; d<x> is the gradient of sum(y*dy)")
for name, equation, shapes in [
    ("product", "ij,jk->ik", [(3, 4), (4, 5)]), ("implicit", "bik,bkj", [(2, 3, 4), (2, 4, 5)]), ("turned", "ij,kj->ki", [(3, 4), (5, 4)]),
    ("outer", "i,j->ij", [(3,), (4,)]), ("inner", "i,i->", [(5,), (5,)]), ("trace", "ii", [(4, 4)]), ("diagonal", "...ii->...i", [(2, 3, 3)]),
    ("sum", "ijk->j", [(2, 3, 4)]), ("transpose", "ba", [(2, 3)]), ("bilinear", "bn,anm,bm->ba", [(2, 3), (4, 3, 5), (2, 5)]),
    ("attention", "bqhd,bkhd->bhqk", [(2, 3, 2, 4), (2, 5, 2, 4)]), ("dots", "...ij,...jk->...ik", [(2, 1, 3, 4), (5, 4, 2)]),
    ("dotsmiddle", "a...b,b...->a...", [(2, 3, 4), (4, 3)]), ("hadamard", "ij,ij->ij", [(3, 4), (3, 4)]), ("alone", "ij,kl->il", [(2, 3), (4, 5)]),
    ("one", "ij,jk->ik", [(3, 1), (4, 5)]), ("capitals", "bA,Ab->", [(3, 4), (4, 3)]), ("chain", "ij,jk,kl->il", [(2, 9), (9, 3), (3, 8)]),
    ("twice", "iij,jk->ik", [(3, 3, 4), (4, 2)]), ("dotsimplicit", "...a,a", [(2, 3, 4), (4,)]),
]:
    args = {f"x{i}": normal(*s) for i, s in enumerate(shapes)}
    case("Einsum/" + name, lambda **x: torch.einsum(equation, *[x[k] for k in sorted(x)]), args, {"equation": equation})
for k, axis, smallest, shape in [(3, 1, False, (4, 9)), (1, 0, True, (5, 2)), (7, -1, True, (7,)), (2, 1, False, (2, 5, 3))]:
    case(f"TopK/{k}", lambda x: torch.topk(x, k, axis, not smallest).values, {"x": normal(*shape)}, {"k": k, "axis": axis, "smallest": smallest})
for name, mode in (("PadReflect", "reflect"), ("PadReplicate", "replicate"), ("PadCircular", "circular")):
    case(f"{name}/1d", lambda x: torch.nn.functional.pad(x, (2, 3), mode), {"x": normal(2, 3, 5)}, {"pads": [[0, 0], [0, 0], [2, 3]]})
    case(f"{name}/2d", lambda x: torch.nn.functional.pad(x, (3, 0, 1, 2), mode), {"x": normal(1, 2, 4, 5)}, {"pads": [[0, 0], [0, 0], [1, 2], [3, 0]]})
case("TensorDot/odd", lambda x, w: torch.tensordot(x, w, ([0, 2], [2, 0])), {"x": normal(2, 3, 4), "w": normal(4, 5, 2)})
case("BlockDiag/odd", lambda x, w: torch.block_diag(x, w), {"x": normal(2, 3), "w": normal(3, 1)})
for p in (1, 2, 3):
    case(f"CDist/{p}", lambda x, w: torch.cdist(x, w, p, compute_mode="donot_use_mm_for_euclid_dist"), {"x": normal(2, 5, 3), "w": normal(4, 3)}, {"p": p})
out.save()
