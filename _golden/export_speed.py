"""ONNX Runtime's time for networks as Jimu exports them, beside those that PyTorch exports.

    jimu export resnet50 --untrained --out DIR/resnet50.onnx
    python _golden/export_speed.py DIR resnet50 [vgg16 …]

One thread, a batch of 1, 224 x 224; the two run in turn, and the least of the times counts, since others use the machine.
"""

import collections, sys, time
import numpy as np, onnx, onnxruntime, torch, torchvision


def session(path):
    o = onnxruntime.SessionOptions()
    o.intra_op_num_threads = 1
    o.log_severity_level = 3
    return onnxruntime.InferenceSession(path, o, providers=["CPUExecutionProvider"])


folder = sys.argv[1]
for name in sys.argv[2:]:
    model = getattr(torchvision.models, name)(weights=None).eval()
    other = f"{folder}/{name}_torch.onnx"
    torch.onnx.export(model, (torch.zeros(1, 3, 224, 224),), other, dynamo=True, external_data=False,
                      dynamic_shapes=({0: torch.export.Dim("batch")},), verbose=False)
    paths = {"jimu": f"{folder}/{name}.onnx", "torch": other}
    runs = {k: session(p) for k, p in paths.items()}
    x = np.random.rand(1, 3, 224, 224).astype(np.float32)
    best = {k: 1e9 for k in runs}
    for _ in range(30):
        for k, s in runs.items():
            begin = time.perf_counter()
            s.run(None, {s.get_inputs()[0].name: x})
            best[k] = min(best[k], time.perf_counter() - begin)
    for k, p in paths.items():
        nodes = collections.Counter(n.op_type for n in onnx.load(p).graph.node)
        print(f"{name} {k}: {1e3 * best[k]:.1f} ms, {sum(nodes.values())} nodes {dict(nodes)}")
