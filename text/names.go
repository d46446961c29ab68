package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name is a run of capitalised words that names someone or something.
type Name struct {
	Text  string   // as written, without a leading article
	Words []string // folded
	First bool     // stands at the start of the sentence, so its capital proves little
}

// Names returns the names in a sentence, in order. Particles join ("Bank of
// England", "Ursula von der Leyen"). A single word at the start of the sentence
// counts unless it is a common English one; where most words are capitalised,
// as in headlines, common words are no part of a name. Days and months are not
// names. In German, where every noun has a capital, only runs of two words and
// more, initialisms and well-known names are returned.
func Names(sentence, lang string) []Name { return new(NameFinder).Names(sentence, lang) }

// Names is the function, which needs its memory anew each time.
func (f *NameFinder) Names(sentence, lang string) []Name {
	f.sentence, f.lang, f.words = sentence, base(lang), slices.Grow(f.words[:0], len(sentence)/4+1)
	f.stops = stopWords()[f.lang]
	for k := newTokenizer(sentence); k.next(); {
		w := nameWord{token: k.token, capital: capitalised(k.token.text)}
		if w.capital {
			w.token = bareName(k.token)
			w.capital = len(w.text) == len(k.token.text) || capitalised(w.text)
		}
		f.words = append(f.words, w)
	}
	f.shouted = allCaps(sentence)
	f.headline = f.titleCased()
	var out []Name
	for i := 0; i < len(f.words); {
		end := f.run(i)
		if end == i {
			i++
			continue
		}
		if n, ok := f.name(i, end); ok {
			out = append(out, n)
		}
		i = end
	}
	return out
}

// bareName takes the common word off a capitalised compound with a name: "Trump-era".
func bareName(t token) token {
	i := strings.LastIndexByte(t.text, '-')
	if i < 1 || i+1 == len(t.text) || !lower(t.text[i+1]) ||
		!common(Fold(t.text[i+1:])) || common(Fold(t.text[:i])) {
		return t
	}
	return token{t.text[:i], t.start, t.start + i}
}

// NameFinder holds a sentence while its names are looked for, and is used again
// for the next. It is not safe for concurrent use.
type NameFinder struct {
	sentence string
	lang     string
	stops    map[string]bool // of the language
	words    []nameWord
	shouted  bool // all in capitals
	headline bool // common words have capitals
}

// nameWord is a word with what is asked of it again and again.
type nameWord struct {
	token
	fold    string // see folded; "" until it is asked for: most words are small, and never are
	capital bool
}

func (w *nameWord) folded() string {
	if w.fold == "" {
		w.fold = Fold(w.text)
	}
	return w.fold
}

// titleCased reports whether capitals prove nothing: next to no word that bears
// meaning is small, and common words have capitals too.
func (f *NameFinder) titleCased() bool {
	if f.lang == "de" || len(f.words) < 2 {
		return false
	}
	if f.shouted {
		return true
	}
	words, small, bare := 0, 0, 0
	for i := range f.words {
		t := &f.words[i]
		if r, _ := utf8.DecodeRuneInString(t.text); !unicode.IsLetter(r) || f.stop(t.folded()) {
			continue
		}
		words++
		if !t.capital {
			if small++; small*10 > len(f.words) {
				return false
			}
		} else if i > 0 && common(t.folded()) {
			bare++
		}
	}
	return words >= 3 && small*10 <= words && bare > 0
}

func (f *NameFinder) stop(folded string) bool { return len(folded) < 2 || f.stops[folded] }

// allCaps reports whether s has capitals and no small letters.
func allCaps(s string) bool {
	capitals := false
	for i, r := range s {
		if r >= 'a' && r <= 'z' || unicode.ToUpper(r) != r || r == utf8.RuneError && !strings.HasPrefix(s[i:], string(r)) {
			return false
		}
		capitals = capitals || unicode.ToLower(r) != r
	}
	return capitals
}

// capitalised reports whether a word is written as a name: "Kyiv", "G20",
// "iPhone", "al-Sharaa", but not "5th" or "mid-May".
func capitalised(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	if unicode.IsUpper(r) || unicode.IsTitle(r) {
		return true
	}
	for i, r := range word[n:] {
		if unicode.IsUpper(r) {
			return !strings.Contains(word[:n+i], "-") || nameParticles[word[:strings.IndexByte(word, '-')]]
		}
	}
	return false
}

// run returns the index after the name that starts at word i; i if none does.
func (f *NameFinder) run(i int) int {
	if !f.part(i) {
		return i
	}
	end := i + 1
	for end < len(f.words) {
		next := end
		for next < len(f.words) && next < end+2 && f.particle(next) {
			next++
		}
		if next == len(f.words) || !f.adjoins(next) || !f.part(next) {
			break
		}
		end = next + 1
	}
	return end
}

// particle reports whether word i may join the words around it into a name. In
// German the articles only do so after another particle ("von der").
func (f *NameFinder) particle(i int) bool {
	word, before := f.words[i].text, &f.words[i-1]
	if !nameParticles[word] || !f.adjoins(i) || calendarWords[before.folded()] {
		return false
	}
	return f.lang != "de" || !Stop(word, "de") || word == "von" && before.capital || nameParticles[before.text]
}

// part reports whether word i can belong to a name.
func (f *NameFinder) part(i int) bool {
	if !f.words[i].capital {
		return false
	}
	word, folded := f.words[i].text, f.words[i].folded()
	if pronouns[folded] {
		return false
	}
	if calendarWords[folded] && !f.calendarName(i) {
		return false
	}
	if f.headline && !f.pair(i-1) && !f.pair(i) {
		return f.acronym(word) || !common(folded) && !f.stop(folded)
	}
	return true
}

// calendarName reports whether the day or month at word i is a part of a name:
// "Black Friday", "Sunday Times".
func (f *NameFinder) calendarName(i int) bool {
	return i > 0 && f.adjoins(i) && f.words[i-1].capital && namedDays[f.words[i-1].folded()] ||
		i+1 < len(f.words) && f.adjoins(i+1) && f.words[i+1].capital && mastheads[f.words[i+1].folded()]
}

// pair reports whether words i and i+1 are one of the names made of common
// words.
func (f *NameFinder) pair(i int) bool {
	return i >= 0 && i+1 < len(f.words) && f.adjoins(i+1) && commonPairs[f.words[i].folded()+" "+f.words[i+1].folded()]
}

// acronym reports whether capitals mark a word even within a title.
func (f *NameFinder) acronym(word string) bool {
	return len(word) > 1 && allCaps(word) && !f.shouted
}

// adjoins reports whether word i follows the one before it within a name: after
// a space, or an initial's full stop, or an ampersand, but not after a
// possessive ("Ukraine's Rustem Umerov").
func (f *NameFinder) adjoins(i int) bool {
	before := f.words[i-1]
	if Possessive(before.text) {
		return false
	}
	switch f.sentence[before.end:f.words[i].start] {
	case " ", "\u00a0", " & ":
		return true
	case ". ":
		return utf8.RuneCountInString(before.text) == 1 || leadAbbreviations[strings.ToLower(before.text)]
	}
	return false
}

// name makes the words from i to end a Name, unless they are none on a closer
// look.
func (f *NameFinder) name(i, end int) (Name, bool) {
	first := i == 0
	for i < end && f.leads(i) {
		i++
	}
	if i == end {
		return Name{}, false
	}
	n := Name{Text: f.sentence[f.words[i].start:f.words[end-1].end], First: first && i == 0}
	if Possessive(n.Text) {
		n.Text = n.Text[:strings.LastIndexAny(n.Text, "'’")]
	}
	n.Words = make([]string, 0, end-i)
	for j := i; j < end; j++ {
		n.Words = append(n.Words, unelided(f.words[j].folded(), f.lang))
	}
	if _, after, ok := strings.Cut(n.Text, "'"); ok && Fold(after) == strings.Join(n.Words, " ") {
		n.Text = after // "l'Ukraine"
	}
	return n, f.proves(n)
}

// leads reports whether word i stands before a name without being a part of it.
func (f *NameFinder) leads(i int) bool {
	word, folded := f.words[i].text, f.words[i].folded()
	return len(word) > 1 && f.stops[folded] && !f.acronym(word) && !nameStarts[folded] ||
		i == 0 && leadIns[folded] || nameParticles[word]
}

// Possessive reports whether a word ends in 's.
func Possessive(word string) bool {
	return strings.HasSuffix(word, "'s") || strings.HasSuffix(word, "’s")
}

// proves reports whether a run of capitalised words is worth being called a
// name.
func (f *NameFinder) proves(n Name) bool {
	if len(n.Words) > 1 || f.acronym(n.Text) {
		return true
	}
	word := n.Words[0]
	if f.lang == "de" {
		return properWords()[word]
	}
	if nameStarts[word] || pronouns[word] {
		return false
	}
	return !n.First || !common(word) && !f.stop(word) && !inflected(word)
}

// inflected reports whether an English word has the ending of a verb or an
// adverb and is no rare word.
func inflected(word string) bool {
	for _, ending := range []string{"ing", "ed", "ly"} {
		if strings.HasSuffix(word, ending) && Rank(word) > 0 && !properWords()[word] {
			return true
		}
	}
	return false
}

var (
	// nameParticles may stand in the middle of a name in small letters.
	nameParticles = WordSet(`of de del della di da das do dos du des van von der den ten ter zu
		al el bin ibn ben la le las los y e the af av`)
	// pronouns have a capital anywhere, or start a quotation.
	pronouns = WordSet(`i i'm i've i'd i'll`)
	// nameStarts are stop words with which names begin: "New York".
	nameStarts = WordSet(`new first`)
	// commonPairs are names that titles would hide.
	commonPairs = pairSet(`white house, supreme court, high court, united states, united nations,
		united kingdom, european union, european commission, european parliament, red cross, red sea,
		black sea, wall street, downing street, new york, new zealand, new jersey, new mexico,
		new delhi, new orleans, new england, new hampshire, north korea, south korea, south africa,
		south sudan, north carolina, south carolina, north dakota, south dakota, west virginia,
		west bank, middle east, hong kong, los angeles, san francisco, san diego, sri lanka,
		saudi arabia, costa rica, puerto rico, el salvador, ivory coast, islamic state, security council,
		federal reserve, world bank, central bank, state department, justice department, york city,
		foreign office, world cup, super bowl, tel aviv, las vegas, cape town, buenos aires`)
	// leadIns stand before a name at the start of a sentence, besides stop
	// words.
	leadIns = WordSet(`although amid despite earlier ex following former formerly however including
		late later moreover nevertheless nonetheless outgoing previously recently separately
		similarly though unlike whereas yesterday today tomorrow`)
)

// pairSet makes a set of what stands between the commas of s.
func pairSet(s string) map[string]bool {
	out := map[string]bool{}
	for pair := range strings.SplitSeq(s, ",") {
		out[strings.Join(strings.Fields(pair), " ")] = true
	}
	return out
}
