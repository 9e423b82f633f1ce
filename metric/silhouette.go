package metric

import (
	"maps"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// grouped keeps features and the clusters they are in.
type grouped struct {
	d  int
	x  []float64
	in []int64
}

// add keeps features [n d] and their clusters, integers [n].
func (g *grouped) add(op string, features, clusters *tensor.Tensor) {
	if features.Rank() != 2 || clusters.Rank() != 1 || features.Dim(0) != clusters.Dim(0) || clusters.DType().IsFloat() {
		panic(tensor.Errorf(op, "features of shape %v and clusters %s %v; want [n d] and integers [n]", features, clusters.DType(), clusters))
	}
	g.keep(op, grouped{features.Dim(1), tensor.Values[float64](features.Detach()), clusters.Ints()})
}

func (g *grouped) keep(op string, b grouped) {
	if g.d == 0 {
		g.d = b.d
	}
	if len(b.in) > 0 && b.d != g.d {
		panic(tensor.Errorf(op, "%d features after some of %d", b.d, g.d))
	}
	g.x, g.in = append(g.x, b.x...), append(g.in, b.in...)
}

// Reset forgets what was added.
func (g *grouped) Reset() { *g = grouped{} }

func (g *grouped) row(i int) []float64 { return g.x[i*g.d : (i+1)*g.d] }

// centres returns the mean and the number of features of each cluster, in the order of their numbers, and of all.
func (g *grouped) centres() (order []int64, centre map[int64][]float64, count map[int64]float64, all []float64) {
	centre, count, all = map[int64][]float64{}, map[int64]float64{}, make([]float64, g.d)
	for i, k := range g.in {
		if centre[k] == nil {
			centre[k] = make([]float64, g.d)
		}
		count[k]++
		for j, v := range g.row(i) {
			centre[k][j] += v
			all[j] += v / float64(len(g.in))
		}
	}
	for k, c := range centre {
		for j := range c {
			c[j] /= count[k]
		}
	}
	return slices.Sorted(maps.Keys(centre)), centre, count, all
}

func distance(x, y []float64) float64 { return math.Sqrt(squares(x, y)) }

func squares(x, y []float64) (sum float64) {
	for i, v := range x {
		sum += squared(v, y[i])
	}
	return sum
}

// Silhouette is the mean over all features of (b − a) / max(a, b), from −1 to 1: a is the mean distance to the others of the own
// cluster, b that to the nearest other cluster. One alone in its cluster counts 0.
//
//	features [n d], clusters [n] of integers
//
// It keeps all features, and takes n²·d steps. It is NaN of a single cluster.
//
// Rousseeuw, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis, 1987.
type Silhouette struct{ grouped }

// Name returns "silhouette".
func (s *Silhouette) Name() string { return "silhouette" }

// Add counts a batch.
func (s *Silhouette) Add(features, clusters *tensor.Tensor) { s.add("Silhouette", features, clusters) }

// Value returns the mean.
func (s *Silhouette) Value() float64 {
	order, _, count, _ := s.centres()
	if len(order) < 2 {
		return math.NaN()
	}
	var all mean
	for i, own := range s.in {
		to := map[int64]float64{}
		for j, k := range s.in {
			to[k] += distance(s.row(i), s.row(j))
		}
		if count[own] == 1 {
			all.one(0)
			continue
		}
		a, b := to[own]/(count[own]-1), math.Inf(1)
		for _, k := range order {
			if k != own {
				b = min(b, to[k]/count[k])
			}
		}
		all.one(share(b-a, max(a, b)))
	}
	return all.Value()
}

// Merge adds what another Silhouette has seen.
func (s *Silhouette) Merge(m Metric) {
	s.keep("Silhouette.Merge", same[*Silhouette]("Silhouette.Merge", m).grouped)
}

// CalinskiHarabasz is the ratio of the variance between clusters to that within, higher for clusters that are dense and apart. It
// is NaN of a single cluster, and of as many as there are features.
//
//	features [n d], clusters [n] of integers
//	Σ nₖ|cₖ − c|² / Σ|x − cₖ|² · (n − k)/(k − 1)       cₖ the k centres, c the mean of all
//
// Caliński and Harabasz, A dendrite method for cluster analysis, 1974.
type CalinskiHarabasz struct{ grouped }

// Name returns "calinski_harabasz".
func (c *CalinskiHarabasz) Name() string { return "calinski_harabasz" }

// Add counts a batch.
func (c *CalinskiHarabasz) Add(features, clusters *tensor.Tensor) {
	c.add("CalinskiHarabasz", features, clusters)
}

// Value returns the ratio.
func (c *CalinskiHarabasz) Value() float64 {
	order, centre, count, all := c.centres()
	n, k := float64(len(c.in)), float64(len(order))
	if k < 2 || n <= k {
		return math.NaN()
	}
	between, within := 0., 0.
	for _, i := range order {
		between += count[i] * squares(centre[i], all)
	}
	for i, own := range c.in {
		within += squares(c.row(i), centre[own])
	}
	if within == 0 {
		return 1
	}
	return between / within * (n - k) / (k - 1)
}

// Merge adds what another CalinskiHarabasz has seen.
func (c *CalinskiHarabasz) Merge(m Metric) {
	c.keep("CalinskiHarabasz.Merge", same[*CalinskiHarabasz]("CalinskiHarabasz.Merge", m).grouped)
}

// DaviesBouldin is how alike clusters are that are most alike, the mean over the clusters, 0 at best.
//
//	features [n d], clusters [n] of integers
//	mean over i of max over j ≠ i of (sᵢ + sⱼ) / |cᵢ − cⱼ|       c the centres, s the mean distances to them
//
// It is NaN of a single cluster.
//
// Davies and Bouldin, A cluster separation measure, 1979.
type DaviesBouldin struct{ grouped }

// Name returns "davies_bouldin".
func (d *DaviesBouldin) Name() string { return "davies_bouldin" }

// Add counts a batch.
func (d *DaviesBouldin) Add(features, clusters *tensor.Tensor) {
	d.add("DaviesBouldin", features, clusters)
}

// Value returns the mean.
func (d *DaviesBouldin) Value() float64 {
	order, centre, count, _ := d.centres()
	if len(order) < 2 {
		return math.NaN()
	}
	spread := map[int64]float64{}
	for i, own := range d.in {
		spread[own] += distance(d.row(i), centre[own]) / count[own]
	}
	var all mean
	for _, i := range order {
		most := 0.
		for _, j := range order {
			if i != j {
				most = max(most, share(spread[i]+spread[j], distance(centre[i], centre[j])))
			}
		}
		all.one(most)
	}
	return all.Value()
}

// Merge adds what another DaviesBouldin has seen.
func (d *DaviesBouldin) Merge(m Metric) {
	d.keep("DaviesBouldin.Merge", same[*DaviesBouldin]("DaviesBouldin.Merge", m).grouped)
}
