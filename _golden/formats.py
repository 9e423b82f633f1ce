"""Small files of other libraries, and the numbers in them, for the readers of package format.

format/safetensors/testdata/types.safetensors: a tensor of each type that the safetensors package writes; float8 with all of
its 256 values. types.golden: the same numbers in float64.

format/torch/testdata: state dicts, checkpoints and a module saved whole, by torch.save in its zip format and in that before
1.6, by torch.jit.save, and by pickle with NumPy's arrays; torch.golden: the numbers, a case a file.

format/npz/testdata: arrays of every type, order of bytes and of axes, stored and deflated, and the three versions of the
header; npz.golden: the numbers, a case a file.
"""
import argparse
import collections
import os
import pathlib
import pickle
import numpy as np
import torch
from safetensors.torch import save_file
import golden

SAFETENSORS = os.path.join(golden.ROOT, "format/safetensors/testdata")


def every_type():
    """Tensors of every type, with extremes."""
    byte = torch.arange(256, dtype=torch.uint8)
    out = {
        "f32": torch.tensor([[1.5, -2.25, 3e38], [0.0, 1e-40, float("inf")]]),
        "f64": torch.tensor([1 / 3, -1e300, 5e-324], dtype=torch.float64),
        "f16": torch.tensor([1.5, -65504, 6e-8], dtype=torch.float16),
        "bf16": torch.tensor([1.5, -3e38, 1e-40], dtype=torch.bfloat16),
        "i64": torch.tensor([-2**53, 7, 2**53]), "i32": torch.tensor([-2**31, 7], dtype=torch.int32),
        "i16": torch.tensor([-2**15, 2**15 - 1], dtype=torch.int16), "i8": torch.tensor([[-128], [127]], dtype=torch.int8),
        "u8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([True, False, True]),
        "u16": torch.tensor([1, 65535], dtype=torch.uint16), "u32": torch.tensor([1, 2**32 - 1], dtype=torch.uint32),
        "u64": torch.tensor([1, 2**53], dtype=torch.uint64), "c64": torch.tensor([1 + 2j], dtype=torch.complex64),
        "e4m3": byte.clone().view(torch.float8_e4m3fn), "e5m2": byte.clone().view(torch.float8_e5m2), "e8m0": byte.clone().view(torch.float8_e8m0fnu),
        "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
    }
    return out


def wide(t):
    if t.dtype == torch.uint64:
        return t.numpy().astype(np.float64)
    return t.to(torch.float32).to(torch.float64) if t.dtype.itemsize == 1 and t.dtype.is_floating_point else t.to(torch.float64)


def numbers(f, name, tensors):
    f.add(name, {k: wide(v) for k, v in tensors.items() if not v.is_complex()})


TORCH = os.path.join(golden.ROOT, "format/torch/testdata")


class Block(torch.nn.Module):
    """A module to be saved whole: parameters, buffers of both kinds, modules in lists, an attribute, a cycle."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, 2)
        self.layers = torch.nn.ModuleList([torch.nn.BatchNorm1d(2), torch.nn.Sequential(torch.nn.Conv1d(1, 1, 2, bias=False))])
        self.register_buffer("kept", torch.arange(3.0))
        self.register_buffer("hidden", torch.arange(4.0), persistent=False)
        self.note = torch.full((5,), 5.0)  # no parameter: not in the state dict
        self.args = argparse.Namespace(rate=0.1, path=pathlib.Path("/a/b"))
        self.activation = torch.nn.functional.relu
        object.__setattr__(self, "itself", self)

    def forward(self, x):
        return self.linear(x)


def views():
    base = torch.arange(24.0)
    tied = torch.nn.Parameter(torch.full((2, 2), 7.0))
    return {
        "base": base, "slice": base[3:9], "transposed": base.view(4, 6).t(), "step": base[1::5],
        "expanded": base[2:3].expand(3, 4), "last": base.view(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "tied.a": tied, "tied.b": tied, "spare": base.view(2, 12)[:, :0], "one": base[5],
    }


def torch_files(f):
    torch.serialization.get_source_lines_and_file = lambda o, msg=None: (["class Block: ...\n"], 0, "block.py")  # and no paths of this machine
    legacy = dict(_use_new_zipfile_serialization=False)
    torch.manual_seed(1)

    def save(name, value, expect, **how):
        torch.save(value, os.path.join(TORCH, name), **how)
        numbers(f, name, {k: v.detach() for k, v in expect.items()})

    every = every_type()
    save("types.pt", every, every)
    old = {k: v for k, v in every.items() if k not in ("u16", "u32", "u64", "e4m3", "e5m2", "e8m0")}
    save("types.legacy.pt", old, old, **legacy)
    save("views.pt", views(), views())
    save("views.legacy.pt", views(), views(), **legacy)
    save("protocol5.pt", views(), views(), pickle_protocol=5)
    model = Block()
    state = model.state_dict()
    optimizer = torch.optim.Adam(model.parameters())
    model.linear(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    for name, how in (("checkpoint.pth.tar", {}), ("checkpoint.legacy.pth", legacy)):
        save(name, {
            "epoch": 3, "best_prec1": 91.5, "arch": "block", "done": True, "optimizer": optimizer.state_dict(),
            "state_dict": collections.OrderedDict(("module." + k, v) for k, v in state.items()),
            "args": argparse.Namespace(lr=0.1), "where": pathlib.PurePosixPath("/a"), "shape": torch.Size([1, 2]), "dtype": torch.float16,
            "device": torch.device("cpu"), "numpy": np.float64(2.5), "random": np.random.RandomState(1).get_state(), "big": 2**100,
            "seen": {1, 2}, "nothing": None,
        }, {"module." + k: v for k, v in state.items()}, **how)
    save("module.pt", model, state)
    save("module.legacy.pt", {"model": model, "epoch": 1}, state, **legacy)
    save("two.pt", {"a": {"w": torch.ones(2)}, "b": [torch.zeros(1), {"c": torch.ones(1, 1)}]},
         {"a.w": torch.ones(2), "b.0": torch.zeros(1), "b.1.c": torch.ones(1, 1)})
    script = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)))
    torch.jit.save(script, os.path.join(TORCH, "script.pt"))
    numbers(f, "script.pt", {k: v.detach() for k, v in script.state_dict().items()})
    arrays = {
        "f4": np.arange(6, dtype="<f4").reshape(2, 3), "f8": np.arange(6, dtype=">f8").reshape(2, 3), "i2": np.array([-1, 2], ">i2"),
        "fortran": np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)), "u1": np.arange(3, dtype="u1"), "bool": np.array([True, False]),
        "number": np.float32(2.5),
    }
    for protocol in (2, 4, 5):
        name = "arrays%d.pkl" % protocol
        with open(os.path.join(TORCH, name), "wb") as out:
            pickle.dump(dict(arrays, objects=np.array([{}, None], dtype=object)), out, protocol)
        f.add(name, {k: np.asarray(v).astype(np.float64) for k, v in arrays.items()})

NPZ = os.path.join(golden.ROOT, "format/npz/testdata")


def npz_files(f):
    v = np.array([[0, 1, 2], [100, 101, 3]])
    every = {d.strip("<>|=") + ("_big" if d[0] == ">" else ""): (v > 1 if d == "?" else v).astype(d)
             for d in "? i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 >i2 >i4 >i8 >u2 >u4 >u8 >f2 >f4 >f8".split()}
    every["fortran"] = np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))
    every["fortran_big"] = np.asfortranarray(np.arange(24).reshape(2, 3, 4)).astype(">u2")
    every["scalar"], every["empty"], every["vector"] = np.array(2.5), np.zeros((0, 3), np.float32), np.arange(5, dtype=np.int8)
    for name, save in (("stored.npz", np.savez), ("deflated.npz", np.savez_compressed)):
        save(os.path.join(NPZ, name), **every)
        f.add(name, {k: np.asarray(a).astype(np.float64) for k, a in every.items()})
    for version in (1, 2, 3):
        name = "version%d.npy" % version
        with open(os.path.join(NPZ, name), "wb") as out:
            np.lib.format.write_array(out, every["fortran"], version=(version, 0))
        f.add(name, {"version%d" % version: every["fortran"]})
    np.savez(os.path.join(NPZ, "objects.npz"), good=np.arange(3), bad=np.array([{}], dtype=object))
    np.save(os.path.join(NPZ, "records.npy"), np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
    np.save(os.path.join(NPZ, "texts.npy"), np.array(["a", "bc"]))
    np.save(os.path.join(NPZ, "complex.npy"), np.array([1 + 2j]))


if __name__ == "__main__":
    os.makedirs(SAFETENSORS, exist_ok=True)
    every = every_type()
    save_file(every, os.path.join(SAFETENSORS, "types.safetensors"), {"made": "by _golden/formats.py"})
    f = golden.File("format/safetensors/testdata/types.golden", "_golden/formats.py", by="safetensors with PyTorch " + torch.__version__)
    numbers(f, "types", every)
    f.save()
    os.makedirs(TORCH, exist_ok=True)
    f = golden.File("format/torch/testdata/torch.golden", "_golden/formats.py", by="PyTorch " + torch.__version__)
    torch_files(f)
    f.save()
    os.makedirs(NPZ, exist_ok=True)
    f = golden.File("format/npz/testdata/npz.golden", "_golden/formats.py", by="NumPy " + np.__version__)
    npz_files(f)
    f.save()
