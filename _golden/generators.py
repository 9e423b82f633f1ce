"""Golden answers of what makes pictures: DCGAN with and without labels, VAE, VQ-VAE, as plain PyTorch modules with the
structure and the names of PyTorch's examples (dcgan, vae) and of the papers. Parameters and inputs by formula.py.

  python _golden/generators.py
"""
import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
import formula
import golden


def case(file, name, model, inputs, config, modes=("evaluation", "training"), outputs=("y",)):
    names = formula.fill(model)
    double, arrays, off = copy.deepcopy(model).double(), dict(inputs), 0
    with torch.no_grad():
        for mode in modes:
            train = mode == "training"
            ys = copy.deepcopy(model).train(train)(*inputs.values())
            ys64 = copy.deepcopy(double).train(train)(*(x.double() if x.is_floating_point() else x for x in inputs.values()))
            ys, ys64 = [y if isinstance(y, tuple) else (y,) for y in (ys, ys64)]
            for out, y, y64 in zip(outputs, ys, ys64):
                off = max(off, ((y - y64).abs().max() / y64.abs().max()).item())
                arrays[f"{mode} {out}"] = y
    file.add(name, arrays, dict(config=config, names=names, inputs=list(inputs), outputs=list(outputs), err32=off))
    print(name, "float32 off by %.1g" % off)


def numbers(*shape, key=1000):
    return torch.from_numpy(formula.signed(key, *shape))


class Generator(nn.Module):
    def __init__(self, latent, width, halvings, channels, classes=0):
        super().__init__()
        if classes:
            self.label = nn.Embedding(classes, classes)
        layers, into, stride, pad = [], latent + classes, 1, 0
        for i in reversed(range(halvings)):
            layers += [nn.ConvTranspose2d(into, width << i, 4, stride, pad, bias=False), nn.BatchNorm2d(width << i), nn.ReLU()]
            into, stride, pad = width << i, 2, 1
        self.main = nn.Sequential(*layers, nn.ConvTranspose2d(into, channels, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z, label=None):
        if label is not None:
            z = torch.cat([z, self.label(label)], 1)
        return self.main(z[:, :, None, None])


class Discriminator(nn.Module):
    def __init__(self, channels, width, halvings, norm, classes=0, size=0):
        super().__init__()
        self.size = size
        if classes:
            self.label = nn.Embedding(classes, size * size)
        layers, into = [], channels + (classes > 0)
        for i in range(halvings):
            layers.append(nn.Conv2d(into, width << i, 4, 2, 1, bias=False))
            if i:
                layers.append(norm(width << i))
            layers.append(nn.LeakyReLU(0.2))
            into = width << i
        self.main = nn.Sequential(*layers, nn.Conv2d(into, 1, 4, 1, 0, bias=False))

    def forward(self, x, label=None):
        if label is not None:
            x = torch.cat([x, self.label(label).view(-1, 1, self.size, self.size)], 1)
        return self.main(x).flatten(1)


f = golden.File("model/dcgan/testdata/dcgan.golden", "_golden/generators.py")
label = torch.tensor([2, 0, 1])
case(f, "generator", Generator(6, 4, 2, 3), dict(z=numbers(3, 6)), dict(width=4, size=16))
case(f, "cgenerator", Generator(5, 3, 3, 1, 3), dict(z=numbers(3, 5), label=label), dict(width=3, size=32, channels=1, classes=3))
for name, norm in [("batch", nn.BatchNorm2d), ("layer", lambda c: nn.GroupNorm(1, c)), ("instance", lambda c: nn.InstanceNorm2d(c, affine=True)), ("none", lambda c: nn.Identity())]:
    case(f, "discriminator/" + name, Discriminator(3, 4, 2, norm), dict(x=numbers(3, 3, 16, 16)), dict(width=4, norm=name))
case(f, "cdiscriminator", Discriminator(1, 4, 2, nn.BatchNorm2d, 3, 16), dict(x=numbers(3, 1, 16, 16), label=label), dict(width=4, classes=3))
f.save()


class Vae(nn.Module):
    def __init__(self, size, hidden, latent):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(size, hidden), nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.fc3, self.fc4 = nn.Linear(latent, hidden), nn.Linear(hidden, size)

    def forward(self, x):
        h = F.relu(self.fc1(x.flatten(1)))
        mean, log_variance = self.fc21(h), self.fc22(h)
        return self.fc4(F.relu(self.fc3(mean))).view_as(x), mean, log_variance


f = golden.File("model/vae/testdata/vae.golden", "_golden/generators.py")
case(f, "small", Vae(24, 7, 3), dict(x=numbers(4, 2, 3, 4)), dict(hidden=7, latent=3), modes=["evaluation"], outputs=["logits", "mean", "log_variance"])
f.save()


class Block(nn.Module):
    def __init__(self, width, residual):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(width, residual, 3, padding=1), nn.Conv2d(residual, width, 1)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(F.relu(x))))


class Vqvae(nn.Module):
    def __init__(self, channels, width, residual, blocks, codes, code):
        super().__init__()
        stack = lambda: [Block(width, residual) for _ in range(blocks)]
        self.encoder = nn.Sequential(nn.Conv2d(channels, width, 4, 2, 1), nn.ReLU(), nn.Conv2d(width, width, 4, 2, 1), *stack(), nn.ReLU(), nn.Conv2d(width, code, 1))
        self.book = nn.Parameter(torch.empty(codes, code))
        self.decoder = nn.Sequential(nn.Conv2d(code, width, 3, padding=1), *stack(), nn.ReLU(), nn.ConvTranspose2d(width, width, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(width, channels, 4, 2, 1))

    def forward(self, x):
        z = self.encoder(x).permute(0, 2, 3, 1)
        e = self.book[torch.cdist(z.reshape(-1, z.shape[-1]), self.book).argmin(1)].view_as(z)
        return self.decoder((z + (e - z).detach()).permute(0, 3, 1, 2)), z, e


f = golden.File("model/vqvae/testdata/vqvae.golden", "_golden/generators.py")
case(f, "small", Vqvae(2, 6, 4, 2, 9, 3), dict(x=numbers(2, 2, 8, 12)), dict(width=6, residual=4, codes=9, code=3), modes=["evaluation"], outputs=["picture", "encoded", "code"])
f.save()
