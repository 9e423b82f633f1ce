"""Golden values of package data/table: scikit-learn's scalers, imputers and target encoder."""
import numpy as np, sklearn
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler, TargetEncoder
from sklearn.impute import SimpleImputer
import golden

rng = np.random.default_rng(20261126)
out = golden.File("data/table/testdata/table.golden", "_golden/table.py", "columns with missing cells as NaN", by=f"scikit-learn {sklearn.__version__}")

x = np.round(rng.standard_normal((11, 3)) * [1, 40, 0.1] + [0, 300, -2], 2).astype(np.float32).astype(np.float64)
x[[1, 4], 0] = np.nan
x[7, 1] = np.nan
x[:4, 2] = x[0, 2]
for name, s in [("Standard", StandardScaler()), ("Range", MinMaxScaler()), ("Robust", RobustScaler())]:
    out.add(f"Scale/{name}", {"x": x.astype(np.float32), "y": s.fit_transform(x).astype(np.float32)})
for name, how in [("Mean", "mean"), ("Median", "median"), ("Most", "most_frequent")]:
    out.add(f"Fill/{name}", {"x": x.astype(np.float32), "y": SimpleImputer(strategy=how).fit_transform(x).astype(np.float32)})

codes = rng.integers(0, 4, 30)
y = rng.standard_normal(30) + codes
for smooth in (0.0, 5.0):
    e = TargetEncoder(smooth=smooth, target_type="continuous").fit(codes.reshape(-1, 1), y)
    out.add(f"TargetEncoding/{smooth:g}", {"codes": codes.astype(np.int64), "target": y, "encoded": e.transform(codes.reshape(-1, 1))[:, 0]}, {"smooth": smooth})
out.save()
