"""The public names of the peers, one a line, for the vocabulary's table of what they have and we have not.

Needs torch, torchvision, torchmetrics, keras and optax: those of the header of each file made docs/vocabulary-peers.md.
"""
import inspect, os, sys
os.environ.setdefault("KERAS_BACKEND", "torch")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEERS = os.path.join(ROOT, "_vocabulary", "peers")


def classes(module, base=None):
    """The classes that a module offers, without abstract bases and private ones."""
    names = getattr(module, "__all__", None) or dir(module)
    found = set()
    for n in names:
        o = getattr(module, n, None)
        if inspect.isclass(o) and n[0].isupper() and (base is None or issubclass(o, base)):
            found.add(n)
    return found


def write(name, version, names):
    path = os.path.join(PEERS, name + ".txt")
    with open(path, "w") as f:
        f.write(f"# {name} {version}, by _golden/names.py\n")
        for n in sorted(names, key=str.lower):
            f.write(n + "\n")
    print(name, len(names))


import torch, torchvision, torchmetrics, optax, keras
from torchvision.transforms import v2

write("torch.nn", torch.__version__.split("+")[0], {"nn." + n for n in classes(torch.nn, torch.nn.Module)})
write("torch.optim", torch.__version__.split("+")[0], {"optim." + n for n in classes(torch.optim, torch.optim.Optimizer) - {"Optimizer"}}
      | {"lr_scheduler." + n for n in classes(torch.optim.lr_scheduler) if n not in ("Optimizer", "LRScheduler", "Counter")})
write("torchvision.transforms.v2", torchvision.__version__.split("+")[0], {"v2." + n for n in classes(v2, torch.nn.Module) if n != "Transform"})
write("keras.layers", keras.__version__, {"layers." + n for n in classes(keras.layers)})
write("keras.losses", keras.__version__, {"losses." + n for n in classes(keras.losses)})
write("keras.optimizers", keras.__version__, {"optimizers." + n for n in classes(keras.optimizers)} | {"schedules." + n for n in classes(keras.optimizers.schedules)})
write("keras.metrics", keras.__version__, {"metrics." + n for n in classes(keras.metrics)})
write("keras.initializers", keras.__version__, {"initializers." + n for n in classes(keras.initializers)})
write("optax", optax.__version__, {"optax." + n for n in ("adabelief adadelta adan adafactor adagrad adam adamw adamax adamaxw amsgrad fromage lamb lars lbfgs lion "
      "nadam nadamw noisy_sgd novograd optimistic_adam polyak_sgd radam rmsprop rprop sgd sign_sgd sm3 yogi").split()}
      | {"optax.contrib." + n for n in dir(optax.contrib) if n in ("acprop", "ademamix", "cocob", "dadapt_adamw", "dog", "dowg", "mechanize", "momo", "muon",
      "prodigy", "sam", "schedule_free", "sophia", "reduce_on_plateau")})
groups = "classification regression text detection image retrieval segmentation audio".split()
found = set()
for g in groups:
    m = __import__("torchmetrics." + g, fromlist=["x"])
    found |= {"torchmetrics." + n for n in classes(m, torchmetrics.Metric) if not n.startswith(("Binary", "Multiclass", "Multilabel"))}
write("torchmetrics", torchmetrics.__version__, found)
