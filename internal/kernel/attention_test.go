package kernel

func init() {
	register(sample{name: "ExpShift", slices: 2, fill: tame, ulp: 4, close: 1e-6, run: func(s [][]float32) []float32 {
		return []float32{ExpShift(s[0], s[1], 1.5)}
	}})
	register(sample{name: "WeighFrom", slices: 3, run: func(s [][]float32) []float32 {
		WeighFrom(s[0], s[1], s[2], 0.7)
		WeighFrom(s[1], s[1], s[2], 0.7)
		return nil
	}})
	register(sample{name: "Rotate", slices: 6, run: func(s [][]float32) []float32 {
		Rotate(s[0], s[1], s[2], s[3], s[4], s[5])
		Rotate(s[2], s[3], s[2], s[3], s[4], s[5])
		return nil
	}})
	register(sample{name: "GeluSlope", slices: 3, fill: wild, ulp: 16, close: 2e-7, run: func(s [][]float32) []float32 {
		GeluSlope(s[0], s[1], s[2])
		return nil
	}})
	register(sample{name: "RMSNorm", slices: 3, fill: tame, run: func(s [][]float32) []float32 {
		return []float32{RMSNorm(s[0], s[1], s[2], 1e-5), RMSNorm(s[1], s[1], nil, 1e-5)}
	}})
	register(sample{name: "RMSNormGrad", slices: 5, fill: tame, run: func(s [][]float32) []float32 {
		RMSNormGrad(s[0], s[1], s[2], s[3], s[4], 1.7)
		RMSNormGrad(s[3], nil, s[2], s[3], nil, 1.7)
		return nil
	}})
}
