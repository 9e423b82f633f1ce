"""What settings of nanoGPT's decoder come to on Tiny Shakespeare by PyTorch, divided as the set shakespeare divides it.

Needs PyTorch 2 and a GPU: a setting takes half a minute to a minute and a half there. Each line of the output is a setting of
SETTINGS, the step at which the loss of the validation was least, that loss and the one of the test at that step; docs/recipes/language-model.md
has them. Muon and AdamW are those of package optim, in float32 with the iteration in bfloat16.
"""
import gzip, math
import torch
import torch.nn.functional as F
import golden

LAYERS, CONTEXT, HEAD = 6, 256, 64
SETTINGS = [
    dict(rule="adamw", width=384, drop=0.2, attention=0.2, decay=0.1, batch=64, steps=5000, until=2500),
    dict(rule="muon", width=384, drop=0.2, attention=0.2, decay=0.3, batch=64, steps=2500),
    dict(rule="muon", width=256, drop=0.2, attention=0.2, decay=0.3, batch=64, steps=2500),
    dict(rule="muon", width=256, drop=0.2, attention=0, decay=0.1, batch=32, steps=2500),
    dict(rule="muon", width=256, drop=0.1, attention=0, decay=0.2, batch=32, steps=1500),
    dict(rule="muon", width=256, drop=0.2, attention=0, decay=0.2, batch=32, steps=1500),
]
HALF = torch.bfloat16
with gzip.open(f"{golden.ROOT}/data/sample/files/tinyshakespeare.txt.gz", "rt", newline="") as f:
    text = f.read()
code = {c: i for i, c in enumerate(sorted(set(text)))}
ids = torch.tensor([code[c] for c in text], device="cuda")
test = len(ids) // 10
validation = len(ids) // 50
VALIDATION, TRAIN, TEST = ids[:validation], ids[validation:-test], ids[-test:]


def decoder(width):
    """The parameters by name."""
    small, p = 0.02 / math.sqrt(2 * LAYERS), {}
    def matrix(name, rows, columns, std=0.02):
        p[name] = (torch.randn(rows, columns, device="cuda") * std).requires_grad_()
    matrix("tokens", len(code), width)
    matrix("positions", CONTEXT, width)
    for i in range(LAYERS):
        matrix(f"{i}.qkv", width, 3 * width)
        matrix(f"{i}.output", width, width, small)
        matrix(f"{i}.up", width, 4 * width)
        matrix(f"{i}.down", 4 * width, width, small)
    for name in [f"{i}.norm{k}" for i in range(LAYERS) for k in (1, 2)] + ["norm"]:
        p[name] = torch.ones(width, device="cuda", requires_grad=True)
    return p


def loss(p, windows, drop=0.0, attention=0.0):
    x, y = windows[:, :-1], windows[:, 1:]
    b, t = x.shape
    width = p["tokens"].shape[1]
    norm = lambda name, h: F.layer_norm(h, (width,), p[name], None, 1e-5).to(HALF)
    h = F.dropout(F.embedding(x, p["tokens"]) + p["positions"][:t], drop)
    for i in range(LAYERS):
        q, k, v = (norm(f"{i}.norm1", h) @ p[f"{i}.qkv"].to(HALF)).view(b, t, 3, -1, HEAD).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True, dropout_p=attention)
        h = h + F.dropout(a.transpose(1, 2).reshape(b, t, width) @ p[f"{i}.output"].to(HALF), drop)
        a = F.gelu(norm(f"{i}.norm2", h) @ p[f"{i}.up"].to(HALF), approximate="tanh")
        h = h + F.dropout(a @ p[f"{i}.down"].to(HALF), drop)
    return F.cross_entropy((norm("norm", h) @ p["tokens"].to(HALF).t()).float().flatten(0, 1), y.flatten())


@torch.no_grad()
def over(p, part):
    n = (len(part) - 1) // CONTEXT
    at = torch.arange(n, device="cuda")[:, None] * CONTEXT + torch.arange(CONTEXT + 1, device="cuda")
    return sum(loss(p, part[a]).item() * len(a) for a in at.split(64)) / n


def orthogonal(u):
    x = u.to(HALF)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.t()
    x = x / x.float().norm().clamp(min=1e-7).to(HALF)
    for _ in range(5):
        a = x @ x.t()
        x = 3.4445 * x + (-4.775 * a + 2.0315 * (a @ a)) @ x
    return (x.t() if tall else x).float()


def train(rule, width, drop, attention, decay, batch, steps, until=None):
    torch.manual_seed(1)
    p = decoder(width)
    m = {k: torch.zeros_like(v) for k, v in p.items()}
    v = {k: torch.zeros_like(v) for k, v in p.items()}
    low, beta2 = (0.1, 0.99) if rule == "adamw" else (0.01, 0.999)
    best = (math.inf, 0, 0)
    for step in range(1, (until or steps) + 1):
        pace = step / 100 if step <= 100 else low + (1 - low) * (1 + math.cos(math.pi * (step - 101) / (steps - 100))) / 2
        starts = torch.randint(0, len(TRAIN) - CONTEXT - 1, (batch, 1), device="cuda")
        g = dict(zip(p, torch.autograd.grad(loss(p, TRAIN[starts + torch.arange(CONTEXT + 1, device="cuda")], drop, attention), list(p.values()))))
        with torch.no_grad():
            clip = (1 / (torch.stack([x.norm() for x in g.values()]).norm() + 1e-6)).clamp(max=1)
            for k, w in p.items():
                d = g[k] * clip
                if rule == "muon" and w.dim() > 1:
                    m[k].lerp_(d, 0.05)
                    w.mul_(1 - 0.02 * pace * decay).sub_(0.02 * pace * math.sqrt(max(1, w.shape[0] / w.shape[1])) * orthogonal(m[k].lerp(d, 0.05)))
                    continue
                lr = pace * (0.001 if rule == "adamw" else 0.004)
                m[k].lerp_(d, 0.1)
                v[k].lerp_(d * d, 1 - beta2)
                lambda_ = 0.01 if rule == "muon" else decay if w.dim() > 1 else 0
                w.mul_(1 - lr * lambda_).sub_(lr * (m[k] / (1 - 0.9**step)) / ((v[k] / (1 - beta2**step)).sqrt() + 1e-8))
        if step % (steps // 20) == 0:
            best = min(best, (over(p, VALIDATION), step, over(p, TEST)))
    return best


for s in SETTINGS:
    least, step, tested = train(**s)
    print(s, f"step {step}: validation {least:.4f}, test {tested:.4f}", flush=True)
