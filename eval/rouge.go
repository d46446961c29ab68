package eval

import (
	_ "embed"
	"strings"
)

// PRF is precision, recall and their harmonic mean, each from 0 to 1.
type PRF struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f_score"`
}

func prf(precision, recall float64) PRF {
	s := PRF{Precision: precision, Recall: recall}
	if precision+recall > 0 {
		s.F1 = 2 * precision * recall / (precision + recall)
	}
	return s
}

// rougeCounts is what a comparison of two texts counts: n-grams in common, of
// the predicted and of the reference text.
type rougeCounts struct{ hits, pred, ref float64 }

func (c rougeCounts) score() PRF {
	return prf(ratio(c.hits, c.pred), ratio(c.hits, c.ref))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// RougeN is ROUGE-N (Lin 2004) of tokenised sentences: tokens lower-cased,
// without the stop words and punctuation of ROUGE 1.5.5, Porter-stemmed;
// n-grams cross sentences and hits are clipped.
func RougeN(pred, ref []string, n int) PRF {
	return countNgrams(rougeTokens(pred), rougeTokens(ref), n).score()
}

// RougeL is summary-level ROUGE-L (Lin 2004, section 3.2): for each reference
// sentence the union of its longest common subsequences with the predicted
// ones. Tokens are those of RougeN; a token is not matched more often than the
// prediction holds it.
func RougeL(pred, ref []string) PRF {
	var c rougeCounts
	left := map[string]int{}
	predicted := make([][]string, len(pred))
	for i, s := range pred {
		predicted[i] = rougeTokens([]string{s})
		c.pred += float64(len(predicted[i]))
		for _, token := range predicted[i] {
			left[token]++
		}
	}
	for _, s := range ref {
		tokens := rougeTokens([]string{s})
		c.ref += float64(len(tokens))
		union := make([]bool, len(tokens))
		for _, p := range predicted {
			markCommon(tokens, p, union)
		}
		for i, in := range union {
			if in && left[tokens[i]] > 0 {
				left[tokens[i]]--
				c.hits++
			}
		}
	}
	return c.score()
}

// markCommon marks the tokens of a that are in a longest common subsequence
// of a and b.
func markCommon(a, b []string, marks []bool) {
	lengths := make([][]int, len(a)+1)
	for i := range lengths {
		lengths[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lengths[i][j] = lengths[i+1][j+1] + 1
			} else {
				lengths[i][j] = max(lengths[i+1][j], lengths[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			marks[i] = true
			i, j = i+1, j+1
		case lengths[i+1][j] >= lengths[i][j+1]:
			i++
		default:
			j++
		}
	}
}

func countNgrams(pred, ref []string, n int) rougeCounts {
	if n < 1 {
		return rougeCounts{}
	}
	p, r := ngrams(pred, n), ngrams(ref, n)
	c := rougeCounts{
		pred: float64(max(0, len(pred)-n+1)),
		ref:  float64(max(0, len(ref)-n+1)),
	}
	for gram, count := range p {
		c.hits += float64(min(count, r[gram]))
	}
	return c
}

func ngrams(tokens []string, n int) map[string]int {
	grams := make(map[string]int, len(tokens))
	for i := 0; i+n <= len(tokens); i++ {
		grams[strings.Join(tokens[i:i+n], " ")]++
	}
	return grams
}

// rougeStop is the stop word list that ROUGE 1.5.5 scores with: Salton's and
// Buckley's SMART list with a few words of newspapers added. A figure is only
// comparable to published ones with this very list.
//
//go:embed rougestop.txt
var rougeStop string

var rougeIgnored = ignoredTokens()

func ignoredTokens() map[string]bool {
	ignored := map[string]bool{}
	for _, word := range strings.Fields(rougeStop) {
		ignored[word] = true
	}
	for _, mark := range []string{".", ",", ";", ":", "``", "''", "-", `"`} {
		ignored[mark] = true
	}
	return ignored
}

func rougeTokens(sentences []string) []string {
	var out []string
	for _, s := range sentences {
		for _, token := range strings.Fields(strings.ToLower(s)) {
			if !rougeIgnored[token] {
				out = append(out, porter(token))
			}
		}
	}
	return out
}
