"""The writer of golden files, shared by the scripts beside it.

A golden file is JSON lines: a header, then one line a case.

  {"golden":1,"made_by":"...","script":"_golden/op.py","date":"2026-11-24","note":"..."}
  {"name":"Relu/odd","attrs":{...},"arrays":{"x":{"dtype":"float32","shape":[2,3],"data":[...]}}}

float32 is printed with %.9g and float64 with %.17g, so both come back bit for bit; NaN, +Inf and -Inf are strings.
A file over 200 kB is written through gzip, under the same name; readers look at the first two bytes.
If only the date would change, the file is left alone, so running a script twice changes nothing.
The Go reader is internal/check/golden.go.
"""
import datetime, gzip, io, json, os, subprocess, sys
import numpy as np
import torch

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GZIP_OVER = 200_000


def made_by():
    """The versions that made the numbers, with Debian's package where there is one."""
    try:
        deb = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "python3-torch"], capture_output=True, text=True).stdout
    except OSError:
        deb = ""
    deb = f" (Debian python3-torch {deb})" if deb.startswith(torch.__version__.split("+")[0].split("a")[0].rsplit(".", 1)[0]) else ""
    return f"PyTorch {torch.__version__}{deb}, NumPy {np.__version__}, Python {sys.version.split()[0]}"


def number(v, digits):
    if np.isnan(v):
        return '"NaN"'
    if np.isinf(v):
        return '"+Inf"' if v > 0 else '"-Inf"'
    return "%.*g" % (digits, v)


def array(a):
    """One array as JSON text."""
    if isinstance(a, torch.Tensor):
        a = a.detach().numpy()
    a = np.asarray(a)
    if a.dtype == np.float32:
        data = ",".join(number(v, 9) for v in a.ravel().astype(np.float64))
    elif a.dtype == np.float64:
        data = ",".join(number(v, 17) for v in a.ravel())
    elif a.dtype == np.int64:
        data = ",".join(str(v) for v in a.ravel())
    else:
        raise TypeError(f"golden: dtype {a.dtype} of an array; use float32, float64 or int64")
    return '{"dtype":"%s","shape":%s,"data":[%s]}' % (a.dtype, json.dumps(list(a.shape), separators=(",", ":")), data)


class File:
    """Collects cases; save writes them to path, relative to the repository's root."""

    def __init__(self, path, script, note="", by=None):
        """by says what made the numbers, if that is not PyTorch: "scikit-learn 1.9.1"."""
        self.path, self.script, self.note, self.by = path, script, note, by
        self.lines, self.names = [], set()

    def add(self, name, arrays, attrs=None):
        if name in self.names:
            raise ValueError(f"golden: case {name} given twice")
        self.names.add(name)
        body = ",".join(f"{json.dumps(k)}:{array(v)}" for k, v in arrays.items())
        attrs = json.dumps(attrs or {}, separators=(",", ":"))
        self.lines.append('{"name":%s,"attrs":%s,"arrays":{%s}}' % (json.dumps(name), attrs, body))

    def save(self):
        path = os.path.join(ROOT, self.path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        head = dict(golden=1, made_by=self.by or made_by(), script=self.script, note=self.note)
        old = read(path)
        if old:
            was, body = old.split("\n", 1)
            was = json.loads(was)
            was.pop("date", None)
            if was == head and body == "\n".join(self.lines) + "\n":
                print(f"{self.path}: unchanged, {len(self.lines)} cases")
                return
        head["date"] = datetime.date.today().isoformat()
        text = (json.dumps(head, ensure_ascii=False) + "\n" + "\n".join(self.lines) + "\n").encode()
        packed = io.BytesIO()
        if len(text) > GZIP_OVER:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as z:
                z.write(text)
            data = packed.getvalue()
        else:
            data = text
        with open(path, "wb") as f:
            f.write(data)
        print(f"{self.path}: {len(self.lines)} cases, {len(text)} bytes, {len(data)} on disk")


def read(path):
    try:
        with open(path, "rb") as f:
            b = f.read()
    except FileNotFoundError:
        return ""
    return (gzip.decompress(b) if b[:2] == b"\x1f\x8b" else b).decode()


def run(fn, inputs, dtype, fixed=()):
    """Calls fn on the inputs as tensors of dtype; returns the outputs and the gradients of sum(y * dy) for the float inputs."""
    ts = {}
    for k, v in inputs.items():
        t = torch.from_numpy(np.array(v))
        if v.dtype == np.float32:
            t = t.to(dtype)
            if k != "dy" and k not in fixed:
                t.requires_grad_(True)
        ts[k] = t
    dy = ts.pop("dy")
    out = fn(**ts)
    if not isinstance(out, dict):
        out = {"y": out}
    want = {k: t for k, t in ts.items() if t.requires_grad}
    if want:
        grads = torch.autograd.grad((out["y"] * dy).sum(), list(want.values()), allow_unused=True)
        for k, g in zip(want, grads):
            if g is None:
                raise ValueError(f"golden: no gradient for {k}")
            out["d" + k] = g
    return {k: v.detach().numpy() for k, v in out.items()}


def case(file, name, fn, inputs, rng, attrs=None, fixed=()):
    """Adds one case of a differentiable operation.

    Values are computed in float64 from the float32 inputs and rounded once, so they are the right answer and not
    float32's path to it. attrs["err32"] is how far torch's own float32 is from them: the largest difference in any
    output, divided by that output's largest finite magnitude (or 1). A tolerance below it is asking too much.
    """
    inputs = {k: np.asarray(v) for k, v in inputs.items()}
    with torch.no_grad():
        probe = fn(**{k: torch.from_numpy(np.array(v)) for k, v in inputs.items()})
    probe = probe["y"] if isinstance(probe, dict) else probe
    inputs["dy"] = rng.standard_normal(tuple(probe.shape)).astype(np.float32)
    exact = run(fn, inputs, torch.float64, fixed)
    single = run(fn, inputs, torch.float32, fixed)
    err = 0.0
    for k, v in exact.items():
        if v.dtype != np.float64:
            continue
        ok = np.isfinite(v)
        if not np.array_equal(ok, np.isfinite(single[k])):
            raise ValueError(f"golden: {name}: {k} is finite in float64 but not in float32")
        if ok.any():
            err = max(err, float(np.abs(v[ok] - single[k][ok]).max() / (np.abs(v[ok]).max() or 1)))
        exact[k] = v.astype(np.float32)
    if err > 2e-3:
        raise ValueError(f"golden: {name}: float32 differs by {err}")
    attrs = dict(attrs or {})
    attrs["err32"] = float("%.2g" % err)
    file.add(name, {**inputs, **exact}, attrs)
