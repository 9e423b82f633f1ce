"""Golden answers of the models for series: DLinear, by its definition (Zeng and others, 2022, section 4), in PyTorch.

python3 _golden/series.py
"""
import copy
import torch
import formula
import golden


class DLinear(torch.nn.Module):
    def __init__(self, past, ahead, columns, kernel, individual):
        super().__init__()
        self.kernel = kernel
        n = columns if individual else 1
        self.Linear_Seasonal = torch.nn.ModuleList(torch.nn.Linear(past, ahead) for _ in range(n))
        self.Linear_Trend = torch.nn.ModuleList(torch.nn.Linear(past, ahead) for _ in range(n))

    def forward(self, x):
        side = (self.kernel - 1) // 2
        padded = torch.cat([x[:, :1].repeat(1, side, 1), x, x[:, -1:].repeat(1, side, 1)], 1).transpose(1, 2)
        trend = torch.nn.functional.avg_pool1d(padded, self.kernel, 1)
        rest = x.transpose(1, 2) - trend

        def run(maps, x):
            if len(maps) == 1:
                return maps[0](x)
            return torch.stack([m(x[:, i]) for i, m in enumerate(maps)], 1)

        y = run(self.Linear_Seasonal, rest) + run(self.Linear_Trend, trend)
        return y.transpose(1, 2).flatten(1)


f = golden.File("model/dlinear/testdata/dlinear.golden", "_golden/series.py", by="PyTorch " + torch.__version__)
for name, columns, kernel, individual in [("shared", 3, 5, False), ("individual", 3, 7, True), ("long_average", 2, 25, False)]:
    m = DLinear(12, 4, columns, kernel, individual)
    names = formula.fill(m)
    x = torch.from_numpy(formula.signed(1000, 5, 12, columns))
    with torch.no_grad():
        y, y64 = m(x), copy.deepcopy(m).double()(x.double())
    off = ((y - y64).abs().max() / y64.abs().max()).item()
    config = dict(kernel=kernel, individual=True) if individual else dict(kernel=kernel)
    f.add(name, {"x": x, "evaluation": y, "training": y}, dict(config=config, names=names, err32=off))
f.save()
