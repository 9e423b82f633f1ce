package device

// A Call is one primitive operation to run: Out and In by the order that the operation's comment gives.
//
// Outputs are allocated by the caller and do not overlap inputs, except where an operation works in place, or where
// an elementwise operation has an input of exactly the output's memory and layout.
type Call struct {
	Op  Op
	Out []*View
	In  []*View
	Attr
}

// Attr holds the attributes of a call: numbers that are not tensors.
type Attr struct {
	Scalars [8]float64 // a fill value, an ε, the hyperparameters of a rule
	Axis    int        // of Gather and ScatterAdd
	Window  Window     // of convolutions and pools
	Key     [2]uint64  // of Random: the key of the generator, and the counter of the first element
	Flag    bool       // as the operation's comment says
	Program *Program   // of Fused
}

// A Window is the geometry of a convolution or pool over up to three spatial axes.
type Window struct {
	Axes     int       // how many spatial axes
	Size     [3]int    // of the window; for convolutions that of the weight
	Stride   [3]int    // 1 or more
	Dilation [3]int    // 1 or more
	Pad      [3][2]int // before and behind
	Groups   int       // of a convolution, 1 or more
}

// Out returns how many positions the window takes along spatial axis k of length n.
func (w *Window) Out(k, n int) int {
	span := (w.Size[k]-1)*w.Dilation[k] + 1
	return (n+w.Pad[k][0]+w.Pad[k][1]-span)/w.Stride[k] + 1
}

// Op names a primitive operation.
type Op uint8

// The basis: every device has these, for every element type where they mean something.
// Elementwise operations broadcast their inputs to the output's shape.
const (
	Fill   Op = iota // y = Scalars[0]
	Iota             // y [n] = Scalars[0] + i·Scalars[1]
	Copy             // y = x, converted to y's type; either may be on the host
	Random           // y = bits of Philox at Key: uniform in [0, 1); with Flag standard normal

	Neg // elementwise y = f(x)
	Abs
	Sign
	Exp
	Log
	Sqrt
	Sin
	Cos
	Tanh
	Erf
	Floor
	Ceil
	Round // half to even
	Not   // of Bool

	Add // elementwise y = f(a, b)
	Sub
	Mul
	Div // of integers: towards zero
	Pow
	Maximum // NaN if either is
	Minimum
	Equal // to Bool
	Less
	LessEqual
	And // of Bool
	Or

	Where // y = a where the Bool c, else b; In is c, a, b

	Sum // over the axes in which y has length 1; in a fixed tree
	Prod
	Max
	Min
	ArgMax // the first of the largest, as Int64, along the one axis in which y has length 1
	ArgMin

	MatMul     // a [… m k] · b [… k n] → y [… m n]; the leading axes broadcast
	Gather     // y = x taken along Axis at index: y[…, i, …] = x[…, index[i], …]; index [n] of Int64 or Int32
	ScatterAdd // in place: y[…, index[i], …] += x[…, i, …] along Axis, in the order of i; In is x, index
)

// Optional speed: a device may refuse these. Grad operations take the gradient of the output first.
const (
	Linear Op = ScatterAdd + 1 + iota // x [… in], w [out in], b [out] or absent → y [… out] = x·wᵀ + b; with Flag relu of it

	LinearQuantized // x [… in], w [out bytes], scale [out groups], b [out] or absent → y [… out]; see Quantized
	LinearInt8      // x [… in], w in Int8Panels, scale [out], sum [out] of Int32, b [out] or absent → y [… out]: x is rounded to bytes, each row with a scale of its own; sum is 128·Σ w

	AddScalar  // y = x + Scalars[0]
	MulScalar  // y = x · Scalars[0]
	Accumulate // in place: y += Scalars[0] · x

	Relu        // x → max(x, 0)
	ReluGrad    // dy, y → dy where y > 0, else 0
	Sigmoid     // x → 1/(1+e⁻ˣ)
	SigmoidGrad // dy, y → dy·y·(1−y)
	TanhGrad    // dy, y → dy·(1−y²)
	Gelu        // x → x·Φ(x); with Flag the tanh approximation
	GeluGrad    // dy, x
	Silu        // x → x·σ(x)
	SiluGrad    // dy, x
	Softplus    // x → ln(1+eˣ)

	Softmax          // over the last axis
	SoftmaxGrad      // dy, y
	LogSoftmax       // over the last axis
	LogSoftmaxGrad   // dy, y
	CrossEntropy     // logits [n c], target [n] of Int64 or Int32 → loss [n], logsumexp [n], both as the logits or wider; a target of Scalars[0] counts as loss 0
	CrossEntropyGrad // dloss [n], logits, target, logsumexp → dlogits
	LayerNorm        // x [… d], gain [d], bias [d] (or both absent) → y, mean […], rstd […]; ε is Scalars[0]
	LayerNormGrad    // dy, x, gain or absent, mean, rstd → dx, dgain, dbias (or dx alone)
	BatchNorm        // x [n c …], gain, bias → y, mean [c], rstd [c] of the batch; ε is Scalars[0]
	BatchNormGrad    // dy, x, gain, mean, rstd → dx, dgain, dbias

	Attention     // q [b h t d], k [b g s d], v [b g s e], mask [b h t s] of Bool or float or absent → y [b h t e], most [b h t], sum [b h t]: softmax(Scalars[0]·q·kᵀ + mask)·v, the largest logit of each row and Σ e^(logit − most); query head i has key head i·g/h; with Flag causal: query i sees keys to i+s−t; with p = Scalars[1] and Key, the weights go through Dropout as one [b h t s] before they meet v. A row that sees no key is 0
	AttentionGrad // dy, q, k, v, mask or absent, y, most, sum → dq, dk, dv
	Rotary        // x [b t h d], cos [t d/2], sin [t d/2] → y: element i of each half of the first Scalars[0] heads turned by its angle, Scalars[1] (1 or −1) times; with Flag the halves are the even and the odd elements. The other heads are copied

	RMSNorm       // x [… d], gain [d] or absent → y, rstd […]; ε is Scalars[0]
	RMSNormGrad   // dy, x, gain or absent, rstd → dx, dgain (or dx alone)
	GroupNorm     // x [n c …], gain [c], bias [c] (or both absent) → y, mean [n g], rstd [n g]; ε is Scalars[0], g Scalars[1]
	GroupNormGrad // dy, x, gain or absent, mean, rstd → dx, dgain, dbias (or dx alone)

	LinearGelu // x [… in], w [out in], b [out] or absent → y [… out] = gelu(x·wᵀ + b), slope [… out] of the Gelu there (or y alone)

	Conv           // x [n c …], w [out c/groups …], b [out] or absent, z like y or absent, maybe y itself → y [n out …] = x∗w + b + z; with Flag relu of it
	ConvInputGrad  // dy, w → dx
	ConvWeightGrad // x, dy → dw; with a second output, db [out]
	MaxPool        // x → y, and the winner's position in its window as Uint8
	MaxPoolGrad    // dy, winner → dx
	AvgPool        // x → y; with Flag the padding counts in the divisor
	AvgPoolGrad    // dy → dx

	LSTM     // in place: gates [n t 4h] of the input become σ(i), σ(f), tanh(g), σ(o); In is w [4h h], b [4h] or absent, h0 [n h] and c0 [n h] or both absent; y [n t h] and cells [n t h] are Out 0 and 1, gates 2; with Flag from the last step to the first
	LSTMGrad // dy [n t h] or absent, dcell [n h] of the last cell or absent, w, c0 or absent, cells, gates → dgates [n t 4h], before σ and tanh; with more outputs dh0, dc0
	GRU      // in place: gates [n t 3h] of the input become σ(r), σ(z), tanh(n); In is w [3h h], b [3h] or absent, h0 or absent; Out is y [n t h], q [n t h] = h·wₙᵀ + bₙ, gates; Flag as for LSTM
	GRUGrad  // dy, w, h0 or absent, y, gates, q → dgates [n t 3h], dq [n t h]; with a third output dh0

	Dropout   // x, Key → y = x/(1−p) where Random ≥ p, else 0; p is Scalars[0]. Its gradient is itself, of dy
	SumSquare // x → y [] = Σx²
	Fused     // what Program makes of In, into Out

	SGD  // in place: parameter, velocity or absent; In is gradient. Scalars: LR, momentum, dampening, weight decay, first step (1 or 0), gradient scale; Flag: Nesterov
	Adam // in place: parameter, m, v; In is gradient. Scalars: LR, β₁, β₂, ε, weight decay, step, gradient scale; Flag: decay apart from the gradient (AdamW)

	Ops = int(Adam) + 1 // how many there are
)
