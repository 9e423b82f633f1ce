"""Models of Hugging Face's transformers as published files have them: golden outputs of tiny ones, and folders of whole ones.

A case of a golden file holds what a folder does: attributes config (config.json), names and shapes of the tensors in
model.safetensors, and arrays of inputs and outputs by name. The tensors are not stored: the reference's were filled with the
recipe of formula.py, by their names in that file, and loaded from it. Inputs of floats are s of key 1000 + their place.
The test that reads all of them is model/all/published_test.go.
"""
import contextlib, json, os, shutil, sys, tempfile
import numpy as np
import torch

torch.version.cuda = None  # torchaudio refuses another CUDA than its own, which plays no part
import transformers
import golden
import formula
from safetensors.torch import load_file, save_file

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
golden.GZIP_OVER = 50_000
BY = f"transformers {transformers.__version__}, {golden.made_by()}"


def ids(seed, below, *shape):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, below, shape))


def floats(place, *shape):
    return torch.from_numpy(formula.signed(1000 + place, *shape))


@contextlib.contextmanager
def folder():
    d = tempfile.mkdtemp()
    yield d
    shutil.rmtree(d)


def outputs_of(model, inputs, outputs, dtype):
    model = model.to(dtype)
    cast = {k: v.to(dtype) if v.dtype.is_floating_point else v for k, v in inputs.items()}
    with torch.no_grad():
        out = model(**cast, return_dict=True) if not callable(outputs) else outputs(model, cast)
    return out if isinstance(out, dict) and callable(outputs) else {k: getattr(out, k) for k in outputs}


def arrays_of(model, inputs, outputs):
    """The arrays of a case, and how far float32 is from float64."""
    single = outputs_of(model, inputs, outputs, torch.float32)
    double = outputs_of(model, inputs, outputs, torch.float64)
    err = max(((single[k] - v).abs().max() / v.abs().max()).item() for k, v in double.items())
    arrays = {k: v for k, v in inputs.items() if not v.dtype.is_floating_point}
    return {**arrays, **{k: v.contiguous() for k, v in single.items()}}, err


def attrs_of(inputs, outputs, d, names, shapes):
    return dict(config=json.load(open(os.path.join(d, "config.json"))), names=names, shapes=shapes, inputs=list(inputs),
                floats={k: list(v.shape) for k, v in inputs.items() if v.dtype.is_floating_point}, outputs=list(outputs))


def case(file, name, model, inputs, outputs):
    """Adds a tiny model. outputs names the outputs in order, or computes a dict of them."""
    with folder() as d:
        model.eval().save_pretrained(d)
        path = os.path.join(d, "model.safetensors")
        state = load_file(path)
        names = formula.fill_state(state)
        save_file(state, path, metadata={"format": "pt"})
        model = type(model).from_pretrained(d, attn_implementation="eager").eval()
        arrays, err = arrays_of(model, inputs, outputs)
        out = [k for k in arrays if k not in inputs]
        file.add(name, arrays, dict(attrs_of(inputs, out, d, names, [list(state[n].shape) for n in names]), err32=err))
    print(name, " ".join("%.4g" % v for v in arrays[out[0]].flatten()[:5]), "float32 off by %.1g" % err)


def whole(d, model, inputs, outputs):
    """Saves a model as its library does, and beside it the golden file reference.golden."""
    os.makedirs(d, exist_ok=True)
    model.eval().save_pretrained(d, max_shard_size="10GB")
    count = model.num_parameters(only_trainable=True)
    single = outputs_of(model, inputs, outputs, torch.float32)
    f = golden.File(os.path.join(os.path.abspath(d), "reference.golden"), "_golden/pretrained.py", "seeded random weights", by=BY)
    arrays = {k: v for k, v in inputs.items() if not v.dtype.is_floating_point}
    out = {k: v.contiguous() for k, v in single.items()}
    f.add("whole", {**arrays, **out}, dict(attrs_of(inputs, out, d, [], []), err32=0, parameters=count))
    f.save()


def main(tiny, full):
    """python3 NAME.py writes the golden file; NAME.py --full DIR MODEL saves a whole model by full[MODEL]() in DIR."""
    if len(sys.argv) > 1:
        torch.manual_seed(1)
        model, inputs, outputs = full[sys.argv[3]]()
        whole(sys.argv[2], model, inputs, outputs)
    else:
        tiny()


def check(d, ours):
    """Lets the reference load the folder that we wrote, and compares what it answers with what it did."""
    case = json.loads(golden.read(os.path.join(d, "reference.golden")).splitlines()[1])
    attrs = case["attrs"]
    kind = getattr(transformers, json.load(open(os.path.join(ours, "config.json")))["architectures"][0])
    model, info = kind.from_pretrained(ours, attn_implementation="eager", output_loading_info=True)
    inputs = {}
    for i, k in enumerate(attrs["inputs"]):
        a = case["arrays"].get(k)
        inputs[k] = floats(i, *attrs["floats"][k]) if a is None else torch.tensor(a["data"]).reshape(a["shape"])
    for k, v in outputs_of(model.eval(), inputs, attrs["outputs"], torch.float32).items():
        want = torch.tensor(case["arrays"][k]["data"]).reshape(case["arrays"][k]["shape"])
        off = ((v - want).abs().max() / want.abs().max()).item()
        print(f"{kind.__name__} {k}: off by {off:.2g}, missing {sorted(info['missing_keys'])}, unexpected {sorted(info['unexpected_keys'])}")


if __name__ == "__main__" and len(sys.argv) == 4 and sys.argv[1] == "--check":
    check(sys.argv[2], sys.argv[3])
