"""Small files of Keras for format/keras, saved by Keras itself, and what is in them.

Run in the folder of the repository: KERAS_BACKEND=torch python _golden/keras_files.py. Writes format/keras/testdata:
NAME.keras.gz, NAME.h5.gz and NAME.weights.h5.gz of two models, legacy.h5.gz in the layout of Keras 2.0 (by h5py), and
NAME.json.gz: {"made_by": ..., "weights": {"layer/variable": {"shape": ..., "values": ...}}}.

python _golden/keras_files.py --check FOLDER loads every FOLDER/NAME.h5 and NAME.keras that Jimu wrote into Keras, and
compares predictions with those of testdata's NAME.keras.
"""
import glob
import gzip
import io
import json
import os
import sys
import zipfile
os.environ.setdefault("KERAS_BACKEND", "torch")
import h5py
import keras
import numpy as np
from keras import layers as L

OUT = "format/keras/testdata"


def text():
    return keras.Sequential([
        L.Input((12,), dtype="int32"), L.Embedding(20, 4), L.Bidirectional(L.LSTM(3, return_sequences=True), name="both"),
        L.TimeDistributed(L.Dense(2, name="each")), L.BatchNormalization(), L.GRU(2), L.Dropout(0.5), L.Dense(1, name="second"),
        L.Dense(2, name="first")], name="text")


def picture():
    i = keras.Input((8, 8, 3))
    x = L.SeparableConv2D(4, 3)(i)
    y = L.MultiHeadAttention(2, 4)(x, x)
    inner = keras.Sequential([L.Dense(5), L.BatchNormalization(), L.Dense(6)], name="inner")
    z = inner(L.Add()([x, y]))
    z = L.BatchNormalization(scale=False, name="odd")(z)
    return keras.Model(i, L.GlobalAveragePooling2D()(z), name="picture")


def legacy(path):
    """What Keras 2.0 wrote, with its lists cut in two as if they were too long."""
    rng = np.random.default_rng(1)
    weights = {}
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = b"2.0.5"
        f.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": [
            {"class_name": "Dense", "config": {"name": n}} for n in ("b", "a")]}).encode()
        g = f.create_group("model_weights")
        g.attrs["layer_names0"] = np.array([b"b"])
        g.attrs["layer_names1"] = np.array([b"nothing", b"a"])
        g.create_group("nothing").attrs["weight_names"] = []
        for n in "ab":
            names = [f"{n}/kernel:0", f"{n}/bias:0"]
            g.create_group(n).attrs["weight_names"] = [s.encode() for s in names]
            for s, shape in zip(names, ((2, 3), (3,))):
                v = rng.normal(size=shape).astype("f4")
                g[n][s] = v
                weights[s[:-2]] = v
    return weights


def put(name, content):
    with open(f"{OUT}/{name}.gz", "wb") as f:
        f.write(gzip.compress(content, 9, mtime=0))


def values(weights):
    return json.dumps({"made_by": f"keras {keras.__version__}, h5py {h5py.__version__}", "weights": {
        n: {"shape": list(v.shape), "values": v.reshape(-1).tolist()} for n, v in weights.items()}}).encode()


def make():
    os.makedirs(OUT, exist_ok=True)
    rng = np.random.default_rng(2)
    for m in (text(), picture()):
        weights = {}
        for w in m.weights:
            w.assign(rng.normal(size=w.shape).astype("f4") ** (2 if "variance" in w.path else 1))
            weights[w.path.removeprefix(m.name + "/")] = np.array(keras.ops.convert_to_numpy(w))
        for end in (".keras", ".h5", ".weights.h5"):
            path = f"{OUT}/{m.name}{end}"
            m.save_weights(path) if end == ".weights.h5" else m.save(path)
            with open(path, "rb") as f:
                content = f.read()
            put(m.name + end, content)
            if (m.name, end) == ("text", ".keras"):
                put("unnamed.keras", unnamed(content))
            os.remove(path)
        put(m.name + ".json", values(weights))
    weights = legacy(f"{OUT}/legacy.h5")
    with open(f"{OUT}/legacy.h5", "rb") as f:
        put("legacy.h5", f.read())
    os.remove(f"{OUT}/legacy.h5")
    put("legacy.json", values(weights))


def unnamed(content):
    """The archive as earlier versions of Keras 3 wrote it, whose groups do not say what layer they are of."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as z, zipfile.ZipFile(out, "w") as o:
        for n in z.namelist():
            b = io.BytesIO(z.read(n))
            if n.endswith(".h5"):
                with h5py.File(b, "r+") as f:
                    f.visititems(lambda _, g: g.attrs.__delitem__("name") if "name" in g.attrs else None)
            o.writestr(zipfile.ZipInfo(n), b.getvalue())
    return out.getvalue()


def check(folder):
    for path in sorted(glob.glob(f"{folder}/*.h5") + glob.glob(f"{folder}/*.keras")):
        name = os.path.basename(path).split(".")[0]
        with gzip.open(f"{OUT}/{name}.keras.gz") as f, open("/tmp/reference.keras", "wb") as g:
            g.write(f.read())
        want = keras.models.load_model("/tmp/reference.keras")
        os.remove("/tmp/reference.keras")
        x = np.random.default_rng(3).integers(0, 20, (2,) + want.input_shape[1:])
        if path.endswith("weights.h5"):
            got = {"text": text, "picture": picture}[name]()
            g = h5py.File(path)
            keras.src.legacy.saving.legacy_h5_format.load_weights_from_hdf5_group(g, got)
        else:
            got = keras.models.load_model(path)
        print(path, "differs by", np.abs(want.predict(x, verbose=0) - got.predict(x, verbose=0)).max())


if len(sys.argv) > 2:
    check(sys.argv[2])
else:
    make()
