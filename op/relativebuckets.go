package op

import "math"

// RelativeBuckets sorts distances between tokens into a few buckets, for learned biases: small distances have one each,
// the larger ones share more and more. The zero value is T5's encoder's.
type RelativeBuckets struct {
	Buckets int  // 0 means 32
	Most    int  // the distance from which all share the last bucket; 0 means 128
	Causal  bool // the keys behind a query share the bucket of distance 0, as in T5's decoder, and half of them are not theirs
}

// Len returns the number of buckets.
func (c RelativeBuckets) Len() int { return int(given(float64(c.Buckets), 32)) }

// Of returns the bucket of a key that stands so far before the query, or behind it if that is negative.
//
//	far < n/2: far     else n/2 + ⌊ln(far / (n/2)) / ln(most / (n/2)) · n/2⌋, at most n − 1
//
// n is the number of buckets, half of them unless causal; the other half is for the keys behind the query.
//
// Raffel and others, Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer, 2019
// (arXiv:1910.10683), section 2.1.
func (c RelativeBuckets) Of(far int) int {
	n, from := c.Len(), 0
	if !c.Causal {
		n /= 2
		if far < 0 {
			from, far = n, -far
		}
	}
	far = max(far, 0)
	exact := n / 2
	if far < exact {
		return from + far
	}
	most := given(float64(c.Most), 128)
	// In float32, as everywhere: it decides on which side of a border a distance falls.
	share := float32(math.Log(float64(float32(far)/float32(exact)))) / float32(math.Log(most/float64(exact)))
	return from + min(exact+int(share*float32(n-exact)), n-1)
}
