package timeline

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A toll is counted before its verb ("three people died", "at least 12 were
// killed"), after it ("killing three") or after its name ("the death toll rose
// to five").
var tolls = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(\d[\d,]*|` + tollWords + `)(?: \p{L}+){0,2} (?:(?:were|was|have been|had been) (?:killed|found dead)|died|are dead|lost their lives)\b`),
	regexp.MustCompile(`(?i)\b(?:killed|killing|killed at least|killing at least) (\d[\d,]*|` + tollWords + `)\b`),
	regexp.MustCompile(`(?i)\b(?:death toll|number of (?:the )?dead|known dead)\b.{0,60}? (?:to|at|of|was|is) (\d[\d,]*|` + tollWords + `)\b`),
}

const tollWords = `one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty`

// deadly words are in every sentence with a toll, and quick to look for.
var deadly = []string{"kill", "dead", "died", "lost their lives", "death toll"}

// toll is how many an English sentence says died, 0 if it does not say.
func toll(s string) int {
	low := strings.ToLower(s)
	if !slices.ContainsFunc(deadly, func(w string) bool { return strings.Contains(low, w) }) {
		return 0
	}
	for _, re := range tolls {
		m := re.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		if n, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", "")); err == nil {
			return n
		}
		for i, w := range strings.Split(tollWords, "|") {
			if strings.EqualFold(w, m[1]) {
				return i + 1
			}
		}
	}
	return 0
}

// outnumbered reports whether a later article tells of the same date that more
// died than c says: figures of the dead are corrected, and the last one counts.
func (s *story) outnumbered(c *candidate, p *pool) bool {
	dead := c.toll()
	if dead == 0 {
		return false
	}
	for _, o := range p.candidates {
		if o.of.published.After(c.of.published) && o.toll() > dead && o.fitted() && s.cosine(c.sentence, o.sentence) > .25 {
			return true
		}
	}
	return false
}

// toll is how many the dating's line says died.
func (d *dating) toll() int {
	if d.dead == nil {
		dead := toll(d.passage.Text)
		d.dead = &dead
	}
	return *d.dead
}
