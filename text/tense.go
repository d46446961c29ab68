package text

import "strings"

// tense is how a clause stands to the time it is told in.
type tense int

const (
	untold    tense = iota
	behind          // what it tells has happened
	reported        // somebody said so, which leaves the time of what was said open
	foreseen        // it was to come, and may have come by now
	awaited         // what is told came before it, so that it is rather near than past
	scheduled       // it is told in the present, as what is fixed
	possible        // it may or would come
	ahead           // it is yet to come
)

// Future reports whether a sentence speaks of something yet to come. It is
// conservative: what may or would happen is not announced, and a sentence whose
// first verb looks back is no announcement, whatever follows. "The talks will
// resume, officials said" and "She is due to arrive" look ahead.
func Future(sentence, lang string) bool {
	t := newTagger(sentence, unknownTime, lang)
	if strings.HasSuffix(sentence, "?") || t.at(0).low == "if" {
		return false
	}
	for i := range t.words {
		switch t.cue(i) {
		case ahead:
			if t.firm(i) {
				return true
			}
		case behind:
			return false
		}
	}
	return t.headlineFuture()
}

// firm reports whether the cue at word i, which looks ahead, announces instead
// of wishing.
func (t *tagger) firm(i int) bool {
	before := t.at(i - 1).low
	return t.lang != "en" || t.firmAhead[t.words[i].low] || t.words[i].low == "to" && (before == "is" || before == "are")
}

// tense returns the tense of the clause that the n words from i on stand in: of
// the nearest verb before them, or after them where they begin the clause. What
// may come there is taken as to come.
func (t *tagger) tense(i, n int) tense {
	first := i
	for first > 0 && t.leading[t.at(first-1).low] && t.at(first).gap == " " {
		first--
		switch word := t.at(first).low; {
		case word == "ahead":
			return awaited
		case t.aheadBefore[word]:
			return ahead
		case t.behindBefore[word]:
			return behind
		}
	}
	if before := t.at(first - 1).low; first < i && t.at(first).gap == " " && (before == "is" || before == "are") {
		return ahead // "the hearing is on Monday"
	}
	if first < i && t.at(i-1).low == "on" && t.reportWords[t.at(first-1).low] {
		return behind // "declared on July 4 that": the day of the saying
	}
	found := t.occasion(i, n)
	if found != untold {
		return found
	}
	if first == 0 || strings.ContainsAny(t.at(first).gap, ",;:()—–“\"") || t.clauseStart[t.at(first-1).low] {
		found = t.scanRight(i+n, ";")
	} else if t.at(i + n - 1).possessive {
		found = t.scanRight(i+n, ",;:()—–")
	}
	if found == untold {
		found = t.scanLeft(first - 1)
	}
	if found == possible {
		return ahead
	}
	if found == untold { // too far off for what may come
		if found = t.scanRight(i+n, ";"); found == possible {
			found = untold
		}
	}
	if found == untold && t.headlineFuture() {
		return ahead
	}
	return found
}

// cueReach is how many words a tense is looked for in.
const cueReach = 30

func (t *tagger) scanLeft(i int) tense {
	same := true // clause
	for k := i; k >= 0 && k > i-cueReach; k-- {
		if found := t.cue(k); found != untold {
			return found
		}
		if same && k > i-planReach && t.plan(k) {
			return scheduled
		}
		if strings.Contains(t.words[k].gap, ";") {
			break
		}
		same = same && !strings.ContainsAny(t.words[k].gap, clauseBorders)
	}
	return untold
}

func (t *tagger) scanRight(i int, borders string) tense {
	same := true // clause
	for k := i; k < len(t.words) && k < i+cueReach; k++ {
		if k > i && strings.ContainsAny(t.words[k].gap, borders) {
			break
		}
		if found := t.cue(k); found != untold {
			return found
		}
		same = same && (k == i || !strings.ContainsAny(t.words[k].gap, clauseBorders))
		if same && k < i+planReach && t.plan(k) {
			return scheduled
		}
	}
	return untold
}

// cue returns what word i alone says about tense.
func (t *tagger) cue(i int) tense {
	w := t.at(i)
	if w.capital && i > 0 || w.possessive {
		return untold
	}
	switch {
	case t.lang == "en":
		return t.englishCue(i)
	case t.aheadWords[w.low]:
		return ahead
	case t.reportWords[w.low]:
		return reported
	case t.behindWords[w.low]:
		return behind
	}
	word := strings.ToLower(t.sentence[w.start:w.end])
	for _, ending := range t.aheadEndings {
		if len(word) > len(ending)+2 && strings.HasSuffix(word, ending) {
			return ahead
		}
	}
	for _, ending := range t.behindEndings {
		if len(word) > len(ending)+2 && strings.HasSuffix(word, ending) {
			return behind
		}
	}
	return untold
}

func (t *tagger) englishCue(i int) tense {
	word, before, after := t.at(i).low, t.at(i-1).low, t.at(i+1).low
	switch {
	case word == "will" && (t.article[before] || t.willNouns[before]):
		return untold
	case word == "won" && after == "t":
		return ahead
	case t.conditionals[word]:
		if after == "have" || t.article[after] {
			return untold
		}
		return possible
	case word == "set" || word == "going" || word == "plans" || word == "plan":
		if after == "to" && !t.article[t.at(i+2).low] && !t.at(i+2).capital || word == "set" && after == "for" {
			return t.planned(i)
		}
		return untold
	case word == "due":
		if after == "to" && (t.article[t.at(i+2).low] || t.at(i+2).capital) { // because of
			return untold
		}
		return t.planned(i)
	case word == "to" && (t.toAhead[before] && !t.article[after] || after == "be" && before != "had") && !t.at(i+1).capital:
		return t.planned(i)
	case t.plannedWords[word]:
		if before != "than" && t.plannedFor[after] || t.passive(before) || t.beens[before] || before == "as" {
			return t.planned(i)
		}
		return untold // "worse than expected", "a planned trip"
	case t.aheadWords[word]:
		return t.planned(i)
	case t.toAhead[word] && after == "to" && !t.at(i+2).capital && word != "agreed":
		return untold // "to" decides, or a verb further off
	case t.passive(before) || t.passive(t.at(i-2).low) && (before == "being" || strings.HasSuffix(before, "ly")):
		return untold // "will be held", "is officially published"
	case t.reportWords[word]:
		return reported
	case t.behindWords[word], len(word) > 4 && strings.HasSuffix(word, "ed") && !t.notVerbs[word]:
		return behind
	}
	return untold
}

// planned is what a plan at word i says: "is due", or "was due", which may be
// over.
func (t *tagger) planned(i int) tense {
	if t.beens[t.at(i-1).low] || t.beens[t.at(i-2).low] {
		return foreseen
	}
	return ahead
}

// passive reports whether word makes the participle after it no past.
func (t *tagger) passive(word string) bool {
	switch word {
	case "be", "is", "are", "stay", "stays", "remain", "remains":
		return true
	}
	return false
}

// headlineFuture reports whether the sentence is a headline of the form
// "Negotiators to meet on Thursday", without any other verb.
func (t *tagger) headlineFuture() bool {
	if t.lang != "en" {
		return false
	}
	for i := range min(len(t.words), cueReach) {
		switch {
		case t.cue(i) != untold:
			return false
		case i > 0 && i < 6 && t.words[i].low == "to" && !t.at(i+1).capital:
			before := t.words[i-1]
			return before.capital && len(before.low) > 1 && !Stop(before.low, "en") || t.actors[before.low]
		}
	}
	return false
}
