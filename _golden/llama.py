"""Golden logits of Llama-class decoders: transformers' own models with small configurations.

The model saves itself, so that names and shapes are those of published files; the parameters, sorted by name, number
p = 0, 1, ..., are then filled by formula (s = 2 u(p+1, i) - 1 of Philox key p + 1, see vision.py): of one axis
1 + 0.2 s, biases 0.1 s, of more sqrt(6 / last axis) s, and the model is loaded from that file. Tokens are i*i*7 + 3 i + 1 mod 24.

Attributes: config (Hugging Face's config.json), names and shapes (sorted), err32. Arrays: tokens [2 9], logits [2 9 24] computed in
float64 and rounded once; next [2 1 24]: the same for the third token of the second row, as text behind two.

  llama.py --full DIR TYPE CONFIG    saves a model of the published size with random weights, and its logits, for JIMU_REFERENCE
  llama.py --saved DIR               whether transformers answers the same from the folders that JIMU_SAVED=DIR go test -run Saved left
"""
import copy, json, os, sys, tempfile
import numpy as np
import torch
torch.version.cuda = None  # torchaudio, if it is there, asks
import transformers
from safetensors import safe_open
from safetensors.torch import save_file
import golden
from philox import uniform

SMALL = dict(vocab_size=24, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=64, initializer_range=0.02, attn_implementation="eager")


def value(p, name, shape):
    n = int(np.prod(shape))
    s = (2 * uniform(p + 1, n) - 1).astype(np.float32)
    if len(shape) > 1:
        v = np.float32(np.sqrt(6 / shape[-1])) * s
    elif name.endswith("bias"):
        v = np.float32(0.1) * s
    else:
        v = np.float32(1) + np.float32(0.2) * s
    return torch.from_numpy(v.reshape(shape).copy())


def build(kind, **changes):
    config = transformers.AutoConfig.for_model(kind, **dict(SMALL, **changes))
    config._attn_implementation = "eager"
    return transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager"), config


def filled(kind, changes):
    """The model with parameters by formula, their names and shapes, and the text of config.json."""
    m, _ = build(kind, **changes)
    with tempfile.TemporaryDirectory() as d:
        m.save_pretrained(d)
        path = os.path.join(d, "model.safetensors")
        with safe_open(path, "pt") as f:
            shapes = {k: list(f.get_tensor(k).shape) for k in f.keys()}
        names = sorted(shapes)
        save_file({k: value(p, k, shapes[k]) for p, k in enumerate(names)}, path, {"format": "pt"})
        config = json.load(open(os.path.join(d, "config.json")))
        return type(m).from_pretrained(d, attn_implementation="eager", experts_implementation="eager", dtype=torch.float32).eval(), names, [shapes[k] for k in names], config


CASES = [
    ("llama", "llama", {}),
    ("llama/groups of one, biases, tied", "llama", dict(num_key_value_heads=1, attention_bias=True, tie_word_embeddings=True, rope_theta=500000.0)),
    ("llama/head", "llama", dict(head_dim=12, hidden_act="gelu")),
    ("llama/linear", "llama", dict(rope_scaling=dict(rope_type="linear", factor=4.0))),
    ("llama/llama3", "llama", dict(rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16))),
    ("llama/yarn", "llama", dict(rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16))),
    ("mistral", "mistral", dict(sliding_window=4)),
    ("mixtral", "mixtral", dict(num_local_experts=4, num_experts_per_tok=2, sliding_window=None)),
    ("qwen2", "qwen2", dict(tie_word_embeddings=True)),
    ("qwen2/window", "qwen2", dict(num_hidden_layers=3, use_sliding_window=True, sliding_window=3, max_window_layers=1)),
    ("qwen2_moe", "qwen2_moe", dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=20, shared_expert_intermediate_size=24, decoder_sparse_step=2)),
    ("qwen2_moe/every", "qwen2_moe", dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=12, shared_expert_intermediate_size=16)),
    ("qwen3", "qwen3", dict(head_dim=12)),
    ("qwen3_moe", "qwen3_moe", dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=20, head_dim=8, norm_topk_prob=True, mlp_only_layers=[0])),
    ("gemma", "gemma", dict(head_dim=12, num_key_value_heads=1)),
    ("gemma2", "gemma2", dict(head_dim=12, sliding_window=3, query_pre_attn_scalar=20, attn_logit_softcapping=5.0, final_logit_softcapping=3.0)),
    ("gemma2/heads", "gemma2", dict(head_dim=12, sliding_window=3, query_pre_attn_scalar=12, attn_logit_softcapping=5.0, final_logit_softcapping=3.0)),
    ("gemma3", "gemma3_text", dict(num_hidden_layers=3, head_dim=12, sliding_window=3, query_pre_attn_scalar=20, sliding_window_pattern=3, rope_scaling=dict(rope_type="linear", factor=8.0))),
    ("phi3", "phi3", dict(sliding_window=4, pad_token_id=0, bos_token_id=1, eos_token_id=2)),
    ("phi3/longrope", "phi3", dict(pad_token_id=0, bos_token_id=1, eos_token_id=2, original_max_position_embeddings=32, rope_scaling=dict(
        type="longrope", short_factor=[1.0, 1.1, 1.3, 2.0], long_factor=[1.0, 2.0, 3.0, 4.0]))),
]


def main():
    golden.GZIP_OVER = 100_000
    f = golden.File("model/llama/testdata/llama.golden", "_golden/llama.py", "parameters from Philox by formula; see the script's header",
                    by=f"transformers {transformers.__version__}, PyTorch {torch.__version__}")
    tokens = torch.arange(18)
    tokens = (tokens * tokens * 7 + 3 * tokens + 1).remainder(24).reshape(2, 9)
    for name, kind, changes in CASES:
        m, names, shapes, config = filled(kind, changes)
        with torch.no_grad():
            y, double = m(tokens).logits, copy.deepcopy(m).double()
            for part in double.modules():  # transformers keeps these in float32
                for key, b in list(part.named_buffers(recurse=False)):
                    if "inv_freq" in key:
                        setattr(part, key, b.double())
            y64 = double(tokens).logits
        off = ((y - y64).abs().max() / y64.abs().max()).item()
        keep = {k: v for k, v in config.items() if k not in ("architectures", "dtype", "transformers_version", "initializer_range", "use_cache")}
        f.add(name, dict(tokens=tokens, logits=y64.float()), dict(config=keep, names=names, shapes=shapes, err32=off))
        print("%-36s float32 off by %.1g, largest %.3g" % (name, off, y64.abs().max()))
    f.save()


def full(folder, kind, changes):
    torch.manual_seed(1)
    m, _ = build(kind, **changes)
    m.eval().save_pretrained(folder)
    tokens = torch.arange(16).reshape(1, 16) * 37 % 1000
    with torch.no_grad():
        y = m(tokens).logits
    save_file(dict(tokens=tokens, logits=y.contiguous()), os.path.join(folder, "reference.safetensors"))
    print(sum(p.numel() for p in m.parameters()), "parameters;", folder)


def saved(root):
    for line in golden.read(os.path.join(golden.ROOT, "model/llama/testdata/llama.golden")).splitlines()[1:]:
        c = json.loads(line)
        d = os.path.join(root, c["name"].replace("/", "-").replace(" ", "_").replace(",", ""))
        if json.load(open(os.path.join(d, "config.json")))["model_type"] == "jimu":
            print(c["name"], "transformers has none such")
            continue
        m, info = transformers.AutoModelForCausalLM.from_pretrained(d, attn_implementation="eager", experts_implementation="eager", output_loading_info=True)
        tokens, want = (torch.tensor(c["arrays"][k]["data"]).reshape(c["arrays"][k]["shape"]) for k in ("tokens", "logits"))
        with torch.no_grad():
            off = ((m.eval()(tokens).logits - want).abs().max() / want.abs().max()).item()
        print("%-36s %-24s off by %.1g" % (c["name"], type(m).__name__, off), {k: v for k, v in info.items() if v})
        assert off < 1e-4


if __name__ == "__main__":
    if "--saved" in sys.argv:
        saved(sys.argv[sys.argv.index("--saved") + 1])
    elif "--full" in sys.argv:
        at = sys.argv.index("--full")
        full(sys.argv[at + 1], sys.argv[at + 2], json.loads(sys.argv[at + 3]))
    else:
        main()
