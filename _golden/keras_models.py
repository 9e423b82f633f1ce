"""Small models of Keras for model/keras, of every layer that it knows, saved by Keras, with their predictions.

Run in the folder of the repository: KERAS_BACKEND=jax python _golden/keras_models.py. Writes model/keras/testdata:
NAME.keras.gz, NAME.h5.gz and models.golden, whose cases are the models: arrays x0, x1, … are the inputs, y0, … what Keras
predicts for them; the attribute parameters is how many numbers the model learns.

python _golden/keras_models.py --full FOLDER instead saves the networks of keras.applications, with seeded random weights,
as FOLDER/NAME.keras and NAME.h5, and FOLDER/NAME.golden with a picture and the logits.
"""
import gzip
import os
import sys
os.environ.setdefault("KERAS_BACKEND", "jax")  # on PyTorch, Keras pads averages with the edge, and not as elsewhere
import keras
import numpy as np
from keras import layers as L
import golden

OUT = "model/keras/testdata"
RNG = np.random.default_rng(7)


def shapes():
    """Pictures through every kind of convolution, pool and norm."""
    i = keras.Input((9, 8, 3), name="picture")
    a = L.Conv2D(4, 3, padding="same", strides=2, activation="relu")(i)
    b = L.Conv2D(4, (3, 2), dilation_rate=2, activation="gelu")(i)
    c = L.SeparableConv2D(5, 3, depth_multiplier=2, padding="same", activation="swish")(i)
    c = L.BatchNormalization(scale=False)(c)
    d = L.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, activation="elu")(c)
    d = L.Conv2D(6, 1, groups=2)(d)
    e = L.Conv2DTranspose(4, 3, strides=2, padding="same")(a)
    e = L.Conv2DTranspose(3, 2, strides=3, activation="softplus")(e)
    f = L.MaxPooling2D(3, strides=2, padding="same")(i)
    g = L.AveragePooling2D((2, 3), padding="same")(i)
    h = L.ZeroPadding2D(((1, 2), (0, 3)))(L.UpSampling2D(2, interpolation="bilinear")(L.Cropping2D(1)(i)))
    h = L.UpSampling2D((1, 2))(h)
    n = L.LayerNormalization()(L.GroupNormalization(2)(a))
    n = L.PReLU(shared_axes=[1, 2])(L.LeakyReLU()(n))
    outs = [L.GlobalAveragePooling2D()(v) for v in (a, b, c, d, e, n)] + [L.GlobalMaxPooling2D()(v) for v in (f, g, h)]
    z = L.Concatenate()(outs)
    z = L.Dense(7, activation="tanh")(L.Dropout(0.5)(z))
    return keras.Model(i, [z, L.Flatten()(d)], name="shapes")


def sequences():
    """Numbers in time, through recurrent layers, convolutions and attention."""
    i = keras.Input((10, 4), name="steps")
    a = L.Bidirectional(L.LSTM(3, return_sequences=True))(i)
    b = L.Bidirectional(L.GRU(3), merge_mode="sum")(i)
    c = L.GRU(4, reset_after=False, return_sequences=True, go_backwards=True)(a)
    d = L.LSTM(4, activation="relu", recurrent_activation="hard_sigmoid")(c)
    e = L.SimpleRNN(5, return_sequences=True)(i)
    e2 = L.SimpleRNN(2, activation="relu")(e)
    f = L.Conv1D(6, 3, padding="causal", dilation_rate=2, activation="silu")(i)
    f = L.SeparableConv1D(5, 3)(f)
    f = L.Conv1DTranspose(4, 3, strides=2)(L.DepthwiseConv1D(3, strides=2, padding="same")(f))
    g = L.MultiHeadAttention(2, 3)(i, e, use_causal_mask=True)
    g = L.Add()([g, i])
    h = L.Attention(use_scale=True)([a, a])
    k = L.AdditiveAttention()([h, h])
    t = L.TimeDistributed(keras.Sequential([L.Dense(3, activation="relu"), L.Dense(2)], name="inner"))(k)
    m = L.MaxPooling1D(2)(L.AveragePooling1D(3, padding="same")(f))
    p = L.Permute((2, 1))(t)
    r = L.RepeatVector(3)(d)
    y, state, cell = L.LSTM(3, return_state=True, return_sequences=True)(r)
    outs = [b, d, e2, L.GlobalMaxPooling1D()(m), L.Flatten()(g), L.Flatten()(p), state, cell, L.Flatten()(y)]
    return keras.Model(i, L.Softmax()(L.Concatenate()(outs)), name="sequences")


def tokens():
    """Token ids with padding that does not count."""
    i = keras.Input((12,), dtype="int32", name="tokens")
    e = L.Embedding(30, 6, mask_zero=True)(i)
    a = L.LSTM(4, return_sequences=True)(e)
    b = L.Bidirectional(L.LSTM(3, return_sequences=True))(L.SpatialDropout1D(0.2)(a))
    c = L.GRU(3)(b)
    d = L.GlobalAveragePooling1D()(e)
    f = L.MultiHeadAttention(2, 3)(e, e)
    f = L.GlobalAveragePooling1D()(f)
    return keras.Model(i, L.Dense(5, activation="softmax")(L.Concatenate()([c, d, f])), name="tokens")


def merges():
    """Two inputs, shared layers, models in models."""
    i, j = keras.Input((5,), name="left"), keras.Input((5,), name="right")
    shared = L.Dense(4, activation="relu", name="shared")
    a, b = shared(i), shared(j)
    k = keras.Input((4,))
    inner = keras.Model(k, [L.Dense(3)(L.BatchNormalization()(k)), L.Dense(2)(k)], name="two")
    c, d = inner(a)
    e, f = inner(b)
    outs = [L.Subtract()([a, b]), L.Multiply()([a, b]), L.Average()([a, b]), L.Maximum()([c, e]), L.Minimum()([d, f]),
            L.Dot(1, normalize=True)([a, b]), L.Rescaling(0.5, 2)(a), L.Normalization(mean=[1., 2, 3, 4], variance=[4., 1, 9, 2])(b),
            L.UnitNormalization()(a), L.ReLU(max_value=1, negative_slope=0.1, threshold=0.2)(b), L.ELU(0.5)(c), L.Activation("softsign")(d),
            L.EinsumDense("ab,bc->ac", output_shape=3, bias_axes="c")(a), L.Reshape((2, 2))(b)]
    outs[-1] = L.Flatten()(outs[-1])
    return keras.Model([i, j], [L.Concatenate()(outs), L.Dense(2)(e)], name="merges")


def article():
    """The text classifier that is the first of many tutorials."""
    return keras.Sequential([L.Input((20,), dtype="int32"), L.Embedding(100, 16), L.GlobalAveragePooling1D(), L.Dense(16, activation="relu"),
                             L.Dense(1, activation="sigmoid")], name="article")


def convnet():
    return keras.Sequential([L.Input((12, 12, 1)), L.Conv2D(4, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dropout(0.5),
                             L.Dense(10, activation="softmax")], name="convnet")


def inputs(model, batch):
    for t in model.inputs:
        shape = (batch,) + tuple(t.shape[1:])
        if "int" in t.dtype:
            x = RNG.integers(1, {"tokens": 30}.get(model.name, 100), shape)
            if model.name == "tokens":
                x[0, 7:] = 0
                x[1, 3:] = 0
            yield x.astype("i8")
        else:
            yield RNG.uniform(0, 255, shape).astype("f4") if "efficientnet" in model.name else RNG.normal(size=shape).astype("f4")


def case(model, batch):
    x = list(inputs(model, batch))
    y = model.predict(x if len(x) > 1 else x[0], verbose=0)
    y = y if isinstance(y, (list, tuple)) else [y]
    arrays = {f"x{k}": v for k, v in enumerate(x)} | {f"y{k}": v for k, v in enumerate(y)}
    return model.name, arrays, {"parameters": int(sum(np.prod(w.shape) for w in model.trainable_weights))}


def seeded(model, scale=1.0):
    for w in model.weights:
        v = np.asarray(keras.ops.convert_to_numpy(w))
        if "seed" in w.path:
            continue
        if "variance" in w.path:
            v = RNG.uniform(0.5, 1.5, v.shape)
        elif "gamma" in w.path:
            v = RNG.uniform(0.8, 1.2, v.shape)
        elif v.ndim < 2:
            v = RNG.normal(size=v.shape) * 0.1
        else:
            v = v * scale + RNG.normal(size=v.shape) * 0.01
        w.assign(v.astype("f4"))
    return model


def small():
    os.makedirs(OUT, exist_ok=True)
    cases = []
    for make in (shapes, sequences, tokens, merges, article, convnet):
        model = seeded(make())
        cases.append(case(model, 2))
        for end in (".keras", ".h5"):
            path = f"{OUT}/{model.name}{end}"
            model.save(path)
            with open(path, "rb") as f, open(path + ".gz", "wb") as g:
                g.write(gzip.compress(f.read(), 9, mtime=0))
            os.remove(path)
    write(f"{OUT}/models.golden", cases)


def write(path, cases):
    f = golden.File(path, "_golden/keras_models.py", by=f"keras {keras.__version__} on {keras.backend.backend()}")
    for c in cases:
        f.add(*c)
    f.save()


APPLICATIONS = {
    "MobileNetV2": 224, "ResNet50": 224, "DenseNet121": 224, "EfficientNetB0": 224, "Xception": 299, "InceptionV3": 299, "VGG16": 224,
}


def full(folder, names):
    for name in names or APPLICATIONS:
        keras.utils.set_random_seed(1)
        size = APPLICATIONS[name]
        model = seeded(getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), classifier_activation=None))
        write(f"{folder}/{name}.golden", [case(model, 1)])
        for end in (".keras", ".h5", ".weights.h5"):
            model.save_weights(f"{folder}/{name}{end}") if end == ".weights.h5" else model.save(f"{folder}/{name}{end}")
        print(name, model.count_params())


if len(sys.argv) > 2:
    full(sys.argv[2], sys.argv[3:])
else:
    small()
