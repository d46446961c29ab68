package summary

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/storywire/storywire/text"
)

var (
	aside       = regexp.MustCompile(`(?:, (?:who|which|whose|the|a|an|where|including|(?:now|then) (?:the|an?)|\p{Ll}+ed (?:by|in|at|on|with|as|to|from|for)|(?:thought|known|said|seen) (?:to|as)) [^,]{3,90},| \([^)]*\)| [–—] [^–—]{3,90} [–—])`)
	attribution = regexp.MustCompile(`(?:, (?:(?:\p{Lu}\S* ){1,4}|[\p{Ll} ]{0,40})(?:said|says|told|announced|reported|wrote)\b.*|, according to .*|, (?:saying|adding) .*)$`)
	// told apart from views, findings may stand without who announced them.
	finding = regexp.MustCompile(`^[^"“”]{3,90} (?:announced|confirmed|found|revealed|showed|shows|determined|concluded)(?: [\p{L} ]{2,24})? that (.{30,})$`)
	// open marks a clause that must not be cut short: what follows may turn
	// its meaning.
	open = regexp.MustCompile(`\b(?:not|no|never|that|whether|if|only|n't|n’t)\b`)
	// circumstance goes along with what a sentence tells.
	circumstance = regexp.MustCompile(`, with (?:no|an?|its|his|her|their|\d+|two|three) [^,]*$`)
	// unsaid ends where it was to be said what.
	unsaid = regexp.MustCompile(`\b(?:reported|concurred|argued|added|noted|warned|insisted|explained|suggested)(?:, (?:however|though|too|meanwhile))?$|, (?:however|though|too|meanwhile)$`)
	// orphaned starts lost what they belong to when an aside was cut out.
	orphaned = regexp.MustCompile(`^(?:As before|\S+ \S+ who)\b`)
	// opener is an introduction that is no statement by itself.
	opener = regexp.MustCompile(`^(?:\pL+ing|Rather than|Along|Of|(?:Even|Just) (?:as|if|in|though|when|with)|Asked|Pressed|Given|Thanks|Besides|Apart|Instead|Until|Unlike|Within|Between|In|On|At|After|Before|As|While|When|With|Amid|Despite|Although|Though|Since|For|By|During|Following|According|If|Because|Under|From|Once|Unless|Whenever|(?:Shortly|Soon|Just|Right|Immediately|Long|Only|Even|Moments|(?:\S+ )?(?i:minutes|hours|days|weeks|months|years)) (?:after|before|as|if|though|when)) [^,]*$`)
	// borders part a sentence into clauses, the better ones first.
	borders = []*regexp.Regexp{
		regexp.MustCompile(`(?:[,;:]| [–—-]) `),
		regexp.MustCompile(` (?:after|as|while|amid|because|but|although|though|when|where|who|which|following|before|despite|since|saying|so that|in order to|and that|that would|ahead of) `),
		regexp.MustCompile(` (?:in|on|at|by|from|during|over|against) `),
	}
)

// danglers end a clause that goes on.
var danglers = text.WordSet(`the a an and or but of to for with in on at by from as that is are was were has have had will would be been his her its their who
		which new more first say says said tell tells told know knows see sees show shows find found decide call called give gave name
		named meet meets met agreed agrees decided refused refuses over under about into than between after before through against began
		started continued tried hoped wants due expected likely able ready thanked describe described make made held based located
		until unless because although though since despite amid whether than without within toward towards upon among per via onto not no just early late took takes take brought brings kept keeps
		could should may might must can cannot stay stays stayed being remain remains become became using so if while where when`)

// dangles reports whether a clause ends on a word that wants another.
func dangles(h string) bool {
	at := strings.LastIndexByte(h, ' ')
	last := strings.ToLower(h[at+1:])
	return at >= 0 && (danglers[last] && !strings.HasSuffix(h, "accounted for") || text.Bare(h) || strings.HasSuffix(last, "ing") && len(last) > 3 && strings.IndexFunc(last, notLetter) < 0)
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

var (
	// presentForm may be a verb of the third person.
	presentForm = regexp.MustCompile(`^\p{Ll}+[^su\PL]s$`)
	// infinitive ends on a verb that mostly wants an object or a place.
	infinitive = regexp.MustCompile(`\bto \p{Ll}+$`)
	// goesOn begins what a comma keeps within a clause: a year, a quotation, the
	// rest of a list or what names the one just named.
	goesOn = regexp.MustCompile(`^, (?:\d|of |["“‘']|\p{Lu}[\p{L}.’' -]{0,30}, |(?:\p{Lu}[\p{L}.’'-]* ){1,3}and )`)
	// adjective stands before another, behind a comma: "a renewed, open inquiry".
	adjective = regexp.MustCompile(`\b(?:an?|the|its|his|her|their|more) (?:\p{Ll}+ly )?\p{Ll}+(?:ed|ous|ive|ful|less|ish)$|\b(?:an?|its|his|her|their) \p{Ll}+-\p{Ll}+$`)
	// particle begins what belongs to the verb: "was operated[ on aboard]".
	particle = regexp.MustCompile(`^ (?:in|on|over|by|off) (?:aboard|after|again|and|at|by|for|from|in|into|of|or|to|when|with)\b`)
	// lapse is a time from what goes on: "nearly three months[ after the attack]".
	lapse    = regexp.MustCompile(`\b(?:shortly|soon|just|long|right|immediately|ever|minutes?|hours?|days?|weeks?|months?|years?|decades?)$`)
	fromWhen = regexp.MustCompile(`^ (?:after|before|since|ago|into|later|earlier)\b`)
	// unfinished ends before what its verb needs: "agreed in Oslo [to extend]", "date [from]".
	unfinished = regexp.MustCompile(`\b(?:agree|decide|promise|vote|vow|refuse|fail|offer|pledge|manage|threaten|move|plan|hope)(?:d|ed|s)? (?:in|on|at|by|from|during) [^,]{2,40}$|\bputs? [^,]{2,40}$|\bdate[sd]?$`)
	// something ends on what was not named before, so that what comes next tells what it
	// is: "force a vote[ on the dam]".
	something = regexp.MustCompile(` (\p{Ll}+) an? (?:[\p{Ll}-]+ ){0,2}[\p{Ll}-]+$`)
	// defining begins a clause that tells which are meant: "opposed laws[ that would]";
	// singled ends on what needs no such, or only tells where or how.
	defining = regexp.MustCompile(`^ (?:that|who|which|whose|where) `)
	singled  = regexp.MustCompile(`(?:\b(?:[Tt]he|its|his|her|their|this|these)(?: [\p{L}\d.-]+){1,3}|\p{Lu}\S*|\b(?:in|on|at|near|by|from|with|to|into|of) (?:[\p{L}-]+ ){0,3}[\p{L}-]+)$`)
	// onward is an aside, or a time or place, and the verb of what stands before it; reason is what a "not"
	// before may be said of: "did not fail[ because it was old]".
	onward = regexp.MustCompile(`^(?:, [^,]{3,90}, |,? (?:from|between|in|on|at|near|of)(?: (?:the|to|and|of|[\p{Lu}\d]\S*))+ |, )(?:\p{Ll}+ly )?(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should) `)
	reason = regexp.MustCompile(`^ (?:but )?(?:as|because|since|before|when|while) `)
	denied = regexp.MustCompile(`\b(?:not|never)\b|n['’]t\b`)
	// age stands behind a name: "Anders Holt, 73, ".
	age = regexp.MustCompile(`(\p{Ll}), \d{1,3}, (\p{Ll}+)`)
	// doneBy is a deed behind its object, which is no statement: "a quarrel sparked by".
	doneBy = regexp.MustCompile(`(\p{L}+) (?:\p{Ll}+ed|led|held|made|built|written|driven) by\b`)
)

// clause cuts a sentence down to its main clause, "" where that fails.
func clause(s string) string {
	s = withoutSpeaker(unstopped(s, ".!"))
	s = circumstance.ReplaceAllString(withoutAsides(s), "")
	if m := finding.FindStringSubmatch(s); m != nil {
		s = text.Capitalised(m[1])
	}
	short, ok := cut(s, headingLength)
	if !ok {
		short, ok = cut(s, headingLength+20) // of long words
		ok = ok && len(text.Words(short)) <= headingWords
	}
	if s = short; !ok || dangles(s) || opener.MatchString(s) || unsaid.MatchString(s) || orphaned.MatchString(s) || !hasVerb(text.Words(s)) || !balanced(s) || strings.ContainsAny(s, "\"“”") || leans(s, text.Words(s)) {
		return ""
	}
	return s
}

// withoutSpeaker leaves out who says it, behind a clause: not in "Police, who had
// looked for weeks, said that".
func withoutSpeaker(s string) string {
	at := attribution.FindStringIndex(s)
	if at == nil || !states(s[:at[0]], false) {
		return s
	}
	return s[:at[0]]
}

// withoutAsides leaves out what stands between commas, brackets or dashes; but behind
// an opening adverb the sentence itself begins.
func withoutAsides(s string) string {
	s = age.ReplaceAllStringFunc(s, func(m string) string {
		if p := age.FindStringSubmatch(m); !apposed[p[2]] {
			return p[1] + " " + p[2]
		}
		return m
	})
	lead := adverb.FindString(s)
	rest := s[len(lead):]
	for _, at := range slices.Backward(aside.FindAllStringIndex(rest, -1)) {
		behind := strings.TrimLeft(rest[at[1]:], " ")
		ends := rest[at[0]] != ',' || behind == "" || !unicode.IsUpper(rune(behind[0])) // else ", a cook from Medford, Mass." ends later
		if ends && !opensMain(rest[at[0]:at[1]]) {
			rest = rest[:at[0]] + rest[at[1]:]
		}
	}
	return lead + rest
}

// opensMain reports whether an aside is none: ", a stage was set up,".
func opensMain(aside string) bool {
	at := finite.FindStringIndex(aside)
	return at != nil && !relating.MatchString(aside[:at[1]])
}

var (
	finite   = regexp.MustCompile(`^, (?:the|an?) (?:[^\s,]+ ){1,4}(?:is|are|was|were|has|have|had|will|would) `)
	relating = regexp.MustCompile(` (?:who|which|that|whose|where) `)
)

var apposed = text.WordSet("a an the of from who whose and")

var adverb = regexp.MustCompile(`^(?:\p{L}+ )?\p{L}+ly,`)

// unstopped takes stops off the end of s, but for that of an abbreviation: "in the U.S."
func unstopped(s, stops string) string {
	short := strings.TrimRight(s, stops)
	if strings.HasPrefix(s[len(short):], ".") && abbreviated.MatchString(short) {
		return short + "."
	}
	return short
}

var abbreviated = regexp.MustCompile(`(?:^|\P{L})(?:(?:\p{L}\.)+\p{L}|Jr|Sr|Inc|Corp|Ltd)$`)

// cut brings s to at most limit bytes at a clause border, keeping four words or
// more; ok is false if there is none. The weak borders, prepositions, need most
// of the limit and a clause whose sense they cannot turn.
func cut(s string, limit int) (short string, ok bool) {
	s = unstopped(s, " .,;:")
	if len(s) <= limit {
		return s, true
	}
	for level, border := range borders {
		weak := level == len(borders)-1
		short := ""
		for _, m := range border.FindAllStringIndex(s, -1) {
			h := s[:m[0]]
			words := len(text.Words(h))
			if len(h) > limit || words < 4 || !balanced(h) || dangles(h) || !endsClause(h, s[m[0]:]) {
				continue
			}
			if !weak || len(h) > limit/2 && !open.MatchString(s) && !unfinished.MatchString(h) && !infinitive.MatchString(h) && !introduces(h) {
				short = h
			}
		}
		if short != "" && !opener.MatchString(short) {
			return strings.TrimRight(short, " ,;:-–—"), true
		}
	}
	return s, false
}

// endsClause reports whether what follows head, a border, leaves a whole clause
// behind.
func endsClause(head, rest string) bool {
	if particle.MatchString(rest) || lapse.MatchString(head) && fromWhen.MatchString(rest) || defining.MatchString(rest) && !singledOut(head) {
		return false
	}
	if strings.HasPrefix(rest, " but ") && (allBut.MatchString(head) || firstOfTwo.MatchString(head)) || interrupted.MatchString(head) || supposing.MatchString(head) || rest[0] == ',' && (goesOn.MatchString(rest) || adjective.MatchString(head)) || strings.HasPrefix(rest, " as ") && asMuch.MatchString(head) {
		return false
	}
	if onward.MatchString(rest) || reason.MatchString(rest) && denied.MatchString(head) {
		return false
	}
	if at := strings.LastIndex(head, " that "); at >= 0 && !acts(text.Words(head[at:])) {
		return false // "argues that the plan"
	}
	if at := strings.LastIndex(head, " between "); at >= 0 && !strings.Contains(head[at:], " and ") {
		return false // "parallels between Arvenia[, Solmar]"
	}
	lead, main, opened := strings.Cut(head, ", ")
	if opened = opened && opener.MatchString(lead); opened {
		head = main
	}
	if strings.HasPrefix(rest, " by ") {
		head += " by"
	}
	return states(withoutDone(head), opened)
}

// states reports whether one of the parts of s between commas, behind an opening, may
// be a clause.
func states(s string, opened bool) bool {
	return slices.ContainsFunc(strings.Split(s, ", "), func(s string) bool {
		return !hanging.MatchString(s) && !(opened && strings.HasPrefix(s, "and ")) && tells(s)
	})
}

// withoutDone leaves out deeds that only stand behind their objects.
func withoutDone(s string) string {
	return doneBy.ReplaceAllStringFunc(s, func(m string) string {
		if w := doneBy.FindStringSubmatch(m)[1]; !helping[w] && !strings.HasSuffix(w, "ly") {
			return w
		}
		return m
	})
}

var helping = text.WordSet("is are was were be been being get gets got also not")

// tells reports whether s may be a clause; who says something must have said what.
func tells(s string) bool {
	if at := said.FindStringIndex(s); at != nil && !strings.ContainsAny(s, "\"“") {
		s = brackets.ReplaceAllString(s[at[1]:], "")
	}
	return acts(text.Words(s))
}

var (
	said     = regexp.MustCompile(` (?:said|says) `)
	brackets = regexp.MustCompile(` ?\([^)]*\)`)
	// allBut lets what a "but" behind it takes away turn the sense: "won all but two".
	allBut = regexp.MustCompile(`(?i)\b(?:all|nothing|anything|everything|none|nobody|anybody|everybody|no one|anyone|everyone|last|next)$`)
)

// firstOfTwo ends on what may tell of the same as what a "but" brings: "a brave[ but vain
// attempt]".
var firstOfTwo = regexp.MustCompile(`\b(?:an?|the) \p{Ll}+$`)

// hanging begins what stands beside a clause, behind a comma.
var hanging = regexp.MustCompile(`^(?:who|which|whose|where|the|an?|made|held|taken|led|sent|seen|born|known|given|built|\p{Ll}+ed|\p{Ll}+ing)(?: |$)`)

// interrupted has an aside between a helping verb and its own.
var interrupted = regexp.MustCompile(`\b(?:could|should|may|might|must|can|will|would|has|had|have|is|are|was|were|be|been|to), [^,]{1,30}(?:, \p{Ll}+)?$`)

// supposing ends in a clause that the main one is still to follow: "warned that if the
// dam broke".
var supposing = regexp.MustCompile(`\b(?:that|and|but) (?:if|when|while|unless|because|although|since|until) [^,]*$`)

// asMuch begins a comparison: "as old [as the hills]".
var asMuch = regexp.MustCompile(`\b(?:as|so|such) (?:\p{L}+|(?:many|much|few|little) (?:\p{L}+ ){0,3}\p{L}+)$`)

// verbal reports whether one of the words may be a verb.
func verbal(words []string) bool {
	return verbalBut(words, nil)
}

// acts is as verbal, but takes no noun of "its reporters" or "two soldiers" for a verb.
func acts(words []string) bool { return verbalBut(words, counted) }

// verbalBut takes no word behind one of those before for a verb by its form.
func verbalBut(words []string, before map[string]bool) bool {
	if hasVerb(words) {
		return true
	}
	for i := 1; i < len(words); i++ {
		if last := words[i-1]; presentForm.MatchString(words[i]) && !before[strings.ToLower(last)] && !unicode.IsDigit(rune(last[0])) && inflects(words[i]) {
			return true
		}
	}
	return false
}

// singledOut reports whether h ends on what needs no clause to tell which is meant.
func singledOut(h string) bool {
	m := singled.FindString(h)
	return m != "" && !hasVerb(text.Words(m))
}

// introduces reports whether h ends on the object of a verb, not named before.
func introduces(h string) bool {
	m := something.FindStringSubmatch(h)
	return m != nil && !prepositions[m[1]]
}

var prepositions = text.WordSet("in on at near by from with to into of for as about over under after before during like than through against")

// inflects reports whether a word on "s" may be a verb: "reports", for there is
// "reporting", but not "militants".
func inflects(w string) bool {
	if text.Rank(text.Fold(w)) == 0 {
		return true // rare
	}
	base := text.Fold(strings.TrimSuffix(w, "s"))
	if y, ok := strings.CutSuffix(base, "ie"); ok {
		base = y + "y"
	}
	return text.Rank(base+"ing") > 0 || text.Rank(strings.TrimSuffix(base, "e")+"ing") > 0 || text.Rank(base+base[len(base)-1:]+"ing") > 0
}

var counted = text.WordSet(`the its his her their our of these those some many several few all both two three four five six seven eight nine
	ten dozens hundreds thousands more most other
	in on at near by from with into of for about under against`)

// shorten cuts s to at most limit bytes, where there is no clause border at a
// word, and shows that. It does not end on a figure, which may have lost its
// "million", an abbreviation, or a word that wants another.
func shorten(s string, limit int) string {
	if short, ok := cut(s, limit); ok {
		return short
	}
	words := strings.Fields(s)
	n, size := 0, len("…")
	for n < len(words) && size+len(words[n]) < limit {
		size += len(words[n]) + 1
		n++
	}
	for n > 1 && (strings.ContainsAny(words[n-1], "0123456789") || strings.HasSuffix(words[n-1], ".") || danglers[strings.ToLower(words[n-1])]) {
		n--
	}
	return strings.TrimRight(strings.Join(words[:n], " "), " ,;:-–—") + "…"
}
