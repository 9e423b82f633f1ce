"""Golden values of package optim: trajectories of 20 steps, rates of 30 steps, clipped gradients.

A trajectory "Rule/variant/problem" holds, in float64:
  start [n]       the parameters before the first step
  grads [20 n]    the gradient that the rule saw at each step
  params [20 n]   the parameters after each step
  loss [20]       the loss before each step
Feed the rule the stored gradients to test it alone, or the problem's own gradients to test it with autograd.

The problems, in float32-exact numbers:
  bowl         f(p) = 1/2 sum h[i] p[i]^2,  h = 1 4 16 64 256 over 64;  start 1 -2 3 -1 2
  rosenbrock   f(p) = (1 - p0)^2 + 100 (p1 - p0^2)^2;  start -1.25 1
  logistic     mean over 8 rows of log(1 + exp(-t (x p[:3] + p[3]))), t in {-1, 1};  start 0.  x, t in case "problem/logistic"
Rosenbrock is steep: rates of the rules that follow the raw gradient are 5e-4 there.
"""
import math
import numpy as np
import torch
import golden

STEPS, RATES = 20, 30
out = golden.File("optim/testdata/optim.golden", "_golden/optim.py", "float64 throughout; attrs are the hyperparameters by PyTorch's names; see the script for the problems")
rng = np.random.default_rng(20261126)
f64 = lambda v: torch.tensor(v, dtype=torch.float64)

H = f64([1, 4, 16, 64, 256]) / 64
X = torch.from_numpy(np.round(rng.standard_normal((8, 3)) * 64) / 64)
T = f64([1, 1, -1, 1, -1, -1, 1, -1])
out.add("problem/logistic", {"x": X, "t": T})
out.add("problem/bowl", {"h": H})

PROBLEMS = {
    "bowl": (lambda p: 0.5 * (H * p * p).sum(), [1, -2, 3, -1, 2]),
    "rosenbrock": (lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2, [-1.25, 1]),
    "logistic": (lambda p: torch.nn.functional.softplus(-T * (X @ p[:3] + p[3])).mean(), [0, 0, 0, 0]),
}


def trajectory(name, make, problem, attrs):
    f, start = PROBLEMS[problem]
    p = f64(start).requires_grad_(True)
    opt = make([p], **attrs)
    grads, params, losses = [], [], []
    for _ in range(STEPS):
        opt.zero_grad()
        loss = f(p)
        loss.backward()
        grads.append(p.grad.clone())
        losses.append(loss.item())
        opt.step()
        params.append(p.detach().clone())
    if not torch.isfinite(torch.stack(params)).all():
        raise ValueError(f"golden: {name}/{problem} diverges")
    out.add(f"{name}/{problem}", {"start": f64(start), "grads": torch.stack(grads), "params": torch.stack(params), "loss": f64(losses)}, attrs)


O = torch.optim
for name, make, attrs, steep in [
    ("SGD/plain", O.SGD, dict(lr=0.1), 5e-4),
    ("SGD/momentum", O.SGD, dict(lr=0.1, momentum=0.9), 5e-4),
    ("SGD/nesterov", O.SGD, dict(lr=0.1, momentum=0.9, nesterov=True), 5e-4),
    ("SGD/dampening_decay", O.SGD, dict(lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.01), 5e-4),
    ("SGD/decay", O.SGD, dict(lr=0.1, weight_decay=0.1), 5e-4),
    ("SGD/nesterov_decay", O.SGD, dict(lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.01), 5e-4),
    ("Adam/default", O.Adam, dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8), None),
    ("Adam/fast", O.Adam, dict(lr=0.1, betas=(0.8, 0.95), eps=1e-6), None),
    ("Adam/decay", O.Adam, dict(lr=0.05, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1), None),
    ("Adam/amsgrad", O.Adam, dict(lr=0.05, betas=(0.9, 0.9), eps=1e-8, amsgrad=True), None),
    ("AdamW/default", O.AdamW, dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01), None),
    ("AdamW/strong", O.AdamW, dict(lr=0.05, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1), None),
    ("RMSProp/default", O.RMSprop, dict(lr=0.01, alpha=0.99, eps=1e-8), None),
    ("RMSProp/momentum", O.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-8, momentum=0.9), None),
    ("RMSProp/centered", O.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-4, centered=True), None),
    ("Adagrad/default", O.Adagrad, dict(lr=0.1, eps=1e-10), None),
    ("Adagrad/decay", O.Adagrad, dict(lr=0.1, eps=1e-10, lr_decay=0.1, weight_decay=0.01, initial_accumulator_value=0.1), None),
    ("Adadelta/default", O.Adadelta, dict(lr=1.0, rho=0.9, eps=1e-6), None),
    ("Adamax/default", O.Adamax, dict(lr=2e-3, betas=(0.9, 0.999), eps=1e-8), None),
    ("NAdam/default", O.NAdam, dict(lr=2e-3, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3), None),
    ("RAdam/default", O.RAdam, dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8), None),
]:
    for problem in PROBLEMS:
        attrs = dict(attrs)
        trajectory(name, make, problem, dict(attrs, lr=steep) if steep and problem == "rosenbrock" else attrs)


# Rates: rate [30], what step t = 0..29 uses.
S = O.lr_scheduler


def rates(name, make, lr, attrs):
    opt = O.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule, rate = make(opt), []
    for _ in range(RATES):
        rate.append(opt.param_groups[0]["lr"])
        opt.step()
        schedule.step()
    out.add(f"rate/{name}", {"rate": f64(rate)}, dict(attrs, lr=lr))


def warm_cosine(t, warm=5, total=30, low=0.1):
    """Factor on the rate: (t+1)/warm for the first steps, then half a cosine from 1 to low at t = total."""
    if t < warm:
        return (t + 1) / warm
    return low + (1 - low) * 0.5 * (1 + math.cos(math.pi * (t - warm) / (total - warm)))


rates("Step", lambda o: S.StepLR(o, 7, 0.5), 0.1, dict(step_size=7, gamma=0.5))
rates("MultiStep", lambda o: S.MultiStepLR(o, [5, 12, 20], 0.1), 0.1, dict(milestones=[5, 12, 20], gamma=0.1))
rates("Exponential", lambda o: S.ExponentialLR(o, 0.9), 0.1, dict(gamma=0.9))
rates("Cosine", lambda o: S.CosineAnnealingLR(o, 30), 0.1, dict(total=30, low=0.0))
rates("Cosine_low", lambda o: S.CosineAnnealingLR(o, 29, 0.001), 0.1, dict(total=29, low=0.001))
rates("WarmCosine", lambda o: S.LambdaLR(o, warm_cosine), 0.1, dict(warm=5, total=30, low_factor=0.1))
rates("Linear", lambda o: S.LinearLR(o, 0.25, 1.0, 8), 0.1, dict(start_factor=0.25, end_factor=1.0, total=8))
rates("Polynomial", lambda o: S.PolynomialLR(o, 25, 2.0), 0.1, dict(total=25, power=2.0))
rates("CosineRestarts", lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2, 0.01), 0.1, dict(first=5, mult=2, low=0.01))
rates("OneCycle", lambda o: S.OneCycleLR(o, 0.1, total_steps=31, cycle_momentum=False), 0.1, dict(max_lr=0.1, total_steps=31, pct_start=0.3, div_factor=25.0, final_div_factor=1e4))

# Clipping: gradients g0, g1 of two parameters, clipped together; norm is the norm before.
for name, limit, kind, scale in [("above", 1.0, 2.0, 3.0), ("below", 10.0, 2.0, 0.1), ("max", 0.5, math.inf, 1.0), ("l1", 2.0, 1.0, 1.0), ("zero", 1.0, 2.0, 0.0)]:
    g = [torch.from_numpy((rng.standard_normal(s) * scale).astype(np.float32)) for s in [(3, 4), (5,)]]
    ps = [torch.zeros_like(v, requires_grad=True) for v in g]
    for p, v in zip(ps, g):
        p.grad = v.clone()
    norm = torch.nn.utils.clip_grad_norm_(ps, limit, kind)
    out.add(f"clip_norm/{name}", {"g0": g[0], "g1": g[1], "norm": norm.reshape(()), "clipped0": ps[0].grad, "clipped1": ps[1].grad},
            {"max": limit, "order": "inf" if math.isinf(kind) else kind, "eps": 1e-6})

out.save()
