package eval

import (
	"math"
	"slices"

	"github.com/storywire/storywire/track"
)

// logistic fits a ridge logistic regression by Newton's method. The bias is
// not held back; signals that are off weigh nothing.
func logistic(examples []example, off ...track.Signal) track.Signals {
	var w track.Signals
	var all float64
	for _, e := range examples {
		all += e.weight
	}
	for range 25 {
		var slope track.Signals
		var curve [len(w)]track.Signals
		for i := range w {
			curve[i][i] = fitRidge
			if track.Signal(i) == track.Bias {
				curve[i][i] = fitRidge / 1e4
			} else if slices.Contains(off, track.Signal(i)) {
				curve[i][i] = 1e9
			}
			slope[i] = -curve[i][i] * w[i]
		}
		for _, e := range examples {
			var z float64
			for i := range w {
				z += w[i] * e.Signals[i]
			}
			p := 1 / (1 + math.Exp(-z))
			for i, x := range e.Signals {
				slope[i] += e.weight / all * (e.right - p) * x
				for j := range i + 1 {
					curve[i][j] += e.weight / all * p * (1 - p) * x * e.Signals[j]
				}
			}
		}
		for i, step := range solve(curve, slope) {
			w[i] += step
		}
	}
	return w
}

// solve returns x with a x = b for a symmetric positive definite a, of which
// the lower half is given, by Cholesky's decomposition.
func solve(a [len(track.Signals{})]track.Signals, b track.Signals) track.Signals {
	for i := range b {
		for j := range i + 1 {
			sum := a[i][j]
			for k := range j {
				sum -= a[i][k] * a[j][k]
			}
			if i == j {
				a[i][i] = math.Sqrt(sum)
			} else {
				a[i][j] = sum / a[j][j]
			}
		}
	}
	for i := range b {
		for k := range i {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	for i := len(b) - 1; i >= 0; i-- {
		for k := i + 1; k < len(b); k++ {
			b[i] -= a[k][i] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}
