"""Makes format/onnx/testdata/types.onnx: initializers of every element type, raw and typed, each beside the same numbers as
float64, as the onnx package reads them."""
import os

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper, numpy_helper

here = os.path.dirname(os.path.abspath(__file__))
out = os.path.join(here, "..", "format", "onnx", "testdata")
rng = np.random.default_rng(5)
tensors = []


def add(t, values):
    tensors.append(t)
    values = np.asarray(values)
    if np.iscomplexobj(values):
        values = np.stack([values.real, values.imag], -1)
    tensors.append(numpy_helper.from_array(values.astype(np.float64), t.name + ".values"))


integers = {T.INT8: np.int8, T.INT16: np.int16, T.INT32: np.int32, T.INT64: np.int64, T.UINT8: np.uint8, T.UINT16: np.uint16,
            T.UINT32: np.uint32, T.UINT64: np.uint64}
for kind, dtype in integers.items():
    info = np.iinfo(dtype)
    x = np.array([info.min, info.max, 0, 1, 7, info.max // 3], dtype).reshape(2, 3)
    if dtype in (np.int64, np.uint64):
        x = x // 4096 * 4096 // 2  # exact as float64, and below 2**63
    name = T.DataType.Name(kind)
    add(numpy_helper.from_array(x, name + ".raw"), x)
    add(helper.make_tensor(name + ".typed", kind, x.shape, x.ravel().tolist()), x)
for kind, dtype in {T.FLOAT: np.float32, T.DOUBLE: np.float64, T.FLOAT16: np.float16, T.BFLOAT16: ml_dtypes.bfloat16,
                    T.COMPLEX64: np.complex64, T.COMPLEX128: np.complex128}.items():
    x = rng.normal(size=(2, 2)) * 3
    if kind in (T.COMPLEX64, T.COMPLEX128):
        x = x + 1j * rng.normal(size=(2, 2))
    x = x.astype(dtype)
    name = T.DataType.Name(kind)
    add(numpy_helper.from_array(x, name + ".raw"), x)
    add(helper.make_tensor(name + ".typed", kind, x.shape, x.ravel().tolist()), x)
x = np.array([True, False, True])
add(numpy_helper.from_array(x, "BOOL.raw"), x)
add(helper.make_tensor("BOOL.typed", T.BOOL, x.shape, x.tolist()), x)
small = {"FLOAT8E4M3FN": 8, "FLOAT8E4M3FNUZ": 8, "FLOAT8E5M2": 8, "FLOAT8E5M2FNUZ": 8, "FLOAT8E8M0": 8, "FLOAT4E2M1": 4, "INT4": 4,
         "UINT4": 4, "INT2": 2, "UINT2": 2, "FLOAT6E2M3": 6, "FLOAT6E3M2": 6}
for name, bits in small.items():
    kind = T.DataType.Value(name)
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    codes = np.arange(2**bits, dtype=np.uint8)
    if bits == 4:
        codes = codes[:15]  # an odd number: half a byte is left
    x = codes.view(dtype)
    if bits == 4 and name == "INT4":
        x = np.array([int(c) - 16 if c > 7 else int(c) for c in codes], np.int8).astype(dtype)
    if bits == 2 and name == "INT2":
        x = np.array([0, 1, -2, -1], np.int8).astype(dtype)
    add(numpy_helper.from_array(x, name + ".raw"), x.astype(np.float64))
    t = onnx.TensorProto()
    t.CopyFrom(tensors[-2])
    raw = np.frombuffer(t.raw_data, np.uint8)
    t.ClearField("raw_data")
    t.name = name + ".typed"
    t.int32_data.extend(codes.tolist() if bits == 6 else raw.tolist())
    add(t, x.astype(np.float64))
add(numpy_helper.from_array(np.float32(2.5), "scalar"), np.float32(2.5))
add(numpy_helper.from_array(np.zeros((0, 3), np.float32), "empty"), np.zeros((0, 3)))
big = rng.normal(size=(40, 50)).astype(np.float32)
add(numpy_helper.from_array(big, "big"), big)
strings = helper.make_tensor("strings", T.STRING, [2], [b"a", "机".encode()])
tensors.append(strings)
dense = np.zeros((3, 4), np.float32)
dense[0, 1], dense[2, 3] = 5, -6
sparse = [helper.make_sparse_tensor(numpy_helper.from_array(np.array([5, -6], np.float32), name),
                                    numpy_helper.from_array(p.astype(np.int64), name + ".places"), [3, 4])
          for name, p in {"sparse.linear": np.array([1, 11]), "sparse.coordinates": np.array([[0, 1], [2, 3]])}.items()]
for s in sparse:
    tensors.append(numpy_helper.from_array(dense.astype(np.float64), s.values.name + ".values"))
graph = helper.make_graph([], "types", [], [], tensors, sparse_initializer=sparse)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], producer_name="golden")
model.metadata_props.add(key="made", value="by a script")
os.makedirs(out, exist_ok=True)
with open(os.path.join(out, "types.onnx"), "wb") as f:
    f.write(model.SerializeToString(deterministic=True))
