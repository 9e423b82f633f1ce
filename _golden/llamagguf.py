"""Small Llama-class models of llama.py as GGUF files: model/llama/testdata/*.gguf.

Names of tensors and metadata are the gguf package's; what llama.cpp's convert_hf_to_gguf.py does to the tensors is done here too: rows
of queries and keys of the architecture llama are permuted, 1 is added to Gemma's norms, experts are stacked, Llama 3's scaling
becomes a tensor of factors.
"""
import math, os
import numpy as np
import torch
import gguf
import golden
import llama


def permute(w, heads):
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def save(path, arch, kind, changes):
    m, names, shapes, c = llama.filled(kind, changes)
    w = gguf.GGUFWriter(os.path.join(golden.ROOT, path), gguf.MODEL_ARCH_NAMES[arch])
    layers, heads, groups = c["num_hidden_layers"], c["num_attention_heads"], c["num_key_value_heads"]
    w.add_block_count(layers)
    w.add_context_length(c["max_position_embeddings"])
    w.add_embedding_length(c["hidden_size"])
    w.add_feed_forward_length(c["intermediate_size"])
    w.add_head_count(heads)
    w.add_head_count_kv(groups)
    w.add_layer_norm_rms_eps(c["rms_norm_eps"])
    rope = c["rope_parameters"]
    w.add_rope_freq_base(rope["rope_theta"])
    if c.get("head_dim"):
        w.add_key_length(c["head_dim"])
        w.add_value_length(c["head_dim"])
    if "attn_logit_softcapping" in c:
        w.add_attn_logit_softcapping(c["attn_logit_softcapping"])
        w.add_final_logit_softcapping(c["final_logit_softcapping"])
    if c.get("sliding_window"):
        w.add_sliding_window(c["sliding_window"])
    if "num_experts" in c:
        w.add_expert_count(c["num_experts"])
        w.add_expert_used_count(c["num_experts_per_tok"])
        w.add_expert_feed_forward_length(c["moe_intermediate_size"])
        w.add_expert_shared_feed_forward_length(c["shared_expert_intermediate_size"])
    if rope["rope_type"] == "llama3":
        d, base, factor = c["head_dim"], rope["rope_theta"], rope["factor"]
        freqs = 1.0 / (base ** (torch.arange(0, d, 2, dtype=torch.float32) / d))
        low, high, old = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
        factors = []
        for freq in freqs:
            length = 2 * math.pi / freq
            if length < old / high:
                factors.append(1)
            elif length > old / low:
                factors.append(factor)
            else:
                smooth = (old / length - low) / (high - low)
                factors.append(1 / ((1 - smooth) / factor + smooth))
        w.add_tensor(gguf.TENSOR_NAMES[gguf.MODEL_TENSOR.ROPE_FREQS] + ".weight", np.array(factors, dtype=np.float32))
    table = gguf.get_tensor_name_map(arch, layers)
    state = {k: llama.value(p, k, s).numpy() for p, (k, s) in enumerate(zip(names, shapes))}
    experts = {}
    for name, v in state.items():
        if ".experts." in name:
            before, rest = name.split(".experts.")
            i, rest = rest.split(".", 1)
            experts.setdefault(f"{before}.experts.{rest}", {})[int(i)] = v
            continue
        if arch == gguf.MODEL_ARCH.LLAMA and ".q_proj." in name:
            v = permute(v, heads)
        if arch == gguf.MODEL_ARCH.LLAMA and ".k_proj." in name:
            v = permute(v, groups)
        if kind.startswith("gemma") and name.endswith("norm.weight"):
            v = v + np.float32(1)
        if name.endswith("shared_expert_gate.weight"):
            v = v.squeeze(0)
        w.add_tensor(table.get_name(name, try_suffixes=(".weight", ".bias")), np.ascontiguousarray(v))
    for name, parts in experts.items():
        w.add_tensor(table.get_name(name, try_suffixes=(".weight",)), np.stack([parts[i] for i in range(len(parts))]))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    print(path, os.path.getsize(os.path.join(golden.ROOT, path)))


if __name__ == "__main__":
    cases = {name: (kind, changes) for name, kind, changes in llama.CASES}
    for name, arch in [("llama/llama3", gguf.MODEL_ARCH.LLAMA), ("gemma2/heads", gguf.MODEL_ARCH.GEMMA2), ("qwen2_moe/every", gguf.MODEL_ARCH.QWEN2MOE), ("phi3", gguf.MODEL_ARCH.PHI3)]:
        kind, changes = cases[name]
        save(f"model/llama/testdata/{name.replace('/', '-')}.gguf", arch, kind, changes)
