"""What Keras makes of the trained models beside the repository: mini-XCEPTION on a photograph, and textgenrnn's network.

Run in the folder of the repository: KERAS_BACKEND=jax python _golden/keras_trained.py SHARED, where SHARED has weights/ and
data/. Writes model/keras/testdata/trained.golden: a case for each of the two face models, whose x0 is the face of
astronaut.png (rows 40 to 200, columns 144 to 304, grey as 0.299 R + 0.587 G + 0.114 B, mean of blocks to the input's side,
(x / 255 - 0.5) * 2) and whose y0 are the probabilities; and model/textgenrnn/testdata/textgenrnn.golden: for texts, the ids
and the probabilities of the character that follows.

The file of textgenrnn was written on a GPU: its matrices lie as CuDNN wants them, and are turned as Keras 2.2 did.
"""
import json
import os
import sys
os.environ.setdefault("KERAS_BACKEND", "jax")
import h5py
import keras
import numpy as np
from PIL import Image
from keras import layers as L
import golden

SHARED = sys.argv[1]
BY = f"keras {keras.__version__} on {keras.backend.backend()}"


def face(side):
    rgb = np.asarray(Image.open(f"{SHARED}/data/images/astronaut.png").convert("RGB"), "f8")[40:200, 144:304]
    grey = rgb @ np.array([0.299, 0.587, 0.114])
    at = np.arange(side + 1) * 160 // side
    grey = np.array([[grey[at[i]:at[i + 1], at[j]:at[j + 1]].mean() for j in range(side)] for i in range(side)])
    return ((grey / 255 - 0.5) * 2).astype("f4")[None, :, :, None]


def faces():
    f = golden.File("model/keras/testdata/trained.golden", "_golden/keras_trained.py", by=BY)
    for name in ("fer2013_mini_XCEPTION.119-0.65", "gender_mini_XCEPTION.21-0.95"):
        model = keras.models.load_model(f"{SHARED}/weights/fer-mini-xception/{name}.hdf5", compile=False)
        x = face(model.input_shape[1])
        y = model.predict(x, verbose=0)
        print(name, y)
        f.add(name, {"x0": x, "y0": y}, {"parameters": int(sum(np.prod(w.shape) for w in model.trainable_weights))})
    f.save()


@keras.saving.register_keras_serializable("golden")
class AttentionWeightedAverage(L.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 1), name="attention_W")

    def call(self, x):
        logits = keras.ops.matmul(x, self.w)[:, :, 0]
        a = keras.ops.exp(logits - keras.ops.max(logits, axis=-1, keepdims=True))
        a = a / (keras.ops.sum(a, axis=1, keepdims=True) + keras.backend.epsilon())
        return keras.ops.sum(x * a[:, :, None], axis=1)


def cudnn(kernel, recurrent, bias):
    k = np.hstack([g.T.reshape(g.shape, order="F") for g in np.hsplit(kernel, 4)])
    r = np.hstack([g.T for g in np.hsplit(recurrent, 4)])
    return [k, r, np.sum(np.split(bias, 2), axis=0)]


def textgenrnn():
    vocab = json.load(open(f"{SHARED}/weights/textgenrnn/textgenrnn_vocab.json"))
    i = keras.Input((40,))
    e = L.Embedding(len(vocab) + 1, 100, name="embedding")(i)
    a = L.LSTM(128, return_sequences=True, name="rnn_1")(e)
    b = L.LSTM(128, return_sequences=True, name="rnn_2")(a)
    c = AttentionWeightedAverage(name="attention")(L.Concatenate(name="rnn_concat")([e, a, b]))
    m = keras.Model(i, L.Dense(len(vocab) + 1, activation="softmax", name="output")(c))
    with h5py.File(f"{SHARED}/weights/textgenrnn/textgenrnn_weights.hdf5") as h:
        for name in ("embedding", "rnn_1", "rnn_2", "attention", "output"):
            w = [h[name][n.decode() if isinstance(n, bytes) else n][()] for n in h[name].attrs["weight_names"]]
            m.get_layer(name).set_weights(cudnn(*w) if name.startswith("rnn") else w)
    f = golden.File("model/textgenrnn/testdata/textgenrnn.golden", "_golden/keras_trained.py", by=BY)
    for n, text in enumerate(["", "T", "Why do people ", "The quick brown fox jumps over the lazy dog and then"]):
        ids = [vocab["<s>"]] + [vocab.get(c, 0) for c in text]
        ids = ids[-40:]
        x = np.array([0] * (40 - len(ids)) + ids)[None]
        p = m.predict(x.astype("f4"), verbose=0)
        f.add(f"text{n}", {"ids": x.astype("i8"), "probabilities": p}, {"text": text})
        print(repr(text), repr(max(vocab, key=lambda c: p[0, vocab[c]])))
    f.save()


faces()
textgenrnn()
