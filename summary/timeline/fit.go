package timeline

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/storywire/storywire/text"
)

// maxLine is the longest line shown, in characters; wantedLine is where
// shortening begins.
const (
	wantedLine = 220
	maxLine    = 320
)

// A line must be understood without the sentence before it.
var (
	danglingStart = regexp.MustCompile(`(?i)^["“‘']?(?:he|she|they|it|we|i|you|his|her|hers|their|its|our|my|your|here|there's|both|neither|none|others?|another|some|many|most|few|several|such|so|then|also|one of them|(?:despite|after|before|apart from|besides) (?:that|this|them|it)|each|that|those|these|all|two of|what|who|why|how|if so|asked|pressed|once again|as a result|in response|by then|at the time|for (?:his|her|its|their|example|instance)|in (?:his|her|its|their)|(?:more|less) than half|the (?:move|moves|attempt|decision|announcement|comments?|remarks?|statements?|latter|former|pair|two|duo|trio|same|news|developments?|results?|findings?|incident|request|warning|claims?|report|document|letter|video|footage|figures?|ruling|change|measures?|visit|trip|man|woman|men|women|suspect|victim|three|four|five|other|others|rest|group's|company's|country's|key|question|idea|aim|goal|problem|answer|reason|truth|fact|first|second|third|next|last|following|previous|latest (?:move|comments?|remarks?)))\b`)
	timeThis      = regexp.MustCompile(`(?i)^(?:this|that) (?:week|month|year|morning|afternoon|evening|spring|summer|autumn|fall|winter|weekend)\b`)
	thisStart     = regexp.MustCompile(`(?i)^this\b`)
	firstPerson   = regexp.MustCompile(`\b(?:I|I'm|I've|[Ww]e|[Ww]e're|[Ww]e've|[Mm]y|[Oo]ur|us|me|[Yy]ou|[Yy]our)\b`)
	orderWord     = regexp.MustCompile(`(?i)\b(?:(?:shortly|soon) (?:later|after(?:wards?)?|before)|afterwards?|the (?:same|next|following|previous) (?:day|week|month|morning|evening|night|year)|thereafter|meanwhile|the day (?:before|after)|beforehand|subsequently|at the same time)\b`)
	countedLater  = regexp.MustCompile(`(?i)\b(?:days?|weeks?|hours?|minutes?|seconds?|months?|years?) (?:later|earlier|after(?:wards?)|before)\b`)
	laterWord     = regexp.MustCompile(`(?i)\b(?:later|earlier|then)\b`)
	placedLater   = regexp.MustCompile(`(?i)\b(?:later|earlier) (?:this|in|on|than|today|that (?:day|night|evening|week|month|year)|next|last|rounds?|stages?|date)\b|\b(?:since|until|by|even|the) (?:then|later|earlier)\b|\bthen[- ](?:president|prime|secretary|minister|\p{Lu})`)
	relativeTime  = regexp.MustCompile(`(?i)\b(?:(?:last|this|next|past|coming) (?:week|weekend|month|year|spring|summer|autumn|fall|winter)|ago)\b`)
	relativeDay   = regexp.MustCompile(`(?i)\b(?:today|tonight|yesterday|tomorrow|last night|this (?:morning|afternoon|evening))\b`)
	pronoun       = regexp.MustCompile(`\b(?:[Hh]e|[Ss]he|[Tt]hey|[Hh]is|[Hh]er|[Hh]im|[Tt]heir|[Tt]hem)\b`)
	nounBefore    = regexp.MustCompile(`(?i)\b(?:the|a|an|\d+|two|three|officials|police|investigators|lawmakers|troops|forces|residents|protesters|people) \p{Ll}{3,}|\b(?:officials|police|investigators|lawmakers|troops|forces|residents|protesters|authorities|workers|engineers|scientists|prosecutors|lawyers)\b`)
	idleLead      = regexp.MustCompile(`^(?:(?:Not )?\p{L}\p{Ll}+ing|In|At|On|According|During|With|By|For|From|Under|Despite|To) [^,]*(?:,[^,]*)?, (?:he|she|they|it)\b`)
	idleStart     = regexp.MustCompile(`^(?:On|In|At|By|Late|Early|Last|This) (?:\S+ ){1,4}(?:he|she|they|it)\b`)
	them          = regexp.MustCompile(`^[Tt]hem$`)
	several       = regexp.MustCompile(`(?i)\p{L}{2,}s\b|\b(?:people|police|men|women|children|and|both)\b`)
	oneOfThem     = regexp.MustCompile(`\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Hh]im)\b`)
	otherLead     = regexp.MustCompile(`(?i)^(?:er|sie|es|wir|ihr|ihre|sein|seine|das|dies|diese[rsn]?|il|elle|ils|elles|nous|ce|cela|cette|él|ella|ellos|ellas|esto|esta|este|eso)\b`)
)

// fit reports whether a line can stand alone in a timeline.
func fit(line, lang string) bool {
	if strings.HasSuffix(line, "?.") || strings.Contains(line, "?") && !text.HasAny(line, `"“`) ||
		strings.ContainsAny(line, "`|") || !balanced(line) || utf8.RuneCountInString(line) > maxLine {
		return false
	}
	if !text.English(lang) {
		return !otherLead.MatchString(line)
	}
	plain := unquoted(line)
	bare, h := strings.TrimSpace(plain), hintsIn(line)
	if len(bare)*3 < len(line) || h.has(aPerson) && firstPerson.MatchString(plain) {
		return false
	}
	if danglingStart.MatchString(line) && !ofSeries.MatchString(line) || thisStart.MatchString(line) && !timeThis.MatchString(line) {
		return false
	}
	return !danglingOrder(plain, h) && !danglingPronoun(plain, lang, h) && !bareSubject(line) && !danglingNoun(line, lang, h) && !danglingEnd.MatchString(line[max(0, len(line)-24):]) &&
		!(len(strings.Fields(line)) < 10 && bareClause.MatchString(line)) && telling(line, lang)
}

// bareSubject reports a subject that only the sentence before explains: "The
// ship sailed".
func bareSubject(line string) bool {
	m := theNoun.FindStringSubmatch(line)
	if m == nil {
		m = theNounThen.FindStringSubmatch(line)
	}
	if m == nil || known[m[1]] {
		return false
	}
	return pastVerbs[m[2]] || lastingVerbs[m[2]] || willVerbs[m[2]] || imaginedVerbs[m[2]] || participle(m[2]) || m[2] == "begin" || m[2] == "opens"
}

// danglingNoun reports a noun that only the sentence before explains, or a
// speaker that none names.
func danglingNoun(line, lang string, h hint) bool {
	if namelessSpeaker.MatchString(line) || h.has(aThis) && pointsBack(line) || h.has(aSaying) && bareThing.MatchString(line) {
		return true
	}
	if m := theOwner.FindStringSubmatch(line); m != nil && !known[m[1]] && !strings.HasSuffix(m[1], "men") {
		return true
	}
	if !h.has(aNumber) {
		return false
	}
	loc := theNumber.FindStringIndex(line)
	return loc != nil && !theBoth.MatchString(line[loc[0]:]) && len(text.Names(line[:loc[0]], lang)) < 2
}

// pointsBack reports whether a line speaks of "this" or "these", outside of what is
// quoted, and means no time: "destroy this symbol", "in this town".
func pointsBack(line string) bool {
	plain := unquoted(line)
	for _, m := range pointing.FindAllStringSubmatch(plain, -1) {
		if !spans[m[1]] {
			return true
		}
	}
	return false
}

// spans are the times that "this" means as they are.
var spans = text.WordSet(`week weekend month year morning afternoon evening night spring summer autumn fall winter season time quarter decade century
	january february march april may june july august september october november december January February March April May June July August
	September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday days`)

// telling reports whether a line says enough: who and whom or where, or more than
// a few words of one.
func telling(line, lang string) bool {
	names, words := 0, map[string]bool{}
	for _, n := range text.Names(line, lang) {
		names++
		for _, w := range n.Words {
			words[w] = true
		}
	}
	said := 0
	for w := range text.WordSeq(line) {
		if names > 1 || said > 2 {
			break
		}
		if f := text.Fold(w); !words[f] && !text.Stop(f, lang) {
			said++
		}
	}
	return names > 1 || said > 2
}

var (
	theNoun = regexp.MustCompile(`^The (\p{Ll}+) (?:later |also |then |again |had |has |have )?(\p{Ll}+)\b`)
	// theNounThen has something between commas behind its subject.
	theNounThen = regexp.MustCompile(`^The (\p{Ll}+), \p{Ll}[^,]*, (\p{Ll}+)\b`)
	theOwner    = regexp.MustCompile(`^The (\p{Ll}+)['’]s `)
	// theNumber counts what was told before: "the order of the two steps". TheBoth
	// are meant without that, or told of after: "the two countries", "the two men who".
	theNumber = regexp.MustCompile(`\b[Tt]he (?:two|three|four|five|six|seven|eight|nine|ten) \p{Ll}`)
	theBoth   = regexp.MustCompile(`^the \p{Ll}+ (?:(?:countries|nations|states|capitals|neighbou?rs|sides|parties|governments|leaders|armies|navies|forces)\b|\p{Ll}+ (?:of|who|that|which|on|in|from|between|with|days|weeks|months|years|hours)\b|days|weeks|months|years|hours|\p{Ll}+est\b|most|main|biggest)`)
	// namelessSpeaker says a quotation, or has a surname only: "... ," the
	// president told workers.
	namelessSpeaker = regexp.MustCompile(`^["“][^"”]*["”],? (?:(?:the|a|an|one|his|her|their) |\p{Lu}\p{L}+ (?:said|says)\.$)`)
	pointing        = regexp.MustCompile(`\b[Tt]h(?:is|ese) (?:\p{L}+ed )?(\p{L}+)`)
	// bareThing is what was done, called only that: "said that the step was needed".
	bareThing = regexp.MustCompile(`^[^,;:]{0,90}\b(?:said|says|called|calls|told \p{L}+|described|defended|welcomed|criticised|criticized|condemned|rejected|praised|denied|confirmed) (?:that )?the (?:steps?|moves?|decision|announcement|measures?|incident|changes?|request|remarks?|comments?|results?|findings?|report|ruling|start|text|paper)(?: (?:was|were|is|are|had|has|will|would|could|came|as|to)\b|[.,;])`)
	// ofSeries starts with one of several that are named: "The second round of talks".
	ofSeries    = regexp.MustCompile(`^The (?:first|second|third|fourth|fifth|last|next) \p{Ll}+ (?:of|between|under|for) `)
	danglingEnd = regexp.MustCompile(`\b(?:more|so|too|either|otherwise|likewise|the same|it|this|that|them)["”]?\.$`)
	bareClause  = regexp.MustCompile(`\b(?:said|says|added) (?:that )?(?:it|he|she|they) `)
	// known institutions are few enough to be meant without their names.
	known = text.WordSet(`government president cabinet parliament police army navy military ministry court pope king queen senate house
		congress opposition council commission bank pentagon kremlin vatican authorities city state country world public
		press media market markets stock economy dollar euro pound weather war earthquake storm volcano`)
)

// danglingOrder reports an order word that leans on another sentence: shown
// beside other dates it could contradict them.
func danglingOrder(plain string, h hint) bool {
	if h.has(aUnit | anOrder) {
		if loc := countedLater.FindStringIndex(plain); loc != nil {
			if loc[0] < 25 {
				return true
			}
			plain = plain[:loc[0]] + plain[loc[1]:] // counted from what stands before it
		}
	}
	return h.has(aSequel) && orderWord.MatchString(plain) || h.has(aLater) && laterWord.MatchString(placedLater.ReplaceAllString(plain, ""))
}

// danglingPronoun reports a pronoun with nothing before it that it could mean.
func danglingPronoun(plain, lang string, h hint) bool {
	if idleLead.MatchString(plain) || idleStart.MatchString(plain) {
		return true
	}
	if !h.has(aPronoun) {
		return false
	}
	loc := pronoun.FindStringIndex(plain)
	if loc == nil {
		return false
	}
	before := plain[:loc[0]]
	if them.MatchString(plain[loc[0]:loc[1]]) && !several.MatchString(before) && len(text.Names(before, lang)) < 2 {
		return true
	}
	return len(text.Names(before, lang)) == 0 &&
		(oneOfThem.MatchString(plain[loc[0]:loc[1]]) || !nounBefore.MatchString(before))
}

// balanced reports whether every quotation mark and bracket has its pair.
func balanced(line string) bool {
	return strings.Count(line, `"`)%2 == 0 &&
		balancedCurly(line) &&
		strings.Count(line, "«") == strings.Count(line, "»") &&
		strings.Count(line, "(") == strings.Count(line, ")") &&
		strings.Count(line, "[") == strings.Count(line, "]")
}

// balancedCurly knows both “these” and „these“.
func balancedCurly(line string) bool {
	low, left, right := strings.Count(line, "„"), strings.Count(line, "“"), strings.Count(line, "”")
	if low > 0 {
		return low == left+right
	}
	return left == right
}

// hint is a set of the kinds of words without which the patterns of this file find
// nothing.
type hint int

const (
	aPerson hint = 1 << iota
	aPronoun
	aThis
	aSaying
	aNumber
	aUnit   // behind which counted order words stand
	anOrder // that may be counted
	aLater
	aSequel // that orderWord finds, or finds more than a word behind
)

// hints are as AnyWord gives the words.
var hints = func() map[string]hint {
	out := map[string]hint{}
	for kind, words := range map[hint]string{
		aPerson:          "i we my our us me you your",
		aPronoun:         "he she they his her him their them",
		aThis:            "this these",
		aSaying:          "said says called calls told described defended welcomed criticised criticized condemned rejected praised denied confirmed",
		aNumber:          "two three four five six seven eight nine ten",
		aUnit:            "day days week weeks hour hours minute minutes second seconds month months year years",
		anOrder | aLater: "later earlier after afterward afterwards before",
		aLater:           "then",
		aSequel:          "shortly soon same next following previous day afterward afterwards thereafter meanwhile beforehand subsequently",
	} {
		for w := range text.WordSet(words) {
			out[w] |= kind
		}
	}
	return out
}()

func hintsIn(line string) hint {
	var out hint
	text.AnyWord(line, func(w []byte) bool {
		out |= hints[string(w)]
		return false
	})
	return out
}

func (h hint) has(kind hint) bool { return h&kind == kind }

// counting words are meant from the day of publication.
var counting = text.WordSet("today tonight yesterday tomorrow last this next past coming ago")
