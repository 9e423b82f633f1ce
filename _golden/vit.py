"""Golden logits of ViT and DeiT: transformers' in its layout (see pretrained.py), torchvision's and timm's in theirs."""
import golden
import timm
import torch
import torchvision
import formula
from pretrained import BY, case, floats, main, transformers as T

SIZE = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, image_size=16, patch_size=8, num_labels=3)
WIDE = dict(num_labels=1000, image_size=224, patch_size=16)


def state_case(file, name, model, attrs):
    """A model in its own library's layout: names and shapes of its state, and what it makes of pictures of key 1000."""
    names = formula.fill(model)
    state = model.state_dict()
    x = floats(0, 2, 3, attrs["size"], attrs["size"])
    with torch.no_grad():
        y, y64 = model.eval()(x), model.double().eval()(x.double())
    file.add(name, dict(logits=y), dict(attrs, names=names, shapes=[list(state[n].shape) for n in names], err32=((y - y64).abs().max() / y64.abs().max()).item()))


def tiny():
    f = golden.File("model/vit/testdata/transformers.golden", "_golden/vit.py", "see _golden/pretrained.py", by=BY)
    x = dict(pixel_values=floats(0, 2, 3, 16, 16))
    case(f, "vit/classes", T.ViTForImageClassification(T.ViTConfig(**SIZE)), x, ["logits"])
    case(f, "vit/distilled", T.DeiTForImageClassificationWithTeacher(T.DeiTConfig(**SIZE)), x, ["logits", "cls_logits", "distillation_logits"])
    f.save()
    f = golden.File("model/vit/testdata/layouts.golden", "_golden/vit.py", "weights and pictures by formula",
                    by=f"torchvision {torchvision.__version__}, timm {timm.__version__}, {golden.made_by()}")
    m = torchvision.models.VisionTransformer(image_size=24, patch_size=8, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=24, num_classes=3)
    state_case(f, "torchvision", m, dict(size=24, distilled=False))
    kw = dict(img_size=16, patch_size=8, depth=2, num_heads=2, embed_dim=16, mlp_ratio=1.5, num_classes=3)
    state_case(f, "timm", timm.models.vision_transformer.VisionTransformer(**kw), dict(size=16, distilled=False))
    state_case(f, "timm/distilled", timm.models.deit.VisionTransformerDistilled(**kw), dict(size=16, distilled=True))
    f.save()


def whole(kind, config):
    outputs = ["logits", "cls_logits", "distillation_logits"] if "Teacher" in kind.__name__ else ["logits"]
    return lambda: (kind(config), dict(pixel_values=floats(0, 1, 3, 224, 224)), outputs)


main(tiny, {
    "vit-base-patch16-224": whole(T.ViTForImageClassification, T.ViTConfig(**WIDE)),
    "deit-small-distilled-patch16-224": whole(T.DeiTForImageClassificationWithTeacher, T.DeiTConfig(**WIDE, hidden_size=384, num_attention_heads=6, intermediate_size=1536)),
})
