"""Whether transformers answers what Jimu does for the folders that Jimu saved.

  JIMU_PUBLISH=DIR go test -run PublishedFolders ./model/all
  python _golden/publish.py DIR

Each folder has config.json, model.safetensors and answer.npz: the inputs by name, and "out". Prints a line a folder, and fails if
one differs by more than 1e-4 of the largest number, or lacks a tensor.
"""
import json
import os
import sys
import numpy as np


def check(dir):
    import torch
    torch.version.cuda = None  # torchaudio, which transformers imports, may be built for another one
    import transformers
    with open(os.path.join(dir, "config.json")) as f:
        name = json.load(f)["architectures"][0]
    model, info = getattr(transformers, name).from_pretrained(dir, output_loading_info=True)
    answer = dict(np.load(os.path.join(dir, "answer.npz")))
    want = answer.pop("out")
    inputs = {k: torch.from_numpy(v) for k, v in answer.items()}
    if "x" in inputs:
        x = inputs.pop("x")
        inputs["pixel_values" if x.is_floating_point() else "input_ids"] = x
    if name.startswith("DistilBert"):
        inputs.pop("token_type_ids", None)
    with torch.no_grad():
        got = model.eval()(**inputs)
    got = next(v for k, v in got.items() if k in ("logits", "prediction_logits", "start_logits", "last_hidden_state")).numpy()
    if got.shape != want.shape:
        got = got.reshape(want.shape)
    error = float(np.abs(got - want).max() / np.abs(want).max())
    lost = [k for k in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[k]]
    print(f"{os.path.basename(dir):16} {name:40} {error:.1e}", *(f"{k}: {info[k]}" for k in lost))
    return error < 1e-4 and not info["mismatched_keys"] and not info["unexpected_keys"]


if __name__ == "__main__":
    if len(sys.argv) == 2:
        dirs = sorted(os.path.join(sys.argv[1], d) for d in os.listdir(sys.argv[1]) if not d.endswith("-jimu"))
        sys.exit(not all([check(d) for d in dirs]))
