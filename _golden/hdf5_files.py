"""Small HDF5 files of every kind that internal/hdf5 reads, made by h5py, with what is in them as JSON beside.

Run in the folder of the repository: python _golden/hdf5_files.py. Writes internal/hdf5/testdata/*.h5.gz and *.json.gz:
{"path": {"shape": [...], "values": [...]}, "path@attribute": ...}; floats as they are in float64, text as text.
"""
import gzip
import json
import os
import h5py
import numpy as np

OUT = "internal/hdf5/testdata"


def values(x):
    x = np.asarray(x)
    if x.dtype.kind in "SO":
        return [v.decode() if isinstance(v, bytes) else str(v) for v in x.reshape(-1).tolist()]
    if x.dtype.kind == "b":
        return [int(v) for v in x.reshape(-1)]
    return x.reshape(-1).tolist()


def describe(f):
    out = {}

    def note(name, o):
        for k, v in o.attrs.items():
            if isinstance(v, h5py.Empty):
                v = np.zeros(0)
            out[name + "@" + k] = {"shape": list(np.shape(v)), "values": values(v)}
        if isinstance(o, h5py.Dataset):
            v = np.zeros((0,)) if o.shape is None else o[()]
            out[name] = {"shape": list(np.shape(v)), "values": values(v)}
    note("", f)
    f.visititems(note)
    return out


def ramp(*shape, dtype="f4"):
    return (np.arange(int(np.prod(shape))) * 7 % 251).reshape(shape).astype(dtype)


def types(f):
    for t in ("i1", "u1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
        name = t.replace("<", "little_").replace(">", "big_")
        f[name] = (np.arange(6).reshape(2, 3) * 5 - (0 if "u" in t else 7)).astype(t)
    f["bool"] = np.array([True, False, True])
    f["scalar"] = np.float32(2.5)
    f["empty"] = np.zeros((0, 3), "f4")
    f["fixed"] = np.array([b"one", b"three", b""], "S5")
    f.create_dataset("text", data=["a", "längere Wörter", "", "z" * 300], dtype=h5py.string_dtype())
    f["null"] = h5py.Empty("f4")


def chunks(f):
    f.create_dataset("plain", data=ramp(7, 9), chunks=(3, 4))
    f.create_dataset("deflate", data=ramp(7, 9), chunks=(3, 4), compression="gzip")
    f.create_dataset("all", data=ramp(17, 5, dtype="i4"), chunks=(4, 5), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("checksum", data=ramp(5, dtype="u1"), chunks=(5,), fletcher32=True)
    f.create_dataset("halves", data=ramp(33, dtype="f2"), chunks=(8,), shuffle=True, compression=9)
    f.create_dataset("long", data=ramp(700, dtype="i2"), chunks=(1,))
    d = f.create_dataset("holes", (9, 9), "f4", chunks=(2, 2), fillvalue=-3)
    d[4:6, 4:6] = 5
    d = f.create_dataset("grown", data=ramp(6, 5), chunks=(2, 2), maxshape=(None, 5))
    d.resize((11, 5))
    d[6:] = 8
    d.resize((10, 5))
    d = f.create_dataset("wide", data=ramp(3, 40), chunks=(2, 1), maxshape=(3, None), compression="gzip")
    d = f.create_dataset("both", data=ramp(9, 13), chunks=(2, 3), maxshape=(None, None))
    d = f.create_dataset("bothdeflate", data=ramp(9, 13, dtype="i8"), chunks=(2, 3), maxshape=(None, None), compression="gzip")
    f.create_dataset("single", data=ramp(4, 4), chunks=(4, 4))
    f.create_dataset("singledeflate", data=ramp(4, 4), chunks=(4, 4), compression="gzip")
    f.create_dataset("cube", data=ramp(5, 4, 3), chunks=(2, 3, 2))
    never = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    never.set_chunk((3,))
    never.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    h5py.h5d.create(f.id, b"implicit", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((8,)), never).write(
        h5py.h5s.ALL, h5py.h5s.ALL, ramp(8, dtype="i4"))
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_DOUBLE, h5py.h5s.create_simple((4,)), compact).write(
        h5py.h5s.ALL, h5py.h5s.ALL, ramp(4, dtype="f8"))


def arrays(f):
    """Indices of chunks that have pages and blocks of blocks."""
    f.create_dataset("fixedpages", data=ramp(3000, dtype="u1"), chunks=(1,))
    d = f.create_dataset("fixedholes", (2500,), "u1", chunks=(1,))
    d[2100] = 9
    d = f.create_dataset("extensible", data=ramp(3000, dtype="u1"), chunks=(1,), maxshape=(None,))
    d = f.create_dataset("extensibleholes", (9000,), "u1", chunks=(2,), maxshape=(None,))
    d[8000] = 9
    d = f.create_dataset("tree", data=ramp(60, 50, dtype="u1"), chunks=(1, 1), maxshape=(None, None))


def groups(f):
    f.attrs["title"] = "a file"
    f.attrs["names"] = np.array([b"x", b"yy"])
    f.attrs["number"] = np.int64(-5)
    g = f.create_group("many")
    for i in range(150):
        g[f"item number {i}"] = np.int32(i)
    h = f.create_group("attributes")
    for i in range(40):
        h.attrs[f"attribute {i}"] = ramp(i + 1)
    h.attrs["words"] = ["some", "words"]
    d = f.create_group("a/b/c/d")
    d["e"] = ramp(3)


def latest(f):
    groups(f)
    f["attributes"].attrs["huge"] = np.bytes_(b"h" * 70000)


FILES = {"types": types, "chunks": chunks, "groups": groups}
os.makedirs(OUT, exist_ok=True)
for name, make in {**FILES, "arrays": arrays}.items():
    for lib in ("earliest", "latest"):
        if name == "arrays" and lib == "earliest":
            continue
        path = f"{OUT}/{name}_{lib}.h5"
        with h5py.File(path, "w", libver=lib) as f:
            (latest if (name, lib) == ("groups", "latest") else make)(f)
        with h5py.File(path) as f:
            text = json.dumps({"made_by": f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}", "objects": describe(f)})
        with open(path, "rb") as f:
            content = f.read()
        os.remove(path)
        for end, b in ((".h5.gz", content), (".json.gz", text.encode())):
            with open(path[:-3] + end, "wb") as f:
                f.write(gzip.compress(b, 9, mtime=0))
        print(path, len(content))
