"""Golden values of the objectives of generation, pre-training and adaptation, and of the samplers of diffusion.

The files are one a reference: generation.golden by PyTorch, with the formulas of the papers written beside the libraries'
(TRL's losses of DPO, KTO, GRPO and reward models are inside its trainers and cannot be called); generationtransformers.golden by
transformers, generationdiffusers.golden by diffusers, generationtrl.golden by functions of TRL.
sum is the loss, d<x> the gradient of sum.
"""
import os, types, warnings

warnings.filterwarnings("ignore")
os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
import numpy as np
import torch
import torch.nn.functional as F
import golden

torch.version.cuda = None  # torchvision compares it with its own; nothing here runs on a GPU
import diffusers, transformers, trl

rng = np.random.default_rng(20261127)
SCRIPT, NOTE = "_golden/generation.py", "values in float64 from float32 inputs, rounded to float32; d<x> is the gradient of sum; err32 is the reference's own float32 error"
by_torch = golden.File("objective/testdata/generation.golden", SCRIPT, NOTE)
by = lambda name, m: golden.File(f"objective/testdata/generation{name}.golden", SCRIPT, NOTE, by=f"{name} {m.__version__}, PyTorch {torch.__version__}")
by_transformers, by_diffusers = by("transformers", transformers), by("diffusers", diffusers)
by_trl = golden.File("objective/testdata/generationtrl.golden", SCRIPT, NOTE, by=f"TRL {trl.__version__}, PyTorch {torch.__version__}")
samplers = golden.File("generate/diffusion/testdata/diffusion.golden", SCRIPT, "float64, from diffusers' schedulers with their tables in float64", by=f"diffusers {diffusers.__version__}, PyTorch {torch.__version__}")


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


def case(out, name, loss, count, inputs, attrs=None, fixed=()):
    """loss(**inputs) is the sum; count a number."""

    class Renamed:
        def add(self, name, arrays, attrs):
            arrays = dict(arrays)
            arrays.pop("dy")
            out.add(name, {("sum" if k == "y" else k): v for k, v in arrays.items()}, attrs)

    class Ones:
        def standard_normal(self, shape):
            return np.ones(shape)

    def fn(**k):
        return {"y": loss(**k), "count": torch.as_tensor(float(count), dtype=torch.float64)}

    golden.case(Renamed(), name, fn, inputs, Ones(), attrs, fixed)


# The games. BCE with logits is the textbook form of the first two; torch's functions for the others.
bce = lambda x, y: F.binary_cross_entropy_with_logits(x, torch.full_like(x, y), reduction="sum")
games = {
    "MinimaxGAN": (lambda real, fake: bce(real, 1.0) + bce(fake, 0.0), lambda real, fake: -bce(fake, 0.0)),
    "NonSaturatingGAN": (lambda real, fake: bce(real, 1.0) + bce(fake, 0.0), lambda real, fake: bce(fake, 1.0)),
    "LeastSquaresGAN": (lambda real, fake: (F.mse_loss(real, torch.ones_like(real), reduction="sum") + F.mse_loss(fake, torch.zeros_like(fake), reduction="sum")) / 2,
                        lambda real, fake: F.mse_loss(fake, torch.ones_like(fake), reduction="sum") / 2),
    "HingeGAN": (lambda real, fake: F.relu(1 - real).sum() + F.relu(1 + fake).sum(), lambda real, fake: -fake.sum()),
    "WassersteinGAN": (lambda real, fake: fake.sum() - real.sum(), lambda real, fake: -fake.sum()),
    "RelativisticGAN": (lambda real, fake: bce(real - fake, 1.0), lambda real, fake: bce(fake - real, 1.0)),
    "RelativisticAverageGAN": (lambda real, fake: bce(real - fake.mean(), 1.0) + bce(fake - real.mean(), 0.0),
                               lambda real, fake: bce(fake - real.mean(), 1.0) + bce(real - fake.mean(), 0.0)),
}
for name, (d, g) in games.items():
    for side, f in (("discriminator", d), ("generator", g)):
        fixed = ("real",) if side == "generator" and not name.startswith("Relativistic") else ()
        case(by_torch, f"{name}/{side}/plain", f, 7, {"real": normal(7, 1, scale=2), "fake": normal(7, 1, scale=2)}, None, fixed)
        case(by_torch, f"{name}/{side}/extremes", f, 5, {"real": f32(1e4, -1e4, 90, -104, 1e-3), "fake": f32(-1e4, 1e4, 88, 0.5, -1e-3)}, None, fixed)
case(by_torch, "NonSaturatingGAN/smoothed/plain", lambda real, fake: bce(real, 0.9) + bce(fake, 0.0), 7, {"real": normal(7, scale=2), "fake": normal(7, scale=2)})


def slope(x, w, v):
    """A critic with a hidden layer."""
    with torch.enable_grad():
        x = x.detach().requires_grad_(True)
        y = torch.tanh(x.reshape(len(x), -1) @ w) @ v
        return torch.autograd.grad(y.sum(), x, create_graph=True)[0].reshape(len(x), -1).norm(dim=1)


for kind, f in {"two": lambda s: (s - 1) ** 2, "one": lambda s: F.relu(s - 1) ** 2, "zero": lambda s: s**2}.items():
    case(by_torch, f"GradientPenalty/{kind}/plain", lambda x, w, v, f=f: f(slope(x, w, v)).sum(), 5,
         {"x": normal(5, 2, 2), "w": normal(4, 3), "v": normal(3, scale=1.5)}, fixed=("x",))

# Autoencoders.
N = torch.distributions
kl = lambda mean, logvariance: N.kl_divergence(N.Normal(mean, (logvariance / 2).exp()), N.Normal(torch.zeros_like(mean), torch.ones_like(mean))).sum()
case(by_torch, "StandardNormalKL/plain", kl, 5, {"mean": normal(5, 3), "logvariance": normal(5, 3)})
case(by_torch, "StandardNormalKL/extremes", kl, 3, {"mean": f32(1e4, 0, -3).reshape(3, 1), "logvariance": f32(-80, 20, 60).reshape(3, 1)})
case(by_torch, "ELBO/bernoulli", lambda reconstruction, target, mean, logvariance: F.binary_cross_entropy_with_logits(reconstruction, target, reduction="sum") + 4 * kl(mean, logvariance),
     5, {"reconstruction": normal(5, 2, 3, scale=3), "target": uniform(5, 2, 3), "mean": normal(5, 2), "logvariance": normal(5, 2)}, {"beta": 4.0}, ("target",))
case(by_torch, "ELBO/gaussian", lambda reconstruction, target, mean, logvariance: -N.Normal(reconstruction, 0.3).log_prob(target).sum() + kl(mean, logvariance),
     5, {"reconstruction": normal(5, 2, 3), "target": normal(5, 2, 3), "mean": normal(5, 2), "logvariance": normal(5, 2)}, {"beta": 1.0, "variance": 0.09}, ("target",))
case(by_torch, "VectorQuantization/plain", lambda encoded, code: F.mse_loss(code, encoded.detach(), reduction="sum") + 0.25 * F.mse_loss(encoded, code.detach(), reduction="sum"),
     15, {"encoded": normal(5, 3), "code": normal(5, 3)})

# Diffusion. The tables in float64; diffusers computes them in float32, and must agree to that.
def tables(T):
    f = lambda t: np.cos((t / T + 0.008) / 1.008 * np.pi / 2) ** 2
    betas = {"linear": np.linspace(1e-4, 0.02, T), "scaled_linear": np.linspace(0.00085**0.5, 0.012**0.5, T) ** 2,
             "squaredcos_cap_v2": np.array([min(1 - f(t + 1) / f(t), 0.999) for t in range(T)])}
    kept = {k: np.cumprod(1 - b) for k, b in betas.items()}
    for k, v in kept.items():
        first, last = (0.00085, 0.012) if k == "scaled_linear" else (1e-4, 0.02)
        theirs = diffusers.DDPMScheduler(T, beta_start=first, beta_end=last, beta_schedule=k).alphas_cumprod.double().numpy()
        if not np.allclose(theirs, v, rtol=2e-4, atol=1e-7):
            raise ValueError(f"golden: {k}: {np.abs(theirs - v).max()} from diffusers")
        by_diffusers.add(f"NoiseSchedule/{k}{T}", {"theirs": theirs.astype(np.float32), "exact": v.astype(np.float64)} if T < 100 else {"theirs": theirs[::37].astype(np.float32), "exact": v[::37]}, {"steps": T, "kind": k})
    return betas, kept


tables(10)
betas, kept = tables(1000)


def scheduler(cls, kind="linear", **kw):
    """A scheduler of diffusers with tables in float64."""
    if cls is not diffusers.DPMSolverMultistepScheduler:
        kw["clip_sample"] = False
    s = cls(1000, beta_schedule=kind, **kw)
    s.betas = torch.from_numpy(betas[kind])
    s.alphas = 1 - s.betas
    s.alphas_cumprod = torch.from_numpy(kept[kind])
    return s


ddpm = scheduler(diffusers.DDPMScheduler)
x, e, t = normal(5, 2, 3), normal(5, 2, 3), i64(0, 17, 500, 998, 999)
case(by_diffusers, "Noised/linear", lambda example, noise, step: (ddpm.add_noise(example.double(), noise.double(), step) * torch.arange(1, 31, dtype=torch.float64).reshape(5, 2, 3).to(example.dtype)).sum(), 0, {"example": x, "noise": e, "step": t})


def snr(step):  # as diffusers' training_utils.compute_snr
    a = ddpm.alphas_cumprod[step]
    return (a**0.5 / (1 - a) ** 0.5) ** 2


def denoising(predict, gamma):
    def f(prediction, example, noise, step):
        target = {"noise": noise, "example": example, "velocity": ddpm.get_velocity(example.double(), noise.double(), step).to(example.dtype)}[predict]
        w = torch.ones(len(step), dtype=torch.float64)
        if gamma:
            s = snr(step)
            w = torch.minimum(s, torch.full_like(s, gamma)) / {"noise": s, "example": torch.ones_like(s), "velocity": s + 1}[predict]
        return (F.mse_loss(prediction, target, reduction="none") * w.reshape(-1, 1, 1).to(prediction.dtype)).sum()
    return f


for number, predict in enumerate(("noise", "example", "velocity")):
    for gamma in (0.0, 5.0):
        case(by_diffusers, f"Diffusion/{predict}{'_min_snr' if gamma else ''}", denoising(predict, gamma), 30,
             {"prediction": normal(5, 2, 3), "example": x, "noise": e, "step": t}, {"predict": number, "gamma": gamma}, ("example", "noise"))
case(by_torch, "FlowMatching/plain", lambda prediction, example, noise: F.mse_loss(prediction, example - noise, reduction="sum"), 30, {"prediction": normal(5, 2, 3), "example": x, "noise": e}, {"spread": 0.0}, ("example", "noise"))
case(by_torch, "FlowMatching/spread", lambda prediction, example, noise: F.mse_loss(prediction, example - (1 - 0.1) * noise, reduction="sum"), 30, {"prediction": normal(5, 2, 3), "example": x, "noise": e}, {"spread": 0.1}, ("example", "noise"))

# Samplers: one step each with given noise, and whole runs without noise, of a model in closed form.
kinds = {"epsilon": 0, "sample": 1, "v_prediction": 2}
for kind in ("linear", "squaredcos_cap_v2"):
    for predicted, number in kinds.items():
        for step, steps in ((999, 1000), (500, 1000), (0, 1000), (980, 50), (20, 50)):
            for large in (False, True):
                s = scheduler(diffusers.DDPMScheduler, kind, prediction_type=predicted, variance_type="fixed_large" if large else "fixed_small", timestep_spacing="leading")
                s.set_timesteps(steps)
                a, y, z = (rng.standard_normal((2, 3)) for _ in range(3))
                module = __import__(s.__module__, fromlist=["x"])
                module.randn_tensor = lambda *_, **__: torch.from_numpy(z)
                out = s.step(torch.from_numpy(y), step, torch.from_numpy(a)).prev_sample
                samplers.add(f"DDPM/{kind}/{predicted}/{steps}/{step}/{'large' if large else 'small'}", {"x": a, "prediction": y, "noise": z, "y": out.numpy()},
                             {"schedule": kind, "predict": number, "steps": steps, "from": step, "large": large})
        for step, eta in ((980, 0.0), (500, 0.0), (500, 0.7), (0, 0.0), (20, 1.0)):
            s = scheduler(diffusers.DDIMScheduler, kind, prediction_type=predicted, timestep_spacing="leading")
            s.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
            s.set_timesteps(50)
            a, y, z = (rng.standard_normal((2, 3)) for _ in range(3))
            out = s.step(torch.from_numpy(y), step, torch.from_numpy(a), eta=eta, variance_noise=torch.from_numpy(z)).prev_sample
            samplers.add(f"DDIM/{kind}/{predicted}/{step}/{eta}", {"x": a, "prediction": y, "noise": z, "y": out.numpy()},
                         {"schedule": kind, "predict": number, "steps": 50, "from": step, "eta": eta})
    s = scheduler(diffusers.DDIMScheduler, kind, timestep_spacing="leading")
    s.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
    s.set_timesteps(20)
    a = torch.from_numpy(rng.standard_normal((2, 3)))
    y = a
    for step in s.timesteps:
        y = s.step(0.3 * y.tanh() + 0.0005 * step.double(), step, y).prev_sample
    samplers.add(f"run/DDIM/{kind}", {"x": a.numpy(), "y": y.numpy(), "timesteps": s.timesteps.numpy().astype(np.int64)}, {"schedule": kind, "steps": 20})
    # DPM-Solver++ at the steps of the DDIM run.
    d = scheduler(diffusers.DPMSolverMultistepScheduler, kind)
    d.set_timesteps(timesteps=s.timesteps.tolist())
    kept_at = kept[kind][s.timesteps.numpy()]
    d.sigmas = torch.from_numpy(np.append(((1 - kept_at) / kept_at) ** 0.5, 0.0))
    y = a
    for step in d.timesteps:
        y = d.step(0.3 * y.tanh() + 0.0005 * step.double(), step, y).prev_sample.double()
    samplers.add(f"run/DPMSolver/{kind}", {"x": a.numpy(), "y": y.numpy()}, {"schedule": kind, "steps": 20})
flow = diffusers.FlowMatchEulerDiscreteScheduler(1000)
flow.set_timesteps(sigmas=list(np.linspace(1, 1 / 8, 8)))  # their time runs from the example to the noise
flow.sigmas = torch.from_numpy(np.linspace(1, 0, 9))
a = torch.from_numpy(rng.standard_normal((2, 3)))
y = a
for i in range(8):
    y = flow.step(-(0.5 * y.sin() + i / 8), flow.timesteps[i], y).prev_sample
    y = y.double()
samplers.add("run/Euler", {"x": a.numpy(), "y": y.numpy()}, {"steps": 8})

# Language models.
labels = np.where(rng.random((5, 4)) < 0.3, -100, ints(6, 5, 4)).astype(np.int64)
count = int((labels[:, 1:] != -100).sum())
from transformers.loss.loss_utils import ForCausalLMLoss, ForMaskedLMLoss
case(by_transformers, "CausalLM/plain", lambda logits, labels: ForCausalLMLoss(logits, labels, 6) * count, count, {"logits": normal(5, 4, 6, scale=2), "labels": labels})
z_loss = lambda logits, labels: ((logits[:, :-1].logsumexp(-1) ** 2) * (labels[:, 1:] != -100)).sum()
case(by_torch, "CausalLM/z_loss", lambda logits, labels: F.cross_entropy(logits[:, :-1].reshape(-1, 6), labels[:, 1:].reshape(-1), reduction="sum") + 1e-2 * z_loss(logits, labels),
     count, {"logits": normal(5, 4, 6, scale=2), "labels": labels}, {"z_loss": 1e-2})
count = int((labels != -100).sum())
case(by_transformers, "MaskedLM/plain", lambda logits, labels: ForMaskedLMLoss(logits, labels, 6) * count, count, {"logits": normal(5, 4, 6, scale=2), "labels": labels})
case(by_torch, "NextSentence/plain", lambda logits, target: F.cross_entropy(logits, target, reduction="sum"), 7, {"logits": normal(7, 2, scale=2), "target": ints(2, 7)})
mask = (rng.random((5, 4)) < 0.7).astype(np.int64)
replaced = np.where(mask == 1, ints(2, 5, 4), -100)


def electra(logits, target):  # ElectraForPreTraining
    active = target.view(-1) >= 0
    return F.binary_cross_entropy_with_logits(logits.view(-1)[active], target.view(-1)[active].to(logits.dtype), reduction="sum")


case(by_torch, "ReplacedTokens/plain", electra, int(mask.sum()), {"logits": normal(5, 4, scale=3), "target": replaced})

# The masked autoencoder: transformers' patches, and its loss, which is inside the model's forward.
from transformers.models.vit_mae.modeling_vit_mae import ViTMAEForPreTraining


def paint(prediction, target, mask, norm):
    if norm:
        target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6) ** 0.5
    return (((prediction - target) ** 2).sum(-1) * mask).sum()


for norm in (False, True):
    config = types.SimpleNamespace(norm_pix_loss=norm, patch_size=2, num_channels=3)
    me = types.SimpleNamespace(config=config)
    me.patchify = lambda pixels, interpolate_pos_encoding=False, me=me: ViTMAEForPreTraining.patchify(me, pixels, interpolate_pos_encoding)
    mask = (rng.random((3, 4)) < 0.7).astype(np.float32)
    pixels = normal(3, 3, 4, 4)
    target = me.patchify(torch.from_numpy(pixels)).numpy()
    n = float(mask.sum() * 12)
    if not norm:
        by_transformers.add("Patches/plain", {"pixels": pixels, "patches": target})
    case(by_torch, f"MaskedPatches/{'normalized' if norm else 'plain'}",
         lambda norm=norm, **k: paint(**k, norm=norm), n,
         {"prediction": normal(3, 4, 12), "target": target, "mask": mask}, {"normalize": norm}, ("target", "mask"))

# Distillation.
for T in (1.0, 4.0):
    case(by_torch, f"Distillation/T{T:g}", lambda student, teacher, T=T: F.kl_div(F.log_softmax(student / T, -1), F.log_softmax(teacher / T, -1), log_target=True, reduction="sum") * T * T,
         5, {"student": normal(5, 4, scale=3), "teacher": normal(5, 4, scale=3)}, {"temperature": T})
case(by_torch, "FeatureDistillation/plain", lambda student, teacher: F.mse_loss(student, teacher, reduction="sum") / 2, 6, {"student": normal(3, 2, 4), "teacher": normal(3, 2, 4)})
at = lambda x: F.normalize(x.pow(2).sum(1).view(x.shape[0], -1))
case(by_torch, "AttentionDistillation/plain", lambda student, teacher: (at(student) - at(teacher)).pow(2).sum(), 3, {"student": normal(3, 4, 2, 3), "teacher": normal(3, 2, 2, 3)})

# Preferences. The formulas are those of TRL's trainers.
ll = lambda *shape: -uniform(*shape, low=0.5, high=30)
four = lambda: {k: ll(7) for k in ("chosen", "rejected", "chosen_before", "rejected_before")}
delta = lambda chosen, rejected, chosen_before, rejected_before: (chosen - chosen_before) - (rejected - rejected_before)


def dpo(beta, e, robust):
    def f(**k):
        d = beta * delta(**k)
        if robust:
            return ((-(1 - e) * F.logsigmoid(d) + e * F.logsigmoid(-d)) / (1 - 2 * e)).sum()
        return (-(1 - e) * F.logsigmoid(d) - e * F.logsigmoid(-d)).sum()
    return f


for beta, e, robust in ((0.1, 0.0, False), (0.5, 0.2, False), (0.1, 0.1, True)):
    case(by_torch, f"DPO/beta{beta}_smoothing{e}{'_robust' if robust else ''}", dpo(beta, e, robust), 7, four(), {"beta": beta, "smoothing": e, "robust": robust})
case(by_torch, "IPO/plain", lambda **k: ((delta(**k) - 1 / (2 * 0.3)) ** 2).sum(), 7, {k: v / 10 for k, v in four().items()}, {"tau": 0.3})
for margin, center in ((0.0, 0.0), (0.7, 0.01)):
    case(by_torch, f"Reward/margin{margin}", lambda chosen, rejected, m=margin, c=center: (-F.logsigmoid(chosen - rejected - m) + c * (chosen + rejected) ** 2).sum(),
         7, {"chosen": normal(7, scale=2), "rejected": normal(7, scale=2)}, {"margin": margin, "center": center})


def kto(answer, before, good, drift, beta=0.2, d=1.3, u=0.7):
    r = answer - before
    return torch.where(good > 0, d * (1 - torch.sigmoid(beta * (r - drift))), u * (1 - torch.sigmoid(beta * (drift - r)))).sum()


case(by_torch, "KTO/plain", kto, 7, {"answer": ll(7), "before": ll(7), "good": i64(1, 0, 0, 1, 1, 0, 1), "drift": np.float32(1.7).reshape(())}, {"beta": 0.2, "desirable": 1.3, "undesirable": 0.7}, ("drift",))

from trl.experimental.orpo.orpo_trainer import ORPOTrainer
from trl.experimental.cpo.cpo_trainer import CPOTrainer
F32 = torch.Tensor.float
accelerator = types.SimpleNamespace(device="cpu")
orpo = types.SimpleNamespace(beta=0.3, accelerator=accelerator)
torch.Tensor.float = lambda x: x  # TRL narrows to float32, which the golden values are computed above


def odds(chosen, rejected):
    return -ORPOTrainer.odds_ratio_loss(orpo, chosen, rejected)[0].sum() - chosen.sum()  # their loss is −(this) + the likelihood


case(by_trl, "ORPO/plain", odds, 7, {"chosen": -uniform(7, low=0.02, high=4), "rejected": -uniform(7, low=0.02, high=4)}, {"lambda": 0.3})
case(by_trl, "ORPO/extremes", odds, 4, {"chosen": f32(-1e-3, -90, -1e-2, -50), "rejected": f32(-90, -1e-3, -60, -2)}, {"lambda": 0.3})
torch.Tensor.float = F32
cpo = types.SimpleNamespace(beta=2.0, simpo_gamma=0.5, alpha=0.0, loss_type="simpo", label_smoothing=0.0, accelerator=accelerator)
case(by_trl, "SimPO/plain", lambda chosen, rejected: CPOTrainer.cpo_loss(cpo, chosen, rejected)[0].sum(), 7, {"chosen": ll(7) / 10, "rejected": ll(7) / 10}, {"beta": 2.0, "margin": 0.5})

# Log-likelihoods of answers, by TRL.
labels = np.where(rng.random((5, 4)) < 0.3, -100, ints(6, 5, 4)).astype(np.int64)
labels[3] = [1, 2, 3, 4]
labels[:, 2] = np.maximum(labels[:, 2], 0)
for average in (False, True):
    case(by_trl, f"LogLikelihoods/{'mean' if average else 'sum'}", lambda logits, labels, a=average: (CPOTrainer.get_batch_logps(logits, labels, average_log_prob=a) * torch.arange(1, 6)).sum(), 5,
         {"logits": normal(5, 4, 6, scale=2), "labels": labels}, {"average": average})


def ppo(now, before, advantage, mask, low=0.2, high=0.2):
    r = torch.exp(now - before)
    return (-torch.min(r * advantage, torch.clamp(r, 1 - low, 1 + high) * advantage) * mask).sum()


near = lambda *shape: (lambda a: {"now": a, "before": a + normal(*shape, scale=0.3)})(ll(*shape) / 10)
mask = (rng.random((5, 4)) < 0.7).astype(np.float32)
case(by_torch, "PPO/plain", ppo, mask.sum(), {**near(5, 4), "advantage": normal(5, 4), "mask": mask}, {"clip": 0.2, "high": 0.2}, ("mask",))
case(by_torch, "PPO/higher", lambda **k: ppo(**k, low=0.1, high=0.28), mask.sum(), {**near(5, 4), "advantage": normal(5, 4), "mask": mask}, {"clip": 0.1, "high": 0.28}, ("mask",))


def grpo(now, before, first, advantage, mask, tokens=False, beta=0.04):
    r = torch.exp(now - before)
    a = advantage.unsqueeze(1)
    each = -torch.min(r * a, torch.clamp(r, 0.8, 1.2) * a)
    each = each + beta * (torch.exp(first - now) - (first - now) - 1)
    return (each * mask).sum() if tokens else ((each * mask).sum(-1) / mask.sum(-1).clamp(min=1.0)).sum()


mask[2] = 0
for tokens in (False, True):
    i = near(5, 4)
    case(by_torch, f"GRPO/{'tokens' if tokens else 'answers'}", lambda tokens=tokens, **k: grpo(**k, tokens=tokens), mask.sum() if tokens else 5,
         {**i, "first": i["now"] + normal(5, 4, scale=0.5), "advantage": normal(5), "mask": mask}, {"tokens": tokens}, ("mask",))
reward = normal(12)
reward[8:] = 0.5
r = torch.from_numpy(reward).double().view(3, 4)
advantages = (r - r.mean(1, keepdim=True)) / (r.std(1, keepdim=True) + 1e-4)
by_torch.add("GroupAdvantages/plain", {"reward": reward, "scaled": advantages.reshape(-1).numpy().astype(np.float32), "plain": (r - r.mean(1, keepdim=True)).reshape(-1).numpy().astype(np.float32)})


def value(value, before, returns, clip=0.2):
    near = torch.clamp(value, before - clip, before + clip)
    return 0.5 * torch.max((value - returns) ** 2, (near - returns) ** 2).sum()


case(by_torch, "Value/plain", value, 9, {"value": normal(9), "before": normal(9), "returns": normal(9)})
case(by_torch, "Entropy/plain", lambda logits: torch.distributions.Categorical(logits=logits).entropy().sum(), 5, {"logits": normal(5, 4, scale=2)})
case(by_torch, "Entropy/extremes", lambda logits: torch.distributions.Categorical(logits=logits).entropy().sum(), 2, {"logits": f32(1e4, -1e4, 0, 90, 89, -104).reshape(2, 3)})

for f in (by_torch, by_transformers, by_diffusers, by_trl, samplers):
    f.save()
