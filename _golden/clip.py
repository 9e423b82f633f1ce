"""Golden outputs of CLIP: transformers' in its layout (see pretrained.py), OpenCLIP's in OpenAI's."""
import golden
import open_clip
import torch
import formula
from pretrained import BY, case, floats, ids, main, transformers as T

TEXT = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, vocab_size=40, max_position_embeddings=20, bos_token_id=38, eos_token_id=39)
VISION = dict(hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40, image_size=16, patch_size=8)
OUTPUTS = ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"]


def texts(n, tokens, length, end):
    x = ids(1, end - 1, n, length)
    for i in range(n):
        x[i, length - 1 - 2 * i:] = end
    return x


def tiny():
    f = golden.File("model/clip/testdata/transformers.golden", "_golden/clip.py", "see _golden/pretrained.py", by=BY)
    x = dict(input_ids=texts(3, 40, 9, 39), pixel_values=floats(1, 2, 3, 16, 16))
    case(f, "clip", T.CLIPModel(T.CLIPConfig(text_config=TEXT, vision_config=VISION, projection_dim=8)), x, OUTPUTS)
    old = dict(TEXT, eos_token_id=2, hidden_act="gelu")
    case(f, "clip/first files", T.CLIPModel(T.CLIPConfig(text_config=old, vision_config=dict(VISION, hidden_act="gelu"), projection_dim=8)), x, OUTPUTS)
    f.save()
    f = golden.File("model/clip/testdata/layouts.golden", "_golden/clip.py", "weights and pictures by formula",
                    by=f"OpenCLIP {open_clip.__version__}, {golden.made_by()}")
    m = open_clip.CLIP(8, open_clip.model.CLIPVisionCfg(layers=3, width=24, head_width=8, patch_size=8, image_size=16, mlp_ratio=1.5),
                       open_clip.model.CLIPTextCfg(context_length=20, vocab_size=40, width=16, heads=2, layers=2, mlp_ratio=1.5), quick_gelu=True).eval()
    names = formula.fill(m, skip=("attn_mask",))
    state = m.state_dict()
    tokens = torch.nn.functional.pad(x["input_ids"], (0, 11))
    with torch.no_grad():
        image, text, scale = m(x["pixel_values"], tokens)[:3]
    f.add("openclip", dict(input_ids=tokens, logits=scale * image @ text.T), dict(names=names, shapes=[list(state[n].shape) for n in names]))
    f.save()


def whole():
    x = dict(input_ids=texts(3, 49408, 9, 49407), pixel_values=floats(1, 2, 3, 224, 224))
    return T.CLIPModel(T.CLIPConfig()), x, OUTPUTS


main(tiny, {"clip-vit-base-patch32": whole})
