"""Exports every model by TestExportReference of model/all, and asks ONNX's checker and ONNX Runtime about each.

    go test -c -o /tmp/all.test ./model/all
    python _golden/export_check.py /tmp/all.test [--only REGEX] [--kinds models|layers] [--sequence] [--opset N]

A model passes if onnx.checker accepts it in full, and ONNX Runtime gives for two sizes of the batch what Jimu gives:
|a - b| <= 1e-4 * max(1, largest |b| of the output). It prints a line for each model, with the largest error and the
operators, and last how many passed. Files are removed again, one model at a time.
"""

import argparse, collections, glob, os, re, shutil, subprocess, sys, tempfile, time
import numpy as np, onnx, onnxruntime
from onnx import numpy_helper

TOLERANCE = 1e-4


def load(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(open(path, "rb").read())
    return tensor.name, numpy_helper.to_array(tensor)


def error(got, want):
    if got.shape != want.shape or got.dtype != want.dtype:
        return float("inf")
    if want.size == 0:
        return 0.0
    if want.dtype.kind in "bi":
        return float(np.sum(got != want))
    if not np.array_equal(np.isfinite(got), np.isfinite(want)):
        return float("inf")
    got, want = np.where(np.isfinite(got), got, 0), np.where(np.isfinite(want), want, 0)
    return float(np.max(np.abs(got - want)) / max(1.0, np.max(np.abs(want))))


def check(folder):
    path = os.path.join(folder, "model.onnx")
    onnx.checker.check_model(path, full_check=True)
    nodes = collections.Counter(n.op_type for n in onnx.load(path, load_external_data=False).graph.node)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    worst, sets = 0.0, sorted(glob.glob(os.path.join(folder, "test_data_set_*")))
    for data in sets:
        feed = dict(load(f) for f in sorted(glob.glob(os.path.join(data, "input_*.pb"))))
        known = {i.name for i in session.get_inputs()}
        got = dict(zip([o.name for o in session.get_outputs()], session.run(None, {k: v for k, v in feed.items() if k in known})))
        for f in glob.glob(os.path.join(data, "output_*.pb")):
            name, want = load(f)
            worst = max(worst, error(got[name], want))
    return worst, len(sets), nodes, os.path.getsize(path)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("binary")
    p.add_argument("--only", default="")
    p.add_argument("--sequence", action="store_true")
    p.add_argument("--opset", default="")
    p.add_argument("--keep", default="")
    args = p.parse_args()
    work = args.keep or tempfile.mkdtemp()
    listing = os.path.join(work, "names")
    env = dict(os.environ, JIMU_EXPORT_LIST=listing, JIMU_EXPORT_OPSET=args.opset, JIMU_EXPORT_SEQUENCE="1" if args.sequence else "")
    os.makedirs(work, exist_ok=True)
    binary = os.path.abspath(args.binary)
    subprocess.run([binary, "-test.run=TestExportReference"], env=env, check=True, stdout=subprocess.DEVNULL)
    names = [n for n in open(listing).read().split("\n") if n and re.search(args.only, n)]
    env.pop("JIMU_EXPORT_LIST")
    env["JIMU_EXPORT"] = work
    passed, failed, refused = 0, [], []
    for name in names:
        folder = os.path.join(work, name.replace("/", "_"))
        pattern = "/".join("^" + re.escape(part) + "$" for part in ["TestExportReference"] + name.split("/"))
        r = subprocess.run([binary, "-test.v", "-test.run=" + pattern], env=env, capture_output=True, text=True)
        notes = "; ".join(l for l in r.stdout.splitlines() if l.startswith(("dynamic:", "exported")))
        if r.returncode:
            reason = [l for l in r.stdout.splitlines() if ".go:" in l or "panic" in l] or (r.stdout + r.stderr).splitlines()[:3]
            refused.append((name, " ".join(reason)[:400]))
            print("REFUSED", name, refused[-1][1], flush=True)
            continue
        try:
            worst, sets, nodes, size = check(folder)
            ok = worst <= TOLERANCE
            passed += ok
            if not ok:
                failed.append(name)
            count = " ".join(f"{k}:{v}" for k, v in nodes.most_common())
            print("PASS" if ok else "FAIL", name, f"error {worst:.1e} sets {sets} nodes {sum(nodes.values())} bytes {size} ({count})", notes, flush=True)
        except Exception as e:
            failed.append(name)
            print("FAIL", name, str(e).replace("\n", " ")[:500], notes, flush=True)
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {len(failed)} failed, {len(refused)} refused of {len(names)}")
    if not args.keep:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failed else 0)


main()
