"""The losses of the recipe airline by PyTorch: torch.nn.LSTM and a linear layer, trained with torch.optim.AdamW.

The test of recipe/series writes the first weights and the batches, which this asks it for (it needs go); this writes
recipe/series/testdata/airline.golden. Case "losses" holds loss [350], that of each batch before its step, in float32. Both
curves are drawn by

    go test ./recipe/series -run PyTorch -peer-curve "$PWD/docs/recipes/airline-peer.svg"
"""
import csv, gzip, math, os, subprocess, tempfile
import numpy as np
import torch
import golden

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "airline.npz")
    subprocess.run(["go", "test", "./recipe/series", "-run", "PyTorch", "-peer-input", path], cwd=golden.ROOT, check=True)
    with np.load(path) as f:
        z = {k: torch.from_numpy(f[k]) for k in f.files}
x, y = z.pop("x"), z.pop("y")
print({k: tuple(v.shape) for k, v in z.items()})


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, 32, batch_first=True)
        self.linear = torch.nn.Linear(32, 1)

    def forward(self, x):
        return self.linear(self.lstm(x)[0][:, -1])


m = Network()
names = {}
for name, v in z.items():
    last = name.split(".")[-1]
    names["linear." + last if v.shape[0] == 1 else "lstm." + last] = v
m.load_state_dict(names)
opt = torch.optim.AdamW(m.parameters(), lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
# The recipe measures in thousands of passengers and learns in deviations of the 82 months for training.
with gzip.open(os.path.join(golden.ROOT, "data/sample/files/flights.csv.gz"), "rt") as f:
    months = np.array([float(row["passengers"]) for row in csv.DictReader(f)][:82])
y = ((y - months.mean()) / months.std()).float()
losses = []
for step in range(len(x)):
    for g in opt.param_groups:
        g["lr"] = 0.01 * (1 + math.cos(math.pi * step / len(x))) / 2
    loss = torch.nn.functional.mse_loss(m(x[step]), y[step])
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)
    opt.step()
    losses.append(loss.item())
f = golden.File("recipe/series/testdata/airline.golden", "_golden/airline.py", "from weights and batches that the recipe's test writes")
f.add("losses", dict(loss=np.array(losses)))
f.save()
print(losses[:3], losses[-1])
