"""Golden folds of package data: scikit-learn's GroupKFold and TimeSeriesSplit, which draw nothing at random.

A case holds groups [n] (or the number of steps n) and, for each fold, its number at the positions held out: fold [n], −1 where none.
"""
import numpy as np, sklearn
from sklearn.model_selection import GroupKFold, TimeSeriesSplit
import golden

rng = np.random.default_rng(20261126)
out = golden.File("data/testdata/splits.golden", "_golden/splits.py", "folds", by=f"scikit-learn {sklearn.__version__}")

for name, groups, k in [("few", rng.integers(0, 5, 23), 3), ("many", rng.integers(0, 12, 40), 4), ("pairs", np.repeat(np.arange(10), 2), 5)]:
    fold = np.full(len(groups), -1)
    for i, (_, held) in enumerate(GroupKFold(k).split(groups, groups=groups)):
        fold[held] = i
    out.add(f"GroupKFold/{name}", {"groups": groups.astype(np.int64), "fold": fold.astype(np.int64)}, {"k": k})

for name, n, k, gap in [("even", 12, 3, 0), ("odd", 17, 4, 0), ("gap", 23, 3, 2)]:
    held, learned = np.full(n, -1), []
    for i, (train, test) in enumerate(TimeSeriesSplit(k, gap=gap).split(np.zeros(n))):
        held[test] = i
        learned.append(len(train))
    out.add(f"TimeSeriesSplit/{name}", {"fold": held.astype(np.int64), "learned": np.array(learned, np.int64)}, {"n": n, "k": k, "gap": gap})
out.save()
