"""Makes model/onnx/testdata/runtime.golden: what ONNX Runtime makes of published models, on a formula and on speech.

It needs onnxruntime and soundfile, and the files beside the repository (../shared); the tests skip where these are not."""
import os

import numpy as np
import onnxruntime as ort
import soundfile

from golden import File

here = os.path.dirname(os.path.abspath(__file__))
shared = os.path.join(here, "..", "..", "shared")
options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.log_severity_level = 3


def session(path):
    return ort.InferenceSession(os.path.join(shared, "weights", path), options, providers=["CPUExecutionProvider"])


def formula(*shape):
    i = np.arange(np.prod(shape))
    return ((i * 7919 % 1000) / 500 - 1).astype(np.float32).reshape(shape)


f = File("model/onnx/testdata/runtime.golden", "_golden/onnxmodels.py", by=f"ONNX Runtime {ort.__version__}",
         note="every 97th element of the outputs for ((7919 i mod 1000)/500 − 1); Silero on every 2.75625th sample of speech")
for name, path, shape in [("mnist", "mnist-onnx-8/mnist-8.onnx", (1, 1, 28, 28)), ("ultraface", "ultraface/version-RFB-320.onnx", (1, 3, 240, 320)),
                          ("ultraface/simplified", "ultraface/version-RFB-320_simplified.onnx", (1, 3, 240, 320))]:
    s = session(path)
    out = s.run(None, {s.get_inputs()[0].name: formula(*shape)})
    step = 1 if name == "mnist" else 97
    f.add(name, {o.name: v.ravel()[::step] for o, v in zip(s.get_outputs(), out)})
sound, rate = soundfile.read(os.path.join(shared, "data", "speech-samples", "jfk.flac"), dtype="float32")
mono = sound.mean(1) if sound.ndim > 1 else sound
samples = mono[np.arange(int(len(mono) * 16000 // rate)) * rate // 16000].astype(np.float32)
s = session("silero-vad/silero_vad_16k_op15.onnx")
state, context, said = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), []
for i in range(len(samples) // 512):
    chunk = samples[i * 512:(i + 1) * 512]
    p, state = s.run(None, {"input": np.concatenate([context, chunk])[None], "state": state, "sr": np.array(16000, np.int64)})
    context = chunk[-64:]
    said.append(p.item())
f.add("silero", {"probabilities": np.array(said, np.float32), "state": state})
f.save()

# A test of an operator that the standard has none of, in the layout of its tests.
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

x = formula(2, 3, 12, 14)
regions = np.array([[0, 1, 2, 8, 9], [1, 0, 0, 13, 11], [1, 5, 5, 5, 5], [0, -3, 2, 20, 7]], np.float32)
graph = helper.make_graph([helper.make_node("MaxRoiPool", ["x", "regions"], ["y"], pooled_shape=[3, 4], spatial_scale=0.9)], "g",
                          [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape), helper.make_tensor_value_info("regions", TensorProto.FLOAT, regions.shape)],
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, [4, 3, 3, 4])])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
y, = ort.InferenceSession(model.SerializeToString(), options).run(None, {"x": x, "regions": regions})
folder = os.path.join(here, "..", "model", "onnx", "testdata", "maxroipool")
os.makedirs(os.path.join(folder, "test_data_set_0"), exist_ok=True)
for name, value in {"model.onnx": model, "test_data_set_0/input_0.pb": numpy_helper.from_array(x, "x"),
                    "test_data_set_0/input_1.pb": numpy_helper.from_array(regions, "regions"), "test_data_set_0/output_0.pb": numpy_helper.from_array(y, "y")}.items():
    with open(os.path.join(folder, name), "wb") as out:
        out.write(value.SerializeToString(deterministic=True))
