"""The first losses of the recipe shakespeare by PyTorch: nanoGPT's decoder written with torch.nn, trained with torch.optim.AdamW.

The test of recipe/language writes the first weights and the batches, which this asks it for (it needs go); this writes
recipe/language/testdata/shakespeare.golden. Case "losses" holds loss [120], that of each batch before its step, in float32.
Both curves are drawn by

    go test ./recipe/language -run PyTorch -peer-curve "$PWD/docs/recipes/shakespeare-peer.svg"
"""
import math, os, subprocess, tempfile
import numpy as np
import torch
import torch.nn.functional as F
import golden

LAYERS, HEADS = 4, 4
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "shakespeare.npz")
    subprocess.run(["go", "test", "./recipe/language", "-run", "PyTorch", "-peer-input", path], cwd=golden.ROOT, check=True)
    with np.load(path) as f:
        z = {k: f[k] for k in f.files}
p = {k: torch.nn.Parameter(torch.from_numpy(z[k])) for k in z if k not in ("x", "y")}
x, y = torch.from_numpy(z["x"]), torch.from_numpy(z["y"])


def norm(name, h):
    return F.layer_norm(h, h.shape[-1:], p[name + ".weight"], None, 1e-5)


def attention(name, h):
    b, t, d = h.shape
    q, k, v = ((h @ p[name + ".c_attn.weight"]).view(b, t, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4))
    w = (q @ k.transpose(-1, -2)) / math.sqrt(d // HEADS)
    w = w.masked_fill(torch.ones(t, t, dtype=torch.bool).triu(1), -math.inf).softmax(-1)
    return (w @ v).transpose(1, 2).reshape(b, t, d) @ p[name + ".c_proj.weight"]


def gelu(h):  # torch 1.13 has the tanh approximation too; this is its formula
    return 0.5 * h * (1 + torch.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h ** 3)))


def forward(ids):
    h = p["transformer.wte.weight"][ids] + p["transformer.wpe.weight"][: ids.shape[1]]
    for i in range(LAYERS):
        n = f"transformer.h.{i}"
        h = h + attention(n + ".attn", norm(n + ".ln_1", h))
        h = h + gelu(norm(n + ".ln_2", h) @ p[n + ".mlp.c_fc.weight"]) @ p[n + ".mlp.c_proj.weight"]
    return norm("transformer.ln_f", h) @ p["transformer.wte.weight"].T


def rate(step):
    """Nought to full in 100 steps, then half a cosine to a hundredth at step 2,000."""
    if step < 100:
        return 0.004 * (step + 1) / 100
    return 0.004 * (0.01 + 0.99 * (1 + math.cos(math.pi * (step - 100) / 1900)) / 2)


matrices = [v for v in p.values() if v.dim() > 1]
vectors = [v for v in p.values() if v.dim() < 2]
opt = torch.optim.AdamW([dict(params=matrices, weight_decay=0.1), dict(params=vectors, weight_decay=0.0)], lr=rate(0), betas=(0.9, 0.99), eps=1e-8)
losses = []
for step in range(len(x)):
    for g in opt.param_groups:
        g["lr"] = rate(step)
    loss = F.cross_entropy(forward(x[step]).flatten(0, 1), y[step].flatten())
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(p.values()), 1.0)
    opt.step()
    losses.append(loss.item())
    if step % 50 == 0:
        print(step, losses[-1], flush=True)
f = golden.File("recipe/language/testdata/shakespeare.golden", "_golden/shakespeare.py", "from weights and batches that the recipe's test writes")
f.add("losses", dict(loss=np.array(losses)))
f.save()
