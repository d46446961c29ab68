package eval

// ClusterScore compares found clusters with gold ones, each figure 0 to 1.
// Precision, Recall and F1 are B-cubed: Bagga and Baldwin, "Entity-Based
// Cross-Document Coreferencing Using the Vector Space Model" (1998), every
// item weighing the same. Pairwise is the F1 over pairs of items that are in
// one cluster.
type ClusterScore struct {
	Precision, Recall, F1 float64
	Pairwise              float64
}

// ScoreClusters scores labels found for items against their gold labels, both
// in the same order. An item without a gold label is noise: it spoils the
// precision of those it is put with and is not scored itself.
func ScoreClusters(gold, found []string) ClusterScore {
	golds, founds, both := map[string]int{}, map[string]int{}, map[[2]string]int{}
	noise := map[string]int{}
	labelled := 0.0
	for i := range gold {
		if gold[i] == "" {
			noise[found[i]]++
			continue
		}
		labelled++
		golds[gold[i]]++
		founds[found[i]]++
		both[[2]string{gold[i], found[i]}]++
	}
	var s ClusterScore
	for i := range gold {
		if gold[i] == "" {
			continue
		}
		shared := float64(both[[2]string{gold[i], found[i]}])
		s.Precision += shared / float64(founds[found[i]]+noise[found[i]]) / labelled
		s.Recall += shared / float64(golds[gold[i]]) / labelled
	}
	s.F1 = harmonic(s.Precision, s.Recall)
	right := float64(clusterPairs(both))
	if right > 0 {
		s.Pairwise = harmonic(right/float64(clusterPairs(founds)), right/float64(clusterPairs(golds)))
	}
	return s
}

// clusterPairs counts the pairs of items that share a cluster.
func clusterPairs[K comparable](sizes map[K]int) int {
	pairs := 0
	for _, n := range sizes {
		pairs += n * (n - 1) / 2
	}
	return pairs
}

// harmonic is the harmonic mean, 0 if both are 0.
func harmonic(a, b float64) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * a * b / (a + b)
}
