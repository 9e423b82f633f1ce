package llama

import "github.com/jimu-ml/jimu/model"

// Gemma's models differ from Llama's in more than sizes.
const (
	gemma  = `"scaled": true, "from_one": true, "tied": true, "activation": "gelu_tanh", "eps": 1e-6, "head": 256`
	gemma2 = gemma + `, "post_norm": true, "query_width": 256, "attention_cap": 50, "logit_cap": 30, "window": 4096`
	gemma3 = gemma + `, "post_norm": true, "query_width": 256, "head_norm": true, "base": 1e6, "local_base": 1e4`
	llama3 = `"scaling": {"kind": "llama3", "factor": 32, "low": 1, "high": 4, "original": 8192}, "base": 500000`
)

// variants are published models, with the parameters that transformers counts in them; what is tied is counted once.
func variants() []model.Variant {
	v := func(name string, tokens, parameters int, config string) model.Variant {
		return model.Variant{Name: name, Config: "{" + config + "}", Of: model.Examples{Input: []int{64}, Tokens: tokens, Outputs: tokens}, Parameters: parameters}
	}
	return []model.Variant{
		v("smollm-135m", 49152, 134_515_008, `"layers": 30, "width": 576, "heads": 9, "groups": 3, "hidden": 1536, "tied": true, "base": 1e5`),
		v("tinyllama-1.1b", 32000, 1_100_048_384, `"layers": 22, "width": 2048, "groups": 4, "hidden": 5632`),
		v("llama-2-7b", 32000, 6_738_415_616, ``),
		v("llama-2-13b", 32000, 13_015_864_320, `"layers": 40, "width": 5120, "heads": 40, "hidden": 13824`),
		v("llama-2-70b", 32000, 68_976_648_192, `"layers": 80, "width": 8192, "heads": 64, "groups": 8, "hidden": 28672`),
		v("llama-3-8b", 128256, 8_030_261_248, `"groups": 8, "hidden": 14336, "base": 500000`),
		v("llama-3-70b", 128256, 70_553_706_496, `"layers": 80, "width": 8192, "heads": 64, "groups": 8, "hidden": 28672, "base": 500000`),
		v("llama-3.2-1b", 128256, 1_235_814_400, `"layers": 16, "width": 2048, "groups": 8, "hidden": 8192, "tied": true, `+llama3),
		v("llama-3.2-3b", 128256, 3_212_749_824, `"layers": 28, "width": 3072, "heads": 24, "groups": 8, "hidden": 8192, "tied": true, `+llama3),
		v("mistral-7b", 32000, 7_241_732_096, `"groups": 8, "hidden": 14336, "window": 4096`),
		v("mixtral-8x7b", 32000, 46_702_792_704, `"groups": 8, "hidden": 14336, "base": 1e6, "mixture": {"experts": 8, "k": 2}`),
		v("qwen2-0.5b", 151936, 494_032_768, `"layers": 24, "width": 896, "heads": 14, "groups": 2, "hidden": 4864, "biases": true, "tied": true, "eps": 1e-6, "base": 1e6`),
		v("qwen2-1.5b", 151936, 1_543_714_304, `"layers": 28, "width": 1536, "heads": 12, "groups": 2, "hidden": 8960, "biases": true, "tied": true, "eps": 1e-6, "base": 1e6`),
		v("qwen2-7b", 152064, 7_615_616_512, `"layers": 28, "width": 3584, "heads": 28, "groups": 4, "hidden": 18944, "biases": true, "eps": 1e-6, "base": 1e6`),
		v("qwen1.5-moe-a2.7b", 151936, 14_315_784_192, `"layers": 24, "width": 2048, "heads": 16, "hidden": 5632, "biases": true, "eps": 1e-6, "base": 1e6,
			"mixture": {"experts": 60, "k": 4, "hidden": 1408, "shared": 5632, "raw": true}`),
		v("qwen3-0.6b", 151936, 596_049_920, `"layers": 28, "width": 1024, "heads": 16, "groups": 8, "head": 128, "hidden": 3072, "head_norm": true, "tied": true, "eps": 1e-6, "base": 1e6`),
		v("qwen3-8b", 151936, 8_190_735_360, `"layers": 36, "groups": 8, "head": 128, "hidden": 12288, "head_norm": true, "eps": 1e-6, "base": 1e6`),
		v("qwen3-30b-a3b", 151936, 30_532_122_624, `"layers": 48, "width": 2048, "groups": 4, "head": 128, "hidden": 6144, "head_norm": true, "eps": 1e-6, "base": 1e6,
			"mixture": {"experts": 128, "k": 8, "hidden": 768}`),
		v("phi-3-mini", 32064, 3_821_079_552, `"width": 3072, "hidden": 8192, "window": 2047`),
		v("gemma-2b", 256000, 2_506_172_416, `"layers": 18, "width": 2048, "heads": 8, "groups": 1, "hidden": 16384, `+gemma),
		v("gemma-7b", 256000, 8_537_680_896, `"layers": 28, "width": 3072, "heads": 16, "hidden": 24576, `+gemma),
		v("gemma-2-2b", 256000, 2_614_341_888, `"layers": 26, "width": 2304, "heads": 8, "groups": 4, "hidden": 9216, "full": [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25], `+gemma2),
		v("gemma-2-9b", 256000, 9_241_705_984, `"layers": 42, "width": 3584, "heads": 16, "groups": 8, "hidden": 14336,
			"full": [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41], `+gemma2),
		v("gemma-3-270m", 262144, 268_098_176, `"layers": 18, "width": 640, "heads": 4, "groups": 1, "hidden": 2048, "window": 512, "full": [5, 11, 17], `+gemma3),
		v("gemma-3-1b", 262144, 999_885_952, `"layers": 26, "width": 1152, "heads": 4, "groups": 1, "hidden": 6912, "window": 512, "full": [5, 11, 17, 23], `+gemma3),
	}
}
