"""Golden answers of the networks of diffusion models: UNet2DModel of diffusers, and DiT as a plain PyTorch module with the
structure and names of the authors' repository. Parameters and inputs by formula.py.

  python _golden/diffusion_models.py
"""
import copy
import math
import numpy as np
import torch
torch.version.cuda = None
import torch.nn as nn
import torch.nn.functional as F
import diffusers
from diffusers import UNet2DModel
import formula
import golden


def case(file, name, model, inputs, config, skip=()):
    model = model.eval()
    names = formula.fill(model, ("pos_embed",))
    run = lambda m, cast: m(*[cast(v) for v in inputs.values()])
    with torch.no_grad():
        y = run(model, lambda v: v)
        y64 = run(copy.deepcopy(model).double(), lambda v: v.double() if v.is_floating_point() else v)
    off = ((y - y64).abs().max() / y64.abs().max()).item()
    file.add(name, dict(inputs, noise=y), dict(config=config, names=names, inputs=list(inputs), err32=off))
    print(name, "float32 off by %.1g" % off)


def numbers(*shape):
    return torch.from_numpy(formula.signed(1000, *shape))


class Unet(nn.Module):
    def __init__(self, **kw):
        super().__init__()
        self.__dict__["m"] = UNet2DModel(**kw)

    def state_dict(self, **kw):
        return self.m.state_dict(**kw)

    def __deepcopy__(self, memo):
        other = Unet.__new__(Unet)
        nn.Module.__init__(other)
        other.__dict__["m"] = copy.deepcopy(self.m)
        return other

    def double(self):
        self.m.double()
        return self

    def eval(self):
        self.m.eval()
        return self

    def forward(self, x, step, label=None):
        return self.m(x, step, class_labels=label).sample


def levels(channels, attention):
    down = tuple("AttnDownBlock2D" if i in attention else "DownBlock2D" for i in range(len(channels)))
    return dict(block_out_channels=channels, down_block_types=down, up_block_types=tuple(d.replace("Down", "Up") for d in reversed(down)))


f = golden.File("model/ddpm/testdata/ddpm.golden", "_golden/diffusion_models.py", by=f"diffusers {diffusers.__version__}, PyTorch {torch.__version__}")
x, step = numbers(2, 2, 8, 8), torch.tensor([3, 870])
case(f, "published", Unet(sample_size=8, in_channels=2, out_channels=2, layers_per_block=2, norm_num_groups=4, attention_head_dim=None,
                          flip_sin_to_cos=False, freq_shift=1, downsample_padding=0, norm_eps=1e-6, **levels((4, 8), {1})),
     dict(x=x, step=step), dict(published=True, channels=[4, 8], groups=4, attention=[1]))
case(f, "default", Unet(sample_size=8, in_channels=2, out_channels=2, layers_per_block=1, norm_num_groups=2, attention_head_dim=4,
                        num_class_embeds=5, **levels((4, 8, 8), {0, 2})),
     {"x": x, "step": step, "class": torch.tensor([4, 0])}, dict(channels=[4, 8, 8], blocks=1, groups=2, attention=[0, 2], head_width=4, classes=5))
f.save()
for name, kw in [("ddpm-cifar10-32", levels((128, 256, 256, 256), {1})), ("ddpm-celebahq-256", levels((128, 128, 256, 256, 512, 512), {4}))]:
    with torch.device("meta"):
        print(name, sum(p.numel() for p in UNet2DModel(in_channels=3, out_channels=3, layers_per_block=2, attention_head_dim=None, **kw).parameters()))


class DiT(nn.Module):
    """Peebles and Xie's network: names x_embedder, t_embedder, y_embedder, blocks, final_layer."""

    def __init__(self, size, patch, channels, width, depth, heads, classes, sigma=True):
        super().__init__()
        self.patch, self.heads, self.out = patch, heads, channels * (1 + sigma)
        self.x_embedder = nn.ModuleDict(dict(proj=nn.Conv2d(channels, width, patch, patch)))
        self.t_embedder = nn.ModuleDict(dict(mlp=nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))))
        self.y_embedder = nn.ModuleDict(dict(embedding_table=nn.Embedding(classes + 1, width)))
        self.register_buffer("pos_embed", torch.from_numpy(positions(width, size // patch)).float()[None])
        norm = lambda: nn.LayerNorm(width, 1e-6, elementwise_affine=False)
        self.blocks = nn.ModuleList(nn.ModuleDict(dict(
            norm1=norm(), attn=nn.ModuleDict(dict(qkv=nn.Linear(width, 3 * width), proj=nn.Linear(width, width))), norm2=norm(),
            mlp=nn.ModuleDict(dict(fc1=nn.Linear(width, 4 * width), fc2=nn.Linear(4 * width, width))),
            adaLN_modulation=nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width)))) for _ in range(depth))
        self.final_layer = nn.ModuleDict(dict(norm_final=norm(), linear=nn.Linear(width, patch * patch * self.out),
                                              adaLN_modulation=nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))))

    def forward(self, x, step, label):
        n, _, h, w = x.shape
        rate = torch.exp(-math.log(10000) * torch.arange(128, dtype=torch.float32) / 128)
        angle = step[:, None].float() * rate
        c = self.t_embedder["mlp"](torch.cat([angle.cos(), angle.sin()], 1).to(x.dtype)) + self.y_embedder["embedding_table"](label)
        t = self.x_embedder["proj"](x).flatten(2).transpose(1, 2) + self.pos_embed.to(x.dtype)
        scaled = lambda t, shift, scale: t * (1 + scale[:, None]) + shift[:, None]
        for b in self.blocks:
            s1, k1, g1, s2, k2, g2 = b["adaLN_modulation"](c).chunk(6, 1)
            q, k, v = b["attn"]["qkv"](scaled(b["norm1"](t), s1, k1)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
            a = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
            t = t + g1[:, None] * b["attn"]["proj"](a)
            y = F.gelu(b["mlp"]["fc1"](scaled(b["norm2"](t), s2, k2)), approximate="tanh")
            t = t + g2[:, None] * b["mlp"]["fc2"](y)
        l = self.final_layer
        s, k = l["adaLN_modulation"](c).chunk(2, 1)
        t = l["linear"](scaled(l["norm_final"](t), s, k))
        t = t.reshape(n, h // self.patch, w // self.patch, self.patch, self.patch, self.out)
        return torch.einsum("nhwpqc->nchpwq", t).reshape(n, self.out, h, w)


def positions(width, side):
    def waves(at, d):
        angle = at[:, None] / 10000 ** (np.arange(d // 2, dtype=np.float64) / (d / 2))
        return np.concatenate([np.sin(angle), np.cos(angle)], 1)
    row, column = [g.ravel() for g in np.meshgrid(np.arange(side, dtype=np.float64), np.arange(side, dtype=np.float64), indexing="ij")]
    return np.concatenate([waves(column, width // 2), waves(row, width // 2)], 1)


f = golden.File("model/dit/testdata/dit.golden", "_golden/diffusion_models.py")
case(f, "learned", DiT(8, 2, 3, 12, 2, 3, 5), {"x": numbers(2, 3, 8, 8), "step": step, "class": torch.tensor([4, 5])}, dict(patch=2, width=12, depth=2, heads=3, classes=5))
case(f, "fixed", DiT(8, 4, 2, 8, 1, 2, 3, False), {"x": numbers(2, 2, 8, 8), "step": step, "class": torch.tensor([0, 3])}, dict(patch=4, width=8, depth=1, heads=2, classes=3, fixed_variance=True))
f.save()
for name, p, width, depth, heads in [("DiT-S/2", 2, 384, 12, 6), ("DiT-B/2", 2, 768, 12, 12), ("DiT-L/2", 2, 1024, 24, 16), ("DiT-XL/2", 2, 1152, 28, 16), ("DiT-XL/4", 4, 1152, 28, 16)]:
    with torch.device("meta"):
        m = DiT(32, p, 4, width, depth, heads, 1000)
        print(name, sum(q.numel() for q in m.parameters()))
