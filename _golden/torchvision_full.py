"""Published sizes beside torchvision: python torchvision_full.py --full DIR NAME...

For each name, such as vgg16_bn, torchvision's own model with seeded random weights is written to DIR as NAME.safetensors and
NAME.pt, with what it answers in DIR/NAME.json; then JIMU_REFERENCE=DIR go test ./model/all -run Torchvision -v compares. The
files are large and not committed.

Gains, biases and layer scales are drawn too, and the running statistics are those of four pictures, then moved a little:
with the initial 0 and 1 a deep network says the same whatever it is given. The pictures are [2 3 size size] of key 1000
(see formula.py).
"""
import json
import os
import sys
import torch
import torchvision
import formula


def randomize(model, size):
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith("layer_scale"):
                p.uniform_(0.2, 1)
            if not p.any() and p.dim() > 1:  # the head of ViT, with which every picture gives 0
                p.normal_(0, 0.05)
        norms = [m for m in model.modules() if isinstance(m, (torch.nn.BatchNorm2d, torch.nn.LayerNorm))]
        for m in norms:
            m.weight.uniform_(0.7, 1.3)
            m.bias.normal_(0, 0.2)
        for m in model.modules():  # as in trained networks, residual blocks add a little: else PyTorch's own float32 is 1.6e-4 off in ResNet-152
            last = getattr(m, "bn3", getattr(m, "bn2", None))
            if last is not None:
                last.weight *= 0.3
        batch = [m for m in norms if isinstance(m, torch.nn.BatchNorm2d)]
        kept = [m.momentum for m in batch]
        for m in batch:
            m.momentum = 1.0
        model.train()(torch.rand(4, 3, size, size) * 2 - 1)
        for m, momentum in zip(batch, kept):
            m.momentum = momentum
            m.running_mean += 0.1 * m.running_var.sqrt() * torch.randn_like(m.running_mean)
            m.running_var *= torch.empty_like(m.running_var).uniform_(0.8, 1.25)


def main(folder, names):
    from safetensors.torch import save_file
    torch.set_num_threads(2)
    for name in names:
        torch.manual_seed(sum(map(ord, name)))
        weights = next(iter(torchvision.models.get_model_weights(name)))
        size = min(weights.transforms().crop_size[0], 300)
        more = dict(init_weights=False) if name in ("googlenet", "inception_v3") else {}
        model = torchvision.models.get_model(name, weights=None, **more)
        randomize(model, size)
        model.eval()
        with torch.no_grad():
            logits = model(torch.from_numpy(formula.signed(1000, 2, 3, size, size)))
        state = {k: v.contiguous() for k, v in model.state_dict().items()}
        save_file(state, os.path.join(folder, name + ".safetensors"))
        torch.save(state, os.path.join(folder, name + ".pt"))
        count = sum(p.numel() for k, p in model.named_parameters() if not k.startswith(("aux", "AuxLogits")))
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(dict(name=name, size=size, parameters=count, files=[name + ".safetensors", name + ".pt"],
                           logits=logits.flatten().tolist(), made_by="torchvision " + torchvision.__version__), f)
        print(name, count, "parameters; logits from %.4g to %.4g" % (logits.min(), logits.max()), flush=True)


if __name__ == "__main__" and sys.argv[1:2] == ["--full"]:
    main(sys.argv[2], sys.argv[3:])
