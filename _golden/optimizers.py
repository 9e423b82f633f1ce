#!/usr/bin/env python3
"""Golden trajectories of the optimizers that _golden/optim.py does not have, and rates of schedules.

Writes one file a reference: optim/testdata/optimizers_REFERENCE.golden, of torch, optax, pytorch_optimizer and keras.

The problems are those of _golden/optim.py (bowl, rosenbrock, logistic) for vectors, and the same for matrices:
  bowl_matrix        f(p) = 1/2 sum h p^2,  h = [[1 4 16] [64 256 32]] / 64;  start [[1 -2 3] [-1 2 -3]]
  rosenbrock_matrix  the sum of the valley over the rows;  start [[-1.25 1] [0.5 -0.5]]
  logistic_matrix    that of p.ravel();  start [[0 0] [0 0]]
A case NAME/PROBLEM has start, params [20 n], the parameters after each step, and sometimes more; the gradient at each step
is the problem's where the parameters were before. Everything is in float64.
"""
import os
os.environ["KERAS_BACKEND"] = "torch"
import sys
import warnings
import numpy as np
import torch
import jax
jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import optax
import pytorch_optimizer as po
from pytorch_optimizer.optimizer.agc import agc
import keras
import golden

warnings.filterwarnings("ignore")
keras.backend.set_floatx("float64")
STEPS = 20
SCRIPT = "_golden/optimizers.py"
NOTE = "float64 throughout; attrs are the hyperparameters by the reference's names; see the script for the problems"
from importlib.metadata import version

files = {
    "torch": golden.File("optim/testdata/optimizers_torch.golden", SCRIPT, NOTE),
    "optax": golden.File("optim/testdata/optimizers_optax.golden", SCRIPT, NOTE, by=f"Optax {version('optax')}, JAX {version('jax')}"),
    "po": golden.File("optim/testdata/optimizers_po.golden", SCRIPT, NOTE, by=f"pytorch_optimizer {version('pytorch_optimizer')}, PyTorch {torch.__version__}"),
    "keras": golden.File("optim/testdata/optimizers_keras.golden", SCRIPT, NOTE, by=f"Keras {keras.__version__} on PyTorch {torch.__version__}"),
}

WANTED = sys.argv[1:] or list(files)  # give some of their names to make only those
H = np.array([1, 4, 16, 64, 256]) / 64
HM = np.array([[1, 4, 16], [64, 256, 32]]) / 64
rng = np.random.default_rng(20261126)
X = np.round(rng.standard_normal((8, 3)) * 64) / 64
T = np.array([1., 1, -1, 1, -1, -1, 1, -1])


def rosen(a, b):
    return (1 - a) ** 2 + 100 * (b - a ** 2) ** 2


def logistic(np_, softplus):
    return lambda p: softplus(-np_(T) * (np_(X) @ p.reshape(-1)[:3] + p.reshape(-1)[3])).mean()


def problems(a, softplus):
    return {
        "bowl": (lambda p: 0.5 * (a(H) * p * p).sum(), [1., -2, 3, -1, 2]),
        "rosenbrock": (lambda p: rosen(p[0], p[1]), [-1.25, 1]),
        "logistic": (logistic(a, softplus), [0., 0, 0, 0]),
        "bowl_matrix": (lambda p: 0.5 * (a(HM) * p * p).sum(), [[1., -2, 3], [-1, 2, -3]]),
        "rosenbrock_matrix": (lambda p: rosen(p[:, 0], p[:, 1]).sum(), [[-1.25, 1], [0.5, -0.5]]),
        "logistic_matrix": (logistic(a, softplus), [[0., 0], [0, 0]]),
    }


TORCH = problems(torch.tensor, torch.nn.functional.softplus)
JAX = problems(jnp.asarray, jax.nn.softplus)
VECTORS = ["bowl", "rosenbrock", "logistic"]
MATRICES = [p + "_matrix" for p in VECTORS]


def put(file, name, start, params, attrs, **more):
    params = np.stack(params)
    if not np.isfinite(params).all():
        raise ValueError(f"golden: {name} diverges")
    start = np.array(start, dtype=np.float64)
    files[file].add(name, {"start": start, "params": params.reshape(len(params), -1), **more}, attrs)


def by_torch(file, name, make, on, steep=None, closure=False, extra=None, **attrs):
    for problem in on if file in WANTED else []:
        f, start = TORCH[problem]
        use = dict(attrs, lr=steep) if steep and "rosenbrock" in problem else attrs
        p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        opt = make([p], **use)

        def evaluate():
            opt.zero_grad()
            loss = f(p)
            loss.backward()
            return loss
        params, more = [], []
        for _ in range(STEPS):
            if closure == "twice":
                evaluate()
            if closure:
                opt.step(evaluate)
            else:
                evaluate()
                opt.step()
            params.append(p.detach().numpy().copy())
            if extra:
                more.append(extra(opt, p))
        put(file, f"{name}/{problem}", start, params, use, **({"extra": np.stack(more).reshape(STEPS, -1)} if extra else {}))


def by_optax(name, make, on, steep=None, rate="learning_rate", loss=False, extra=None, grad_fn=False, **attrs):
    for problem in on if "optax" in WANTED else []:
        f, start = JAX[problem]
        use = dict(attrs, **{rate: steep}) if steep and "rosenbrock" in problem else attrs
        tx = make(**use)
        p = jnp.asarray(start, dtype=jnp.float64)
        state = tx.init(p)
        params, more = [], []
        for _ in range(STEPS):
            value, g = jax.value_and_grad(f)(p)
            kw = {"value": value} if loss else {}
            if grad_fn:
                kw["grad_fn"] = lambda q, _: jax.grad(f)(q)
            u, state = tx.update(g, state, p, **kw)
            p = optax.apply_updates(p, u)
            params.append(np.asarray(p))
            if extra:
                more.append(np.asarray(extra(state, p)))
        put("optax", f"{name}/{problem}", start, params, use, **({"extra": np.stack(more).reshape(STEPS, -1)} if extra else {}))


def by_keras(name, make, on, **attrs):
    for problem in on if "keras" in WANTED else []:
        f, start = TORCH[problem]
        v = keras.Variable(np.array(start), dtype="float64")
        opt = make(**attrs)
        opt.build([v])
        params = []
        for _ in range(STEPS):
            p = torch.tensor(np.array(v.numpy()), requires_grad=True)
            f(p).backward()
            opt.apply([p.grad], [v])
            params.append(np.array(v.numpy()))
        put("keras", f"{name}/{problem}", start, params, attrs)


# PyTorch. Some rules keep numbers of their own in the default type.
O = torch.optim
torch.set_default_dtype(torch.float64)
by_torch("torch", "AMSGrad/decoupled", lambda p, **a: O.AdamW(p, amsgrad=True, **a), VECTORS, lr=0.05, betas=(0.9, 0.9), eps=1e-8, weight_decay=0.1)
by_torch("torch", "NAdam/decoupled", lambda p, **a: O.NAdam(p, decoupled_weight_decay=True, **a), VECTORS, lr=0.05, betas=(0.8, 0.95), eps=1e-6, momentum_decay=0.01, weight_decay=0.1)
by_torch("torch", "NAdam/plain", O.NAdam, VECTORS, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3)
by_torch("torch", "NAdam/coupled", O.NAdam, VECTORS, lr=0.05, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3, weight_decay=0.1)
by_torch("torch", "RAdam/decoupled", lambda p, **a: O.RAdam(p, decoupled_weight_decay=True, **a), VECTORS, steep=5e-4, lr=0.05, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1)
by_torch("torch", "RAdam/coupled", O.RAdam, VECTORS, steep=5e-4, lr=0.05, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.1)
by_torch("torch", "Adamax/decay", O.Adamax, VECTORS, lr=0.05, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1)
by_torch("torch", "Adadelta/decay", O.Adadelta, VECTORS, lr=0.5, rho=0.8, eps=1e-4, weight_decay=0.1)
by_torch("torch", "RMSProp/decay", O.RMSprop, VECTORS, lr=0.01, alpha=0.9, eps=1e-4, momentum=0.5, centered=True, weight_decay=0.1)
by_torch("torch", "Rprop/default", O.Rprop, VECTORS, lr=0.01)
by_torch("torch", "Rprop/wild", O.Rprop, VECTORS, lr=0.1, etas=(0.3, 1.5), step_sizes=(0.01, 0.5))
by_torch("torch", "ASGD/default", O.ASGD, VECTORS, steep=5e-4, lr=0.05, extra=lambda o, p: o.state[p]["ax"].numpy().copy())
by_torch("torch", "ASGD/early", O.ASGD, VECTORS, steep=5e-4, lr=0.05, lambd=0.01, alpha=0.5, t0=5, weight_decay=0.1, extra=lambda o, p: o.state[p]["ax"].numpy().copy())
by_torch("torch", "Adafactor/default", O.Adafactor, VECTORS + MATRICES, lr=0.05, eps=(2 ** -23, 1e-3))
by_torch("torch", "Adafactor/decay", O.Adafactor, VECTORS + MATRICES, lr=0.1, beta2_decay=-0.5, eps=(1e-10, 0.1), d=2.0, weight_decay=0.1)
# PyTorch's Muon iterates in bfloat16, whose rounding is nobody's reference: here its own code runs in float64.
bf16 = torch.bfloat16
torch.bfloat16 = torch.float64
by_torch("torch", "Muon/default", O.Muon, MATRICES, lr=0.05, weight_decay=0.1, momentum=0.95, nesterov=True)
by_torch("torch", "Muon/plain", O.Muon, MATRICES, lr=0.05, weight_decay=0.0, momentum=0.8, nesterov=False, ns_steps=3)
by_torch("torch", "Muon/rms", O.Muon, MATRICES, lr=0.05, weight_decay=0.01, momentum=0.9, nesterov=True, adjust_lr_fn="match_rms_adamw")
torch.bfloat16 = bf16
by_torch("torch", "LBFGS/fixed", O.LBFGS, VECTORS, steep=0.01, closure=True, lr=0.2, max_iter=1, history_size=4)
by_torch("torch", "Wolfe/default", lambda p, **a: O.LBFGS(p, line_search_fn="strong_wolfe", **a), VECTORS, closure=True, lr=1.0, max_iter=1, max_eval=26, history_size=10)
by_torch("torch", "Wolfe/short", lambda p, **a: O.LBFGS(p, line_search_fn="strong_wolfe", **a), VECTORS + MATRICES[:1], closure=True, lr=0.3, max_iter=1, max_eval=26, history_size=2)

torch.set_default_dtype(torch.float32)

# Optax.
C = optax.contrib
by_optax("Adamax/w", optax.adamaxw, VECTORS, learning_rate=0.05, b1=0.9, b2=0.99, eps=1e-6, weight_decay=0.1)
by_optax("AdaBelief/default", optax.adabelief, VECTORS, learning_rate=0.01, b1=0.9, b2=0.999, eps=1e-16)
by_optax("AdaBelief/fast", lambda eps, **a: optax.adabelief(eps=eps, eps_root=eps, **a), VECTORS, learning_rate=0.05, b1=0.8, b2=0.9, eps=1e-6)
by_optax("Yogi/default", optax.yogi, VECTORS, learning_rate=0.01, b1=0.9, b2=0.999, eps=1e-3)
by_optax("Yogi/fast", optax.yogi, VECTORS, learning_rate=0.1, b1=0.8, b2=0.9, eps=0.01)
# Optax 0.2.8 has 1 - b2 where the paper, whose betas are 1 minus these, has b2: Adan is below.
by_optax("Lion/default", optax.lion, VECTORS, learning_rate=0.01, b1=0.9, b2=0.99, weight_decay=0.1)
by_optax("Lion/fast", optax.lion, VECTORS, learning_rate=0.05, b1=0.5, b2=0.8, weight_decay=0.0)
by_optax("LAMB/default", optax.lamb, VECTORS + MATRICES, learning_rate=0.01, b1=0.9, b2=0.999, eps=1e-6)
by_optax("LAMB/decay", optax.lamb, VECTORS + MATRICES, learning_rate=0.05, b1=0.8, b2=0.9, eps=1e-4, weight_decay=0.1)
by_optax("Fromage/default", optax.fromage, VECTORS + MATRICES, learning_rate=0.01)
by_optax("NovoGrad/default", optax.novograd, VECTORS + MATRICES, learning_rate=0.01)
by_optax("NovoGrad/decay", optax.novograd, VECTORS, learning_rate=0.02, b1=0.8, b2=0.9, eps=1e-4, weight_decay=0.1)
by_optax("SM3/default", optax.sm3, VECTORS + MATRICES, learning_rate=0.05)
by_optax("SignSGD/default", optax.sign_sgd, VECTORS, learning_rate=0.02)
by_optax("OptimisticAdam/default", lambda **a: optax.optimistic_adam(nesterov=False, **a), VECTORS, learning_rate=0.02, b1=0.9, b2=0.999, eps=1e-8)
by_optax("OptimisticAdam/more", lambda **a: optax.optimistic_adam(nesterov=False, **a), VECTORS, learning_rate=0.02, optimism=0.05, b1=0.8, b2=0.9, eps=1e-6)
by_optax("ACProp/default", C.acprop, VECTORS, learning_rate=0.01, b1=0.9, b2=0.999, eps=1e-16)
by_optax("ACProp/decay", lambda eps, **a: C.acprop(eps=eps, eps_root=eps, **a), VECTORS, learning_rate=0.01, b1=0.8, b2=0.9, eps=1e-6, weight_decay=0.1)
by_optax("AdEMAMix/default", C.ademamix, VECTORS, learning_rate=0.01)
by_optax("AdEMAMix/decay", C.ademamix, VECTORS, learning_rate=0.02, b1=0.8, b2=0.9, b3=0.99, alpha=2.0, eps=1e-6, weight_decay=0.1)
by_optax("COCOB/default", C.cocob, VECTORS)
by_optax("COCOB/bold", C.cocob, VECTORS, alpha=10.0, weight_decay=0.1)
by_optax("DAdaptAdamW/default", C.dadapt_adamw, VECTORS, estim_lr0=1e-2)
by_optax("DAdaptAdamW/decay", C.dadapt_adamw, VECTORS, learning_rate=0.5, betas=(0.8, 0.9), eps=1e-6, estim_lr0=1e-2, weight_decay=0.1)
by_optax("Prodigy/default", C.prodigy, VECTORS, estim_lr0=1e-3)
by_optax("Prodigy/decay", C.prodigy, VECTORS, learning_rate=0.5, betas=(0.8, 0.9), eps=1e-6, estim_lr0=1e-2, estim_lr_coef=2.0, weight_decay=0.1)
by_optax("DoG/default", C.dog, ["bowl", "rosenbrock"], init_step=("heuristic", 1e-2))
by_optax("DoG/decay", C.dog, VECTORS, learning_rate=0.5, init_step=("heuristic", 1e-2), eps=1e-6, weight_decay=0.1)
by_optax("DoWG/default", C.dowg, VECTORS)
by_optax("DoWG/decay", C.dowg, VECTORS, learning_rate=0.5, eps=1e-2, weight_decay=0.1)
by_optax("MoMo/default", C.momo, VECTORS, loss=True)
by_optax("MoMo/decay", C.momo, VECTORS, loss=True, learning_rate=0.2, beta=0.5, lower_bound=-0.1, weight_decay=0.1)
by_optax("PolyakSGD/default", optax.polyak_sgd, VECTORS, loss=True)
by_optax("PolyakSGD/bound", optax.polyak_sgd, VECTORS, loss=True, max_learning_rate=0.3, f_min=-0.1, eps=0.01)
by_optax("Mechanic/adamw", lambda **a: C.mechanize(optax.adamw(0.1, weight_decay=0.01), **a), VECTORS, s_init=1e-2)
by_optax("Mechanic/sgd", lambda **a: C.mechanize(optax.sgd(0.01), **a), VECTORS, weight_decay=0.1, eps=1e-6, s_init=0.1)
x = lambda s, p: C.schedule_free_eval_params(s, p)
by_optax("ScheduleFreeSGD/default", C.schedule_free_sgd, VECTORS, steep=5e-4, learning_rate=0.2, extra=x)
by_optax("ScheduleFreeSGD/decay", C.schedule_free_sgd, VECTORS, steep=5e-4, learning_rate=0.2, b1=0.6, weight_decay=0.1, extra=x)
by_optax("ScheduleFreeAdamW/default", C.schedule_free_adamw, VECTORS, learning_rate=0.02, extra=x)
by_optax("ScheduleFreeAdamW/decay", C.schedule_free_adamw, VECTORS, learning_rate=0.05, b1=0.8, b2=0.9, eps=1e-4, weight_decay=0.1, extra=x)
by_optax("SAM/plain", lambda rho, lr: C.sam(optax.sgd(lr), optax.chain(C.normalize(), optax.sgd(rho)), sync_period=2, opaque_mode=True), VECTORS, grad_fn=True, rho=0.05, lr=1e-3)


def lookahead(every, alpha):
    tx = optax.lookahead(optax.adam(0.02), every, alpha)
    return optax.GradientTransformation(lambda p: tx.init(optax.LookaheadParams.init_synced(p)), tx.update)


for problem in VECTORS:  # Optax's lookahead has both weights as its parameters
    f, start = JAX[problem]
    tx = optax.lookahead(optax.adam(0.02), 3, 0.4)
    ps = optax.LookaheadParams.init_synced(jnp.asarray(start))
    state, params = tx.init(ps), []
    for _ in range(STEPS):
        u, state = tx.update(jax.grad(f)(ps.fast), state, ps)
        ps = optax.apply_updates(ps, u)
        params.append(np.asarray(ps.fast))
    put("optax", f"Lookahead/adam/{problem}", start, params, dict(lr=0.02, every=3, alpha=0.4))

# pytorch_optimizer.
by_torch("po", "LARS/default", po.LARS, MATRICES, lr=10.0, momentum=0.9, trust_coefficient=1e-3)
by_torch("po", "LARS/decay", po.LARS, MATRICES, lr=2.0, momentum=0.5, trust_coefficient=0.01, weight_decay=0.1)
by_torch("po", "Shampoo/default", po.Shampoo, VECTORS + MATRICES, lr=0.1, matrix_eps=1e-2)
by_torch("po", "Shampoo/decay", po.Shampoo, MATRICES, lr=0.05, matrix_eps=1e-3, weight_decay=0.1)
f32 = torch.float32
torch.float32 = torch.float64  # in which its QR decomposition runs; a direction without gradient is divided by eps alone, and so eps is large
by_torch("po", "SOAP/default", po.SOAP, VECTORS + MATRICES, lr=0.05, betas=(0.95, 0.95), weight_decay=0.01, precondition_frequency=10, eps=1e-2)
by_torch("po", "SOAP/often", po.SOAP, MATRICES, lr=0.02, betas=(0.8, 0.9), shampoo_beta=0.7, weight_decay=0.1, precondition_frequency=2, eps=1e-2)
torch.float32 = f32
by_torch("po", "Adan/default", po.Adan, VECTORS, lr=0.01, betas=(0.98, 0.92, 0.99), eps=1e-8)
by_torch("po", "Adan/fast", po.Adan, VECTORS, lr=0.05, betas=(0.9, 0.8, 0.9), eps=1e-4)
by_torch("po", "Adan/decay", po.Adan, VECTORS, lr=0.05, betas=(0.9, 0.8, 0.9), eps=1e-6, weight_decay=0.1, weight_decouple=False)
by_torch("po", "SignSGD/momentum", po.SignSGD, VECTORS, lr=0.02, momentum=0.8, weight_decay=0.1)
by_torch("po", "SAM/adaptive", lambda p, rho, lr: po.SAM(p, base_optimizer=torch.optim.SGD, rho=rho, adaptive=True, lr=lr), VECTORS, closure="twice", rho=0.5, lr=2e-4)
for problem in VECTORS:  # Sophia, given the exact diagonal of the Hessian every three steps
    f, start = TORCH[problem]
    attrs = dict(lr=2.0, betas=(0.96, 0.9), weight_decay=0.05, p=0.02, update_period=3, eps=1e-10)
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    opt = po.SophiaH([p], **attrs)
    params, hess = [], []
    for i in range(STEPS):
        opt.zero_grad()
        f(p).backward()
        h = torch.diagonal(torch.autograd.functional.hessian(f, p.detach())).clone()
        hess.append(h.numpy().copy())
        opt.step(hessian=[h]) if i % 3 == 0 else opt.step()
        params.append(p.detach().numpy().copy())
    put("po", f"Sophia/exact/{problem}", start, params, attrs, hess=np.stack(hess))
for name, shape in [("matrix", (3, 4)), ("vector", (5,)), ("conv", (2, 3, 2, 2))]:
    r = np.random.default_rng(7)
    p, g = (torch.from_numpy(r.standard_normal(shape)) for _ in range(2))
    files["po"].add(f"agc/{name}", {"p": p, "g": g, "clipped": agc(p, g, agc_eps=1e-3, agc_clip_val=0.3)}, {"limit": 0.3, "eps": 1e-3})

# Keras.
by_keras("Ftrl/default", keras.optimizers.Ftrl, VECTORS, learning_rate=0.05)
by_keras("Ftrl/all", keras.optimizers.Ftrl, VECTORS, learning_rate=0.05, l1_regularization_strength=0.01, l2_regularization_strength=0.1, l2_shrinkage_regularization_strength=0.02, beta=0.1, initial_accumulator_value=0.2)

# Rates: rate [60], what step t uses.
S, RATES = O.lr_scheduler, 60


def rates(name, make, **attrs):
    opt = O.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule, rate = make(opt), []
    for _ in range(RATES):
        rate.append(opt.param_groups[0]["lr"])
        opt.step()
        schedule.step()
    files["torch"].add(f"rate/{name}", {"rate": np.array(rate)}, attrs)


rates("Triangular", lambda o: S.CyclicLR(o, 0.1, 1.0, step_size_up=7, step_size_down=4, cycle_momentum=False), up=7, down=4, low=0.1)
rates("Triangular2", lambda o: S.CyclicLR(o, 0.1, 1.0, step_size_up=5, mode="triangular2", cycle_momentum=False), up=5, low=0.1, halve=True)
rates("ExpRange", lambda o: S.CyclicLR(o, 0.1, 1.0, step_size_up=6, mode="exp_range", gamma=0.97, cycle_momentum=False), up=6, low=0.1, gamma=0.97)
rates("OneCycleLinear", lambda o: S.OneCycleLR(o, 1.0, total_steps=61, pct_start=0.4, anneal_strategy="linear", div_factor=10, final_div_factor=100, cycle_momentum=False), total=61, rise=0.4, start=0.1, end=0.001)
rates("Constant", lambda o: S.ConstantLR(o, 0.3, 9), factor=0.3, total=9)
rates("Sequential", lambda o: S.SequentialLR(o, [S.ConstantLR(o, 0.1, 20), S.ExponentialLR(o, 0.9)], milestones=[5]), at=5, low=0.1, gamma=0.9)
rates("Chained", lambda o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 5), S.ExponentialLR(o, 0.9)]), at=5, low=0.1, gamma=0.9)
rates("WarmRestarts", lambda o: S.CosineAnnealingWarmRestarts(o, 4, 3, 0.05), first=4, grow=3.0, low=0.05)
for name, mode, kw in [("default", "min", dict(factor=0.5, patience=2)), ("cooldown", "min", dict(factor=0.3, patience=1, cooldown=2, min_lr=0.02)),
                       ("max", "max", dict(factor=0.5, patience=0, threshold=0.05))]:
    opt = O.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    s = S.ReduceLROnPlateau(opt, mode, **kw)
    r = np.random.default_rng(3)
    values = np.exp(-np.minimum(np.arange(RATES), 25) / 10) + 0.02 * r.standard_normal(RATES) + 0.2
    rate = []
    for v in values:
        s.step(v)
        rate.append(opt.param_groups[0]["lr"])
    files["torch"].add(f"plateau/{name}", {"values": values, "rate": np.array(rate)}, dict(kw, mode=mode))

K = keras.optimizers.schedules


def keras_rates(name, s, **attrs):
    files["keras"].add(f"rate/{name}", {"rate": np.array([float(np.asarray(keras.ops.convert_to_numpy(s(t)))) for t in range(RATES)])}, attrs)


keras_rates("ExponentialDecay", K.ExponentialDecay(1.0, 12, 0.5), every=12, factor=0.5)
keras_rates("ExponentialStairs", K.ExponentialDecay(1.0, 12, 0.5, staircase=True), every=12, factor=0.5)
keras_rates("InverseTime", K.InverseTimeDecay(1.0, 8, 0.5), every=8, factor=0.5, stairs=False)
keras_rates("InverseTimeStairs", K.InverseTimeDecay(1.0, 8, 0.5, staircase=True), every=8, factor=0.5, stairs=True)
keras_rates("CosineDecayRestarts", K.CosineDecayRestarts(1.0, 10, t_mul=1.5, m_mul=0.8, alpha=0.1), first=10, grow=1.5, decay=0.8, low=0.1)
# Keras's borders belong to the piece before.
keras_rates("PiecewiseConstantDecay", K.PiecewiseConstantDecay([9, 29], [1.0, 0.5, 0.1]), at=[10, 30], rates=[1.0, 0.5, 0.1])

for f in WANTED:
    files[f].save()
