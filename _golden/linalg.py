"""Golden values of linear algebra in package op (op/testdata/linalg.golden).

Where the signs of vectors are free, y is the squares. Spectra are given, so that nothing is ill-conditioned by chance.
"""
import numpy as np
import torch
import golden

L = torch.linalg
rng = np.random.default_rng(20261127)
out = golden.File("op/testdata/linalg.golden", "_golden/linalg.py", "linear algebra; d<x> is the gradient of sum(y*dy)")


def normal(*shape, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype(np.float32)


def spectrum(m, n, *lead, lo=0.5, hi=3.0):
    """Matrices with singular values at equal distances from lo to hi."""
    u, _ = np.linalg.qr(rng.standard_normal((*lead, m, m)))
    v, _ = np.linalg.qr(rng.standard_normal((*lead, n, n)))
    k = min(m, n)
    return (u[..., :k] * np.linspace(hi, lo, k) @ np.swapaxes(v[..., :k], -1, -2)).astype(np.float32)


def definite(n, *lead, lo=0.5, hi=3.0):
    u, _ = np.linalg.qr(rng.standard_normal((*lead, n, n)))
    x = u * np.linspace(lo, hi, n) @ np.swapaxes(u, -1, -2)
    return ((x + np.swapaxes(x, -1, -2)) / 2).astype(np.float32)


def case(name, fn, inputs, attrs=None):
    golden.case(out, name, fn, inputs, rng, attrs)


def sym(x):
    return (x + x.mT) / 2


for n, lead in ((3, (2,)), (5, ())):
    case(f"SolveTriangular/lower{n}", lambda a, b: L.solve_triangular(a.tril(), b, upper=False), {"a": definite(n, *lead), "b": normal(*lead, n, 2)})
    case(f"SolveTriangular/upper{n}", lambda a, b: L.solve_triangular(a.triu(), b, upper=True), {"a": definite(n, *lead), "b": normal(*lead, n, 2)})
    case(f"Cholesky/{n}", lambda x: L.cholesky(sym(x)), {"x": definite(n, *lead)})
    case(f"LU/lower{n}", lambda x: L.lu(x)[1], {"x": spectrum(n, n, *lead)})
    case(f"LU/upper{n}", lambda x: L.lu(x)[2], {"x": spectrum(n, n, *lead)})
    case(f"Eigh/w{n}", lambda x: L.eigh(sym(x))[0], {"x": definite(n, *lead, lo=-2)})
    case(f"Eigh/v2{n}", lambda x: L.eigh(sym(x))[1] ** 2, {"x": definite(n, *lead, lo=-2)})
    case(f"Eigh/exp{n}", lambda x: torch.matrix_exp(sym(x)), {"x": definite(n, *lead, lo=-2)})
    case(f"Inverse/{n}", lambda x: L.inv(x), {"x": spectrum(n, n, *lead)})
    case(f"Solve/{n}", lambda a, b: L.solve(a, b), {"a": spectrum(n, n, *lead), "b": normal(*lead, n, 3)})
    case(f"Det/{n}", lambda x: L.det(x), {"x": spectrum(n, n, *lead)})
    case(f"SlogDet/{n}", lambda x: torch.prod(torch.stack([L.slogdet(x)[0].detach(), L.slogdet(x)[1]]), 0), {"x": spectrum(n, n, *lead)})
    case(f"MatrixExp/{n}", lambda x: torch.matrix_exp(x), {"x": normal(*lead, n, n)})
    for k in (3, 6, -2):
        case(f"MatrixPower/{k}of{n}", lambda x: L.matrix_power(x, k), {"x": spectrum(n, n, *lead, hi=1.5)}, {"k": k})
case("MatrixExp/large", lambda x: torch.matrix_exp(x), {"x": normal(4, 4, scale=3)})
for m, n, lead in ((5, 3, (2,)), (3, 5, ()), (4, 4, ())):
    x = spectrum(m, n, *lead)
    case(f"QR/q{m}{n}", lambda x: L.qr(x)[0], {"x": x}) if m >= n else None
    case(f"QR/r{m}{n}", lambda x: L.qr(x)[1], {"x": x}) if m >= n else None
    case(f"SVD/s{m}{n}", lambda x: L.svd(x, full_matrices=False)[1], {"x": x})
    case(f"SVD/u2{m}{n}", lambda x: L.svd(x, full_matrices=False)[0] ** 2, {"x": x})
    case(f"SVD/v2{m}{n}", lambda x: L.svd(x, full_matrices=False)[2].mT ** 2, {"x": x})
    case(f"PInverse/{m}{n}", lambda x: L.pinv(x), {"x": x})
    if m >= n:
        case(f"LstSq/{m}{n}", lambda a, b: L.lstsq(a, b).solution, {"a": x, "b": normal(*lead, m, 2)})
for kind, p in enumerate(("fro", "nuc", 2, 1, np.inf)):
    case(f"MatrixNorm/{kind}", lambda x: L.matrix_norm(x, p), {"x": spectrum(4, 3, 2)}, {"kind": kind})
case("Cond/odd", lambda x: L.cond(x), {"x": spectrum(4, 3, 2)})
case("CholeskySolve/odd", lambda a, b: torch.cholesky_solve(b, a.tril()), {"a": definite(4, 2), "b": normal(2, 4, 3)})
out.save()
