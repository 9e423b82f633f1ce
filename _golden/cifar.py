"""Golden logits of the ResNets for small pictures, with shortcuts without parameters: a re-implementation in plain PyTorch of
He et al., 2015, section 4.2, with the names of akamaster/pytorch_resnet_cifar10. Weights and pictures as in formula.py.
"""
import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
import formula
import golden


class Block(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.more = width - channels

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.more:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more // 2, self.more // 2))
        return F.relu(y + x)


class Net(nn.Module):
    def __init__(self, layers, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        channels = width
        for i in range(3):
            blocks = []
            for j in range((layers - 2) // 6):
                blocks.append(Block(channels, width << i, 2 if i and not j else 1))
                channels = width << i
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(channels, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


if __name__ == "__main__":
    f = golden.File("model/resnet/testdata/cifar.golden", "_golden/cifar.py")
    with torch.no_grad():
        for layers, width, size in ((8, 4, 32), (20, 16, 15)):
            m = Net(layers, width)
            names = formula.fill_state({k: v for k, v in m.state_dict().items() if not k.endswith("num_batches_tracked")})
            x = torch.from_numpy(formula.signed(1000, 2, 3, size, size))
            arrays, err = {}, 0.0
            for what in ("evaluation", "training"):
                a, b = copy.deepcopy(m), copy.deepcopy(m).double()
                a.train(what == "training"), b.train(what == "training")
                y, z = a(x), b(x.double())
                arrays[what] = y
                err = max(err, float((y - z).abs().max() / z.abs().max()))
            f.add(f"resnet{layers}_{width}", arrays, dict(layers=layers, width=width, size=size, names=names, err32=err))
    f.save()
