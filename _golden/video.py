"""Golden answers of the networks for films: convolutional LSTMs by their definition (Shi and others, 2015, without peepholes), in PyTorch.

python3 _golden/video.py
"""
import copy
import torch
import formula
import golden


class Layer(torch.nn.Module):
    def __init__(self, cin, f, size):
        super().__init__()
        self.weight_ih = torch.nn.Parameter(torch.empty(4 * f, cin, size, size))
        self.weight_hh = torch.nn.Parameter(torch.empty(4 * f, f, size, size))
        self.bias = torch.nn.Parameter(torch.empty(4 * f))
        self.f, self.pad = f, size // 2

    def forward(self, x):
        n, t, _, h, w = x.shape
        hidden = cell = x.new_zeros(n, self.f, h, w)
        out = []
        for k in range(t):
            z = torch.conv2d(x[:, k], self.weight_ih, self.bias, padding=self.pad) + torch.conv2d(hidden, self.weight_hh, padding=self.pad)
            i, f, g, o = z.chunk(4, 1)
            cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
            hidden = o.sigmoid() * cell.tanh()
            out.append(hidden)
        return torch.stack(out, 1)


class Network(torch.nn.Module):
    def __init__(self, c, channels, size, patch):
        super().__init__()
        self.patch = patch
        widths = [c * patch * patch] + channels
        self.layers = torch.nn.ModuleList(Layer(a, b, size) for a, b in zip(widths, widths[1:]))
        self.head = torch.nn.Conv2d(sum(channels), widths[0], 1)

    def forward(self, x):
        n, t = x.shape[:2]
        h = torch.nn.functional.pixel_unshuffle(x.flatten(0, 1), self.patch).unflatten(0, (n, t))
        states = []
        for layer in self.layers:
            h = layer(h)
            states.append(h)
        y = self.head(torch.cat(states, 2).flatten(0, 1))
        return torch.nn.functional.pixel_shuffle(y, self.patch).unflatten(0, (n, t))


f = golden.File("model/convlstm/testdata/convlstm.golden", "_golden/video.py", by="PyTorch " + torch.__version__)
for name, c, channels, size, patch in [("one", 1, [3], 3, 1), ("two_in_patches", 2, [4, 3], 3, 2)]:
    m = Network(c, channels, size, patch)
    names = formula.fill(m)
    x = torch.from_numpy(formula.signed(1000, 2, 4, c, 6, 8))
    with torch.no_grad():
        y, y64 = m(x), copy.deepcopy(m).double()(x.double())
        first = m(x[:, :3])
        x4 = first[:, 2:3].sigmoid()
        ahead = [x4, m(torch.cat([x[:, :3], x4], 1))[:, 3:4].sigmoid()]
    off = ((y - y64).abs().max() / y64.abs().max()).item()
    f.add(name, {"x": x, "logits": y, "next": torch.cat(ahead, 1)}, dict(config=dict(channels=channels, size=size, patch=patch), names=names, err32=off))
f.save()
