"""Golden values of what FCOS is trained for: which place answers for which box, the three losses, and their gradients.

Written from the paper (Tian and others, 2019, arXiv:1904.01355), with the choices of torchvision's detector: places at the upper
left corner of their squares, boxes' middles within 1.5 strides, levels by the farthest edge, the smallest box first, 1 - GIoU.

  python3 _golden/fcosloss.py
"""
import math
import numpy as np
import torch
import torch.nn.functional as F
import golden

rng = np.random.default_rng(20261126)
HEIGHT, WIDTH, CLASSES, STRIDES = 64, 96, 3, (8, 16, 32)
places = [(s, x, y) for s in STRIDES for y in range(0, HEIGHT, s) for x in range(0, WIDTH, s)]


def answers_for(boxes):
    """The number of the box that each place answers for, -1 for none."""
    out = []
    for s, x, y in places:
        best, area = -1, math.inf
        for k, (x0, y0, x1, y1) in enumerate(boxes):
            edges = (x - x0, y - y0, x1 - x, y1 - y)
            near = max(abs(x - (x0 + x1) / 2), abs(y - (y0 + y1) / 2)) < 1.5 * s
            low = 0 if s == STRIDES[0] else 4 * s
            high = math.inf if s == STRIDES[-1] else 8 * s
            if near and min(edges) > 0 and low < max(edges) < high and (x1 - x0) * (y1 - y0) < area:
                best, area = k, (x1 - x0) * (y1 - y0)
        out.append(best)
    return out


def giou(a, b):
    size = lambda t: (t[:, 2] - t[:, 0]) * (t[:, 3] - t[:, 1])
    meet = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = size(a) + size(b) - meet
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    return meet / union - (hull - union) / hull


def losses(logits, edges, central, boxes, classes, match):
    focal = overlap = middle = 0
    for n, (b, c, m) in enumerate(zip(boxes, classes, match)):
        y = torch.zeros_like(logits[n])
        own = [i for i, k in enumerate(m) if k >= 0]
        for i in own:
            y[i, c[m[i]]] = 1
        p = torch.sigmoid(logits[n])
        right = torch.where(y > 0, p, 1 - p)
        weight = torch.where(y > 0, 0.25 * torch.ones_like(p), 0.75 * torch.ones_like(p))
        focal = focal - (weight * (1 - right) ** 2 * F.logsigmoid(torch.where(y > 0, logits[n], -logits[n]))).sum()
        if not own:
            continue
        at = torch.tensor([places[i] for i in own], dtype=logits.dtype)
        s, xy = at[:, :1], at[:, 1:]
        want = torch.tensor(np.array([b[m[i]] for i in own]), dtype=logits.dtype)
        e = edges[n][own] * s
        overlap = overlap + (1 - giou(torch.cat([xy - e[:, :2], xy + e[:, 2:]], 1), want)).sum()
        l, t, r, d = torch.cat([xy - want[:, :2], want[:, 2:] - xy], 1).T
        q = ((torch.minimum(l, r) / torch.maximum(l, r)) * (torch.minimum(t, d) / torch.maximum(t, d))).sqrt()
        middle = middle + F.binary_cross_entropy_with_logits(central[n][own, 0], q, reduction="sum")
    return focal, overlap, middle


def boxes_of(n):
    middle, size = rng.uniform([0, 0], [WIDTH, HEIGHT], (n, 2)), np.exp(rng.uniform(math.log(8), math.log(100), (n, 2)))
    b = np.concatenate([middle - size / 2, middle + size / 2], 1).clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])
    return b.astype(np.float32)


file = golden.File("model/fcos/testdata/loss.golden", "_golden/fcosloss.py", "d<x> is the gradient of the sum of the three losses, in float64")
for name, counts in [("some", (7, 0, 12)), ("none", (0,))]:
    boxes, classes = [boxes_of(n) for n in counts], [rng.integers(0, CLASSES, n) for n in counts]
    match = [answers_for(b.astype(np.float64)) for b in boxes]
    shape = (len(counts), len(places))
    x = {
        "logits": rng.standard_normal((*shape, CLASSES)).astype(np.float32) - 2,
        "edges": rng.uniform(0.1, 5, (*shape, 4)).astype(np.float32),
        "central": rng.standard_normal((*shape, 1)).astype(np.float32),
    }
    t = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in x.items()}
    parts = losses(*t.values(), boxes, classes, match)
    total = sum(parts)
    grads = torch.autograd.grad(total, list(t.values()), allow_unused=True)
    rows = [np.concatenate([b, c[:, None].astype(np.float32)], 1) for b, c in zip(boxes, classes)]
    answered = [[-1 if k < 0 else int(c[k]) for k in m] for m, c in zip(match, classes)]
    arrays = dict(x, things=np.concatenate(rows).astype(np.float32), classes=np.array(answered, dtype=np.int64))
    for k, g in zip(x, grads):
        arrays["d" + k] = np.zeros(x[k].shape, np.float32) if g is None else g.numpy().astype(np.float32)
    file.add(name, arrays, dict(counts=counts, height=HEIGHT, width=WIDTH, strides=STRIDES, sum=float(total), parts=[float(v) for v in parts]))
    print(name, [sum(k >= 0 for k in m) for m in match], [float(v) for v in parts])
file.save()
