"""Narrow VGG16 and VGG19 of Keras, saved as Keras saves them, and their logits.

Run in the folder of the repository: KERAS_BACKEND=jax python _golden/vgg_keras_files.py. Writes model/vgg/testdata: NAME.h5.gz,
NAME.weights.h5.gz and kerasfiles.golden, with the logits of the picture [1 3 224 224] that is s of key 1000 (see vision.py).
"""
import gzip
import os
os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np
from keras import layers as L
import golden
import philox

OUT = "model/vgg/testdata"
RNG = np.random.default_rng(5)


def vgg(name, depths, width, hidden):
    layers = [L.Input((224, 224, 3))]
    for stage, depth in enumerate(depths):
        for i in range(depth):
            layers.append(L.Conv2D(width << min(stage, 3), 3, padding="same", activation="relu", name=f"block{stage + 1}_conv{i + 1}"))
        layers.append(L.MaxPooling2D(2, name=f"block{stage + 1}_pool"))
    layers += [L.Flatten(name="flatten"), L.Dense(hidden, activation="relu", name="fc1"), L.Dense(hidden, activation="relu", name="fc2"),
               L.Dense(10, name="predictions")]
    m = keras.Sequential(layers, name=name)
    for w in m.weights:
        fan = np.prod(w.shape[:-1]) if len(w.shape) > 1 else 100
        w.assign((RNG.normal(size=w.shape) * np.sqrt(2 / fan)).astype("f4"))
    return m


f = golden.File(f"{OUT}/kerasfiles.golden", "_golden/vgg_keras_files.py", by=f"keras {keras.__version__} on {keras.backend.backend()}")
x = (2 * philox.uniform(1000, 3 * 224 * 224) - 1).astype("f4").reshape(1, 3, 224, 224).transpose(0, 2, 3, 1)
for name, depths in (("vgg16", (2, 2, 3, 3, 3)), ("vgg19", (2, 2, 4, 4, 4))):
    m = vgg(name, depths, 1, 6)
    f.add(name, {"logits": m.predict(x, verbose=0)}, {"layers": int(name[3:]), "width": 1, "hidden": 6})
    for end in (".h5", ".weights.h5"):
        path = f"{OUT}/{name}{end}"
        m.save_weights(path) if end == ".weights.h5" else m.save(path)
        with open(path, "rb") as r, open(path + ".gz", "wb") as w:
            w.write(gzip.compress(r.read(), 9, mtime=0))
        os.remove(path)
f.save()
