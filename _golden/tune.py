#!/usr/bin/env python3
"""Densities of Parzen estimators by Optuna, for recipe/tune (needs optuna)."""
import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights
import golden

f = golden.File("recipe/tune/testdata/parzen.golden", "_golden/tune.py",
                "log densities at x of a Parzen estimator of the observations; on a logarithmic range by log x",
                by=f"Optuna {optuna.__version__}, NumPy {np.__version__}")
PARAMETERS = _ParzenEstimatorParameters(prior_weight=1.0, consider_magic_clip=True, consider_endpoints=False,
                                        weights=default_weights, multivariate=False)
r = np.random.default_rng(0)


def draw(d, n):
    if isinstance(d, CategoricalDistribution):
        return r.integers(0, len(d.choices), n).astype(float)
    if d.log:
        x = np.exp(r.uniform(np.log(d.low), np.log(d.high), n))
    else:
        x = r.uniform(d.low, d.high, n)
    if d.step is not None:
        x = np.clip(d.low + np.round((x - d.low) / d.step) * d.step, d.low, d.high)
    return x


for name, d in {
    "uniform": FloatDistribution(-2, 5), "log": FloatDistribution(1e-4, 1e-1, log=True), "step": FloatDistribution(0, 0.5, step=0.1),
    "int": IntDistribution(1, 9), "logint": IntDistribution(4, 256, log=True), "choice": CategoricalDistribution(("a", "b", "c")),
}.items():
    # of more than 16 observations with equal ones among them, Optuna's widths depend on the order in which NumPy sorts equals
    for n in (0, 1, 2, 7, 26, 40) if name in ("uniform", "log", "choice") else (0, 1, 2, 7, 15):
        seen, x = draw(d, n), draw(d, 9)
        p = _ParzenEstimator({"x": seen}, {"x": d}, PARAMETERS)
        attrs = {} if name == "choice" else {"low": d.low, "high": d.high, "step": d.step or 0, "log": d.log}
        f.add(f"{name}/{n}", {"seen": seen, "x": x, "density": p.log_pdf({"x": x})}, attrs)
f.save()
