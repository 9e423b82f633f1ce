# The works of `jimu bench` in ONNX Runtime: inference only. The models are put together here, with random weights, by the helper
# of the onnx package.
import tempfile

try:
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
except ImportError as e:
    refuse(f"{sys.executable} lacks a package ({e}); install both (pip install onnx onnxruntime), or name another Python with --python")

count, draw = 1, np.random.default_rng(0)


def hello(threads):
    global count
    count = threads
    return f"ONNX Runtime {onnxruntime.__version__}"


class Graph:
    """An ONNX graph that grows node by node; names are numbered."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def node(self, kind, *inputs, **attributes):
        out = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def constant(self, array):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def weight(self, *shape, scale=None):
        fan = int(np.prod(shape[1:])) if len(shape) > 1 else 1
        return self.constant(draw.standard_normal(shape, dtype=np.float32) * np.float32(scale or fan ** -0.5))

    def ones(self, n):
        return self.constant(np.ones(n, np.float32))

    def zeros(self, n):
        return self.constant(np.zeros(n, np.float32))

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def conv(self, x, channels, out, size, stride=1, pad=0, bias=True):
        b = [self.zeros(out)] if bias else []
        return self.node("Conv", x, self.weight(out, channels, size, size, scale=(2 / (channels * size * size)) ** 0.5), *b,
                         kernel_shape=[size, size], strides=[stride, stride], pads=[pad] * 4)

    def norm(self, x, channels):
        return self.node("BatchNormalization", x, self.ones(channels), self.zeros(channels), self.zeros(channels), self.ones(channels))

    def relu(self, x):
        return self.node("Relu", x)

    def pool(self, x, size, stride, pad=0):
        return self.node("MaxPool", x, kernel_shape=[size, size], strides=[stride, stride], pads=[pad] * 4)

    def linear(self, x, inputs, out):
        """Of a matrix, by Gemm."""
        return self.node("Gemm", x, self.weight(out, inputs), self.zeros(out), transB=1)

    def affine(self, x, inputs, out):
        """Of the last axis, as exporters write it."""
        return self.node("Add", self.node("MatMul", x, self.weight(inputs, out, scale=inputs ** -0.5)), self.zeros(out))


def save(build, x, path):
    g = Graph()
    y = build(g)
    kind = TensorProto.INT64 if x.dtype == np.int64 else TensorProto.FLOAT
    graph = helper.make_graph(g.nodes, "work", [helper.make_tensor_value_info("x", kind, x.shape)],
                              [helper.make_tensor_value_info(y, TensorProto.FLOAT, None)], g.weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)


def inference(build, x):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "work.onnx")
        apart(lambda: save(build, x, path))  # so that the memory to build it is not counted
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = count, 1
        s = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    yield lambda: s.run(None, {"x": x})


def apart(f):
    """Runs f in a process of its own, where the system can."""
    if not hasattr(os, "fork"):
        return f()
    child = os.fork()
    if child == 0:
        try:
            f()
            os._exit(0)
        finally:
            os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("the model could not be written")


def picture(n):
    return draw.standard_normal((n, 3, 224, 224), dtype=np.float32)


def vgg16(g):
    y, channels = "x", 3
    for c in [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]:
        if c == 0:
            y = g.pool(y, 2, 2)
            continue
        y, channels = g.relu(g.conv(y, channels, c, 3, pad=1)), c
    y = g.relu(g.linear(g.node("Flatten", y), 512 * 7 * 7, 4096))
    return g.linear(g.relu(g.linear(y, 4096, 4096)), 4096, 1000)


def resnet50(g):
    y, channels = g.pool(g.relu(g.norm(g.conv("x", 3, 64, 7, 2, 3, bias=False), 64)), 3, 2, 1), 64
    for i, depth in enumerate([3, 4, 6, 3]):
        for j in range(depth):
            width, stride = 64 << i, 2 if i > 0 and j == 0 else 1
            z = g.relu(g.norm(g.conv(y, channels, width, 1, bias=False), width))
            z = g.relu(g.norm(g.conv(z, width, width, 3, stride, 1, bias=False), width))
            z = g.norm(g.conv(z, width, 4 * width, 1, bias=False), 4 * width)
            if j == 0:
                y = g.norm(g.conv(y, channels, 4 * width, 1, stride, bias=False), 4 * width)
            y, channels = g.relu(g.node("Add", z, y)), 4 * width
    return g.linear(g.node("Flatten", g.node("GlobalAveragePool", y)), 2048, 1000)


def bert(g, n, tokens=128, width=768, heads=12):
    """The encoder of BERT-base; GELU spelled out with Erf, as exporters do, for the runtime to fuse."""

    def layernorm(x):
        return g.node("LayerNormalization", x, g.ones(width), g.zeros(width), axis=-1, epsilon=1e-12)

    def headed(x, *order):
        return g.node("Transpose", g.node("Reshape", x, g.ints(n, tokens, heads, width // heads)), perm=order)

    def number(v):
        return g.constant(np.array(v, np.float32))

    y = g.node("Add", g.node("Gather", g.weight(30522, width, scale=0.02), "x"), g.weight(tokens, width, scale=0.02))
    y = layernorm(y)
    for _ in range(12):
        q, k, v = (g.affine(y, width, width) for _ in range(3))
        a = g.node("MatMul", headed(q, 0, 2, 1, 3), headed(k, 0, 2, 3, 1))
        a = g.node("Softmax", g.node("Div", a, number((width // heads) ** 0.5)), axis=-1)
        a = g.node("Transpose", g.node("MatMul", a, headed(v, 0, 2, 1, 3)), perm=[0, 2, 1, 3])
        y = layernorm(g.node("Add", y, g.affine(g.node("Reshape", a, g.ints(n, tokens, width)), width, width)))
        z = g.affine(y, width, 4 * width)
        e = g.node("Add", g.node("Erf", g.node("Div", z, number(2 ** 0.5))), number(1))
        z = g.node("Mul", g.node("Mul", z, e), number(0.5))
        y = layernorm(g.node("Add", y, g.affine(z, 4 * width, width)))
    return y


WORKS = [
    (r"vgg16(?:b(\d+))?", lambda n=1: inference(vgg16, picture(n))),
    (r"resnet50(?:b(\d+))?", lambda n=1: inference(resnet50, picture(n))),
    (r"bert(?:b(\d+))?", lambda n=1: inference(lambda g: bert(g, n), draw.integers(0, 30522, (n, 128)))),
]

serve(hello, WORKS)
