"""Golden logits of VGG16 as Keras's applications build it, narrow: with the names of its layers, made by Keras itself.

Kernels and biases by formula (see formula.py), numbered by the sorted names layer/kernel and layer/bias; pictures [2 3 224 224]
of key 1000, which Keras sees as [2 224 224 3]. Attributes: width, hidden, names, shapes, and the same variables' names in the
published files of Keras 1 (names1) and in files of weights of Keras 3 (names3).

With --full DIR PHOTO... it writes VGG16 of full size with seeded random weights, as vgg16.safetensors in torchvision's layout
and as vgg16.h5, vgg16.weights.h5 and vgg16.keras in Keras's, and DIR/photos.json: the five likeliest classes of each photograph
in torchvision with its transforms, in Keras with preprocess_input, and in Keras with pixels divided by 255 instead. Then
JIMU_REFERENCE=DIR go test ./cmd/jimu -run VGG16 -v compares.
"""
import json
import os
import sys
os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch
import formula
import golden

STAGES = (2, 2, 3, 3, 3)


def network(width, hidden, out):
    """Layer by layer what keras.applications.VGG16 has."""
    x = y = keras.Input((224, 224, 3))
    for i, depth in enumerate(STAGES):
        for j in range(depth):
            y = keras.layers.Conv2D(width << min(i, 3), 3, padding="same", activation="relu", name=f"block{i + 1}_conv{j + 1}")(y)
        y = keras.layers.MaxPooling2D(2, 2)(y)
    y = keras.layers.Flatten()(y)
    for name, n in [("fc1", hidden), ("fc2", hidden)]:
        y = keras.layers.Dense(n, activation="relu", name=name)(y)
    return keras.Model(x, keras.layers.Dense(out, name="predictions")(y))


def small():
    m = network(4, 12, 10)
    variables = {f"{l.name}/{v.name}": v for l in m.layers for v in l.weights}
    state = {k: torch.from_numpy(np.array(v)) for k, v in variables.items()}
    names = formula.fill_state(state)
    for k, v in variables.items():
        v.assign(state[k].numpy())
    y = np.asarray(keras.ops.convert_to_numpy(m(formula.signed(1000, 2, 3, 224, 224).transpose(0, 2, 3, 1))))
    counts, by_class = {}, {}
    for l in m.layers:
        if l.weights:
            kind = "dense" if isinstance(l, keras.layers.Dense) else "conv2d"
            n = counts[kind] = counts.get(kind, -1) + 1
            by_class[l.name] = kind + (f"_{n}" if n else "")
    split = [n.split("/") for n in names]
    f = golden.File("model/vgg/testdata/keras.golden", "_golden/vgg_keras.py", "Keras " + keras.__version__ + "; weights and pictures from Philox by formula")
    f.add("vgg16", dict(y=y), dict(width=4, hidden=12, names=names, shapes=[list(state[n].shape) for n in names],
                                   names1=[f"{l}/{l}_{'W' if v == 'kernel' else 'b'}_1" for l, v in split],
                                   names3=[f"{by_class[l]}/{v}" for l, v in split]))
    f.save()


def full(folder, photos):
    import torchvision
    from PIL import Image
    from safetensors.torch import save_file
    from torchvision.transforms import functional as F
    labels = torchvision.models.VGG16_Weights.IMAGENET1K_V1.meta["categories"]
    m = keras.applications.VGG16(weights=None, classifier_activation=None)
    rng = np.random.default_rng(16)
    for l in m.layers:
        for v in l.weights:
            fan_in = int(np.prod(v.shape[:-1]))
            v.assign((rng.standard_normal(tuple(v.shape)) * (0.05 if v.name == "bias" else np.sqrt(2 / fan_in))).astype(np.float32))

    def cut(path, resize=256):
        return F.center_crop(F.resize(Image.open(path).convert("RGB"), [resize]), [224])

    def keras_logits(path, prepare):
        return keras.ops.convert_to_numpy(m(prepare(np.asarray(cut(path), dtype=np.float32)[None].copy())))[0]

    caffe = keras.applications.vgg16.preprocess_input
    head = m.get_layer("predictions")
    spread = float(np.std(keras_logits(photos[0], caffe)))
    head.kernel.assign(keras.ops.convert_to_numpy(head.kernel) * (2 / spread))  # so that some classes are likelier than others

    state, at = {}, [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
    convs = [l for l in m.layers if isinstance(l, keras.layers.Conv2D)]
    for i, l in zip(at, convs):
        state[f"features.{i}.weight"] = keras.ops.convert_to_numpy(l.kernel).transpose(3, 2, 0, 1)
        state[f"features.{i}.bias"] = keras.ops.convert_to_numpy(l.bias)
    for i, name in [(0, "fc1"), (3, "fc2"), (6, "predictions")]:
        w = keras.ops.convert_to_numpy(m.get_layer(name).kernel)
        state[f"classifier.{i}.weight"] = w.reshape(7, 7, 512, -1).transpose(3, 2, 0, 1).reshape(-1, 25088) if i == 0 else w.T
        state[f"classifier.{i}.bias"] = keras.ops.convert_to_numpy(m.get_layer(name).bias)
    state = {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}
    # torchvision's weights are for smaller numbers: the same network gets them 64 times as large in its first layer
    state["features.0.weight"] *= 64
    save_file(state, os.path.join(folder, "vgg16.safetensors"))
    tv = torchvision.models.vgg16(weights=None).eval()
    tv.load_state_dict(state)
    del state

    def top(logits):
        p = np.exp(logits.astype(np.float64) - logits.max())
        p /= p.sum()
        return [dict(**{"class": labels[i]}, probability=float(p[i])) for i in np.argsort(-p, kind="stable")[:5]]

    transforms = torchvision.models.VGG16_Weights.IMAGENET1K_V1.transforms()
    cases = []
    for path in photos:
        with torch.no_grad():
            y = tv(transforms(Image.open(path).convert("RGB"))[None])[0].numpy()
        cases.append(dict(photo=path, weights=["vgg16.safetensors"], pixels="", top=top(y)))
        keras_files = ["vgg16.h5", "vgg16.weights.h5", "vgg16.keras"]
        cases.append(dict(photo=path, weights=keras_files, pixels="", top=top(keras_logits(path, caffe))))
        cases.append(dict(photo=path, weights=keras_files[:1], pixels="unit", top=top(keras_logits(path, lambda x: x / 255))))
    del tv
    for name in ["vgg16.h5", "vgg16.keras"]:
        m.save(os.path.join(folder, name))
    m.save_weights(os.path.join(folder, "vgg16.weights.h5"))
    with open(os.path.join(folder, "photos.json"), "w") as f:
        json.dump(dict(cases=cases, made_by=f"torchvision {torchvision.__version__}, Keras {keras.__version__}"), f, indent=1)
    for c in cases:
        print(os.path.basename(c["photo"]), c["weights"][0], c["pixels"], [(t["class"], round(t["probability"], 4)) for t in c["top"]])


if sys.argv[1:2] == ["--full"]:
    full(sys.argv[2], sys.argv[3:])
else:
    small()
