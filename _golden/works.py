"""Golden losses of three whole works, mlp, cnn and lstm: 20 steps of plain SGD in PyTorch, from weights and data that a formula gives.

The architectures and the batch of 64 are those of the benchmark suite:
  mlp  Linear 784-512, Relu, Linear 512-512, Relu, Linear 512-10
  cnn  Conv 1-32 5x5 pad 2, Relu, MaxPool 2, Conv 32-64 5x5 pad 2, Relu, MaxPool 2, Flatten, Linear 3136-512, Relu, Linear 512-10
  lstm 64 steps of 256 numbers, LSTM 256-256, its last state, Linear 256-10; a batch of 32

The recipe, exact on any machine:
  u(key, i)  = (word >> 8) * 2^-24, word = word i%4 of the Philox4x32-10 block with
               counter (lo32(i/4), hi32(i/4), 0, 0) and key (lo32(key), hi32(key))
  parameters number p = 0, 1, ... in the order weight, bias, layer by layer; element i in row-major order of
               [out in] or [out in h w]:  float32(float32(1 / sqrt(fan_in)) * float32(2 u(p+1, i) - 1)),
               fan_in = in, or in*h*w, of the layer, for its weight and its bias alike
  x          row-major [64 784], [64 1 28 28] or [32 64 256]:  float32(2 u(1000, i) - 1)
  target     [64] or the first 32 of them:  (10 * (word >> 8)) >> 24, words from key 1001
  each step  loss = mean cross entropy over the rows, on the same batch each time; p -= lr * gradient, no momentum
2u - 1 has 24 bits, so it is exact in float32.

A case "<work>/lr<rate>" holds: loss [20], before each step, by PyTorch in float32; loss64 [20], the same in float64;
logits [batch 10], before the first step; grad_norm [parameters], the L2 norms at the first step; param_norm and
param_sum [parameters], after the last step. names is an attribute, in the order of the parameters.
Case "recipe" holds the first numbers of the formula, to test it before a model is built.
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import golden
import philox

STEPS, BATCH = 20, 64
out = golden.File("train/testdata/works.golden", "_golden/works.py", "weights and data from Philox by formula; see the script's header")


def signed(key, n):
    return (2 * philox.uniform(key, n) - 1).astype(np.float32)


def fill(model):
    p = 0
    for layer in model:
        ps = list(layer.parameters())
        if not ps:
            continue
        fan_in = ps[0][0].numel()
        scale = np.float32(1 / np.sqrt(fan_in))
        for t in ps:
            t.data = torch.from_numpy((scale * signed(p + 1, t.numel())).reshape(t.shape))
            p += 1
    return model


def mlp():
    return fill(nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)))


def cnn():
    return fill(nn.Sequential(nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                              nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                              nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10)))


class Last(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(256, 256, batch_first=True)

    def forward(self, x):
        return self.lstm(x)[0][:, -1]


def lstm():
    return fill(nn.Sequential(Last(), nn.Linear(256, 10)))


X = torch.from_numpy(signed(1000, BATCH * 784))
SEQUENCES = torch.from_numpy(signed(1000, 32 * 64 * 256)).reshape(32, 64, 256)
Y = torch.from_numpy(((10 * (philox.words(1001, BATCH) >> np.uint32(8)).astype(np.int64)) >> 24))


def train(model, x, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses, logits, norms = [], None, None
    for _ in range(STEPS):
        opt.zero_grad()
        y = model(x)
        loss = F.cross_entropy(y, Y[:len(x)])
        loss.backward()
        losses.append(loss.item())
        if logits is None:
            logits, norms = y.detach(), [p.grad.double().norm().item() for p in model.parameters()]
        opt.step()
    return losses, logits, norms


def work(name, make, x, lr):
    model, double = make(), make().double()
    losses, logits, norms = train(model, x, lr)
    losses64, _, norms64 = train(double, x.double(), lr)
    off = max(abs(a - b) for a, b in zip(losses, losses64))
    if off > 1e-5:
        raise ValueError(f"golden: {name}: float32 and float64 losses differ by {off}")
    ps = [p.detach().double() for p in model.parameters()]
    out.add(f"{name}/lr{lr}", {
        "loss": np.array(losses, np.float32), "loss64": np.array(losses64), "logits": logits, "grad_norm": np.array(norms64),
        "param_norm": np.array([p.norm().item() for p in ps]), "param_sum": np.array([p.sum().item() for p in ps]),
    }, {"lr": lr, "batch": len(x), "names": [n for n, _ in model.named_parameters()], "shapes": [list(p.shape) for p in ps]})
    print(name, lr, "losses", " ".join("%.7g" % v for v in losses), "| float32 off by %.1g" % off)


w1 = mlp()[0].weight.detach()
out.add("recipe", {"words_key1": philox.words(1, 8).astype(np.int64), "mlp_weight": w1.reshape(-1)[:8], "x": X[:8], "target": Y})
for name, make, shape, rate in [("mlp", mlp, (784,), (0.01, 0.1)), ("cnn", cnn, (1, 28, 28), (0.01, 0.02))]:
    for lr in rate:
        work(name, make, X.reshape(BATCH, *shape), lr)
for lr in (0.01, 0.1):
    work("lstm", lstm, SEQUENCES, lr)
out.save()
