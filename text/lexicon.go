package text

import (
	"strings"
	"sync"
	"time"
)

// unknownTime stands for the time of publication where none is needed.
var unknownTime = time.Time{}

// lexicon holds the words, folded, by which a language speaks of time.
type lexicon struct {
	lang         string
	capital      bool // months and days have one
	dayFirst     bool // "4/12/2025" is in December
	months       map[string]int
	weekdays     map[string]int // Monday is 1
	shortDays    map[string]bool
	of, to       map[string]bool
	article      map[string]bool
	monthAfter   map[string]bool // a bare month after these is one
	yearAfter    map[string]bool // so is a year
	counted      map[string]bool // a number before these counts them
	namesakes    map[string]bool // "Sept. 11" and "Jan. 6" before these are names
	parts        map[string]int  // first month of the part of a year
	seasons      map[string]string
	ordinals     map[string]int
	days         map[string]int // days from publication
	dayParts     map[string]bool
	shifts       map[string]int // "last", "this", "next" before what they shift
	shiftsAfter  map[string]int // and after it
	units        map[string]unit
	plurals      map[string]bool // of units, so that "last" means a duration
	numbers      map[string]int
	agoLead      []string        // "il y a"
	notAfter     map[string]bool // a weekday after these is any
	leading      map[string]bool // may stand between a verb and its time
	aheadBefore  map[string]bool // of these, those that look ahead
	behindBefore map[string]bool // and back
	clauseStart  map[string]bool

	daysBeyond map[string]int  // "day after tomorrow"
	sequence   map[string]int  // "the next day", counted from the day named before
	dayBefore  map[string]bool // a bare "the 29th" after these is a day
	feastAfter map[string]bool // and so is "Christmas"
	sessions   map[string]bool // what is held on a day, "a Thursday briefing"
	titles     map[string]bool // before names, which a day may be
	ofMatches  map[string]bool // their quarters are none of a year

	starts map[string]bool // what a time expression may begin with

	aheadWords, behindWords, reportWords map[string]bool
	aheadEndings, behindEndings          []string
	conditionals                         map[string]bool
	// English only
	willNouns, toAhead, plannedWords, plannedFor, notVerbs, actors, firmAhead, beens map[string]bool
	// Verbs in the present that tell of a plan: whatever their subject, with a
	// place to leave, with the word they come with, behind a person or body,
	// and behind a plural.
	plansSurely, plansLeaving, plansOfActors, plansOfMany map[string]bool
	plansOf                                               map[string]string
	leftFor, subjects                                     map[string]bool // "leaves for", "who leaves"
	preparing, behindOccasion                             map[string]bool
}

// lexicons are by language.
var lexicons = sync.OnceValue(func() map[string]*lexicon {
	out := map[string]*lexicon{}
	for _, l := range []lexicon{englishWords(), germanWords(), frenchWords(), spanishWords(), {}} {
		l.starts = l.allStarts()
		out[l.lang] = &l
	}
	return out
})

// lexiconOf returns an empty lexicon for a language that has none: dates in
// numbers are all that is read there.
func lexiconOf(lang string) *lexicon {
	if l := lexicons()[base(lang)]; l != nil {
		return l
	}
	return lexicons()[""]
}

// allStarts returns the words, besides numbers, that a time expression may
// begin with.
func (l *lexicon) allStarts() map[string]bool {
	out := WordSet("q1 q2 q3 q4")
	for _, words := range []map[string]int{l.months, l.weekdays, l.parts, l.ordinals, l.days, l.shifts, l.numbers} {
		for w := range words {
			out[w] = true
		}
	}
	for w := range l.units {
		out[w] = true
	}
	for w := range l.seasons {
		out[w] = true
	}
	for w := range l.sequence {
		out[w] = true
	}
	for phrase := range l.daysBeyond {
		w, _, _ := strings.Cut(phrase, " ")
		out[w] = true
	}
	if l.lang == "en" {
		out["final"] = true
		for _, f := range feasts {
			out[f.words[0]] = true
		}
	}
	if len(l.agoLead) > 0 {
		out[l.agoLead[0]] = true
	}
	return out
}

// numbered makes a map from lines of "word word=number".
func numbered(s string) map[string]int {
	out := map[string]int{}
	number := 0
	for line := range strings.SplitSeq(s, ";") {
		number++
		for w := range strings.FieldsSeq(line) {
			out[w] = number
		}
	}
	return out
}

// valued makes a map of the words of each list to its value.
func valued[T any](lists map[string]T) map[string]T {
	out := map[string]T{}
	for list, v := range lists {
		for w := range strings.FieldsSeq(list) {
			out[w] = v
		}
	}
	return out
}

func englishWords() lexicon {
	return lexicon{
		lang: "en", capital: true,
		months: numbered(`january jan; february feb; march mar; april apr; may; june jun; july jul;
			august aug; september sept sep; october oct; november nov; december dec`),
		weekdays: numbered(`monday mon; tuesday tue tues; wednesday wed weds; thursday thu thur thurs;
			friday fri; saturday sat; sunday sun`),
		shortDays:  WordSet(`mon tue tues wed weds thu thur thurs fri sat sun`),
		of:         WordSet(`of`),
		to:         WordSet(`to and through until till`),
		article:    WordSet(`the a an his her their its our this that`),
		monthAfter: WordSet(`in since by until till during throughout from late early mid before after`),
		yearAfter:  WordSet(`in since by until till during throughout from after before between to and of year fiscal`),
		counted: WordSet(`people percent per million billion trillion thousand hundred soldiers countries
			members troops deaths cases civilians years days hours minutes months weeks times points
			dollars euros pounds miles km kilometers kilometres metres meters drones missiles votes
			seats others men women children police officials players dead`),
		namesakes: WordSet(`attack attacks committee commission insurrection riot riots rioters hijackers
			hijackings terrorist terrorists terror panel movement agreement`),
		parts:      valued(map[string]int{"early beginning start": 1, "mid middle": 5, "late": 9, "end": 12}),
		seasons:    map[string]string{"spring": "Spring", "summer": "Summer", "autumn": "Autumn", "fall": "Fall", "winter": "Winter"},
		ordinals:   numbered(`first 1st; second 2nd; third 3rd; fourth 4th`),
		days:       valued(map[string]int{"today tonight": 0, "yesterday": -1, "tomorrow": 1}),
		dayParts:   WordSet(`morning afternoon evening night midday noon lunchtime`),
		shifts:     valued(map[string]int{"last past": -1, "this": 0, "next coming": 1}),
		daysBeyond: map[string]int{"day after tomorrow": 2, "day before yesterday": -2},
		sequence:   map[string]int{"same": 0, "next": 1, "following": 1, "previous": -1},
		dayBefore:  WordSet(`on since by until till from to before after monday tuesday wednesday thursday friday saturday sunday`),
		feastAfter: WordSet(`on by before after since until till over at for`),
		sessions: WordSet(`briefing meeting news press interview statement rally speech hearing session vote debate summit
			deadline ruling filing report article letter memo`),
		titles: WordSet(`mr mrs ms miss dr lady lord judge sir justice`),
		ofMatches: WordSet(`goal goals score scored scores lead led match game games points play played touchdown team
			teams quarterback win wins season`),
		plurals: WordSet(`days weeks months years`),
		units: valued(map[string]unit{
			"hour hours minute minutes": inHours, "day days": inDays, "week weeks fortnight": inWeeks,
			"weekend": inWeekends, "month months": inMonths, "year years": inYears,
		}),
		numbers: valued(map[string]int{
			"a an one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
			"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20,
		}),
		notAfter:     WordSet(`every each most any a an one`),
		leading:      WordSet(`on in at by since until till from after following early late the of ahead before during`),
		aheadBefore:  WordSet(`until till ahead`),
		behindBefore: WordSet(`since`),
		clauseStart:  WordSet(`that and but when which who as while where`),
		aheadWords: WordSet(`will ll shall upcoming poised expects intends hopes aims forthcoming
			tomorrow`),
		plannedWords: WordSet(`scheduled expected slated planned`),
		plannedFor: WordSet(`to for on in at by next this until monday tuesday wednesday thursday friday
			saturday sunday`),
		conditionals: WordSet(`would could may might should`),
		reportWords: WordSet(`said told announced added confirmed reported wrote warned insisted stated
			claimed acknowledged posted tweeted declared`),
		behindWords: WordSet(`was were had did didn wasn weren hadn been met held began came went took
			left found made won lost hit struck fell rose saw gave got shot spoke flew arrived sent
			became kept led drew fled broke built bought brought chose drove fought grew heard knew
			laid meant paid ran sank sat sold spent stood swore taught thought threw withdrew
			withstood woke wore died overthrew rejected`),
		willNouns: WordSet(`free political good own of ill strong god's`),
		toAhead: WordSet(`is are was were agreed vowed pledged promised plans hopes wants intends expects aims
			hope want intend expect aim vow pledge likely ready prepared able due set scheduled expected slated poised invited ordered
			decided planning preparing threatened offered proposes vows pledges`),
		notVerbs: WordSet(`need speed indeed hundred exceed proceed succeed united unprecedented armed
			alleged proposed revised advanced detailed limited so-called continued related red
			sacred naked wicked rugged occupied wanted exiled retired renewed`),
		firmAhead: WordSet(`will ll won shall scheduled expected slated planned plans plan due set going poised`),
		beens:     WordSet(`was were been`),
		actors: WordSet(`talks leaders envoys negotiators officials teams delegations ministers sides
			president minister court parliament government lawmakers senators voters summit workers`),
		plansSurely: WordSet(`begins resumes departs arrives travels convenes reconvenes expires flies
			starts opens closes ends`),
		plansLeaving:  WordSet(`leaves leave`),
		leftFor:       WordSet(`for office early late the his her their its from today tonight tomorrow`),
		plansOf:       map[string]string{"takes": "effect", "take": "effect", "comes": "into", "goes": "on", "go": "on"},
		plansOfActors: WordSet(`votes meets sits returns visits hosts heads goes appears leaves`),
		subjects:      WordSet(`who which he she it`),
		plansOfMany:   WordSet(`begin start resume depart arrive travel convene reconvene expire meet return fly vote end`),
		preparing: WordSet(`way stage ground scene tone agenda plan plans preparation preparations prepare
			prepares prepared preparing ready hopes expectations date venue travel travels travelled
			traveled travelling traveling fly flies flew flying head heads headed heading bound depart
			departed departing gather gathered gathering convene convened invited tickets`),
		behindOccasion: WordSet(`after following`),
	}
}

func germanWords() lexicon {
	return lexicon{
		lang: "de", capital: true, dayFirst: true,
		months: numbered(`januar jan janner; februar feb; marz maerz; april apr; mai; juni jun; juli jul;
			august aug; september sept sep; oktober okt; november nov; dezember dez`),
		weekdays:   germanDays(),
		shortDays:  WordSet(`mo di mi do fr sa so`),
		to:         WordSet(`bis und`),
		article:    WordSet(`der die das den dem des`),
		monthAfter: WordSet(`im seit bis ab vergangenen letzten nachsten kommenden`),
		yearAfter:  WordSet(`jahr jahre seit bis ab von sommer`),
		counted:    WordSet(`prozent menschen millionen milliarden euro dollar jahre tage`),
		parts:      valued(map[string]int{"anfang": 1, "mitte": 5, "ende": 12}),
		seasons:    valued(map[string]string{"fruhling fruhjahr": "Spring", "sommer": "Summer", "herbst": "Autumn", "winter": "Winter"}),
		ordinals:   numbered(`ersten erste; zweiten zweite; dritten dritte; vierten vierte`),
		days:       valued(map[string]int{"heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1, "ubermorgen": 2}),
		dayParts:   WordSet(`morgen vormittag mittag nachmittag abend nacht`),
		shifts: valued(map[string]int{
			"letzte letzten letzter letztes vergangene vergangenen vergangener vergangenes vorige vorigen voriger": -1,
			"diese diesen dieser dieses diesem":                                         0,
			"nachste nachsten nachster nachstes kommende kommenden kommender kommendes": 1,
		}),
		plurals: WordSet(`tage tagen wochen monaten jahren`),
		units: valued(map[string]unit{
			"stunde stunden minuten": inHours, "tag tage tagen": inDays, "woche wochen": inWeeks,
			"wochenende": inWeekends, "monat monate monaten monats": inMonths, "jahr jahre jahren jahres": inYears,
		}),
		numbers: valued(map[string]int{
			"einem einer": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7,
			"acht": 8, "neun": 9, "zehn": 10,
		}),
		agoLead:      []string{"vor"},
		notAfter:     WordSet(`schwarzer schwarzen blutiger jeden`),
		leading:      WordSet(`am an den seit bis vom im fruhen spaten`),
		behindBefore: WordSet(`seit`),
		clauseStart:  WordSet(`dass und aber als`),
		aheadWords:   WordSet(`wird werden soll sollen will wollen plant planen geplant kommenden nachsten`),
		behindWords: WordSet(`war waren hatte hatten hat haben wurde wurden worden traf trafen ging kam
			kamen begann fand starb starben`),
		reportWords: WordSet(`sagte teilte erklarte berichtete meldete`),
	}
}

// germanDays adds the compounds to the days: "Dienstagabend".
func germanDays() map[string]int {
	out := numbered(`montag mo; dienstag di; mittwoch mi; donnerstag do; freitag fr; samstag sonnabend sa; sonntag so`)
	for day, n := range numbered(`montag; dienstag; mittwoch; donnerstag; freitag; samstag; sonntag`) {
		for _, part := range []string{"morgen", "vormittag", "mittag", "nachmittag", "abend", "nacht"} {
			out[day+part] = n
		}
	}
	return out
}

func frenchWords() lexicon {
	return lexicon{
		lang: "fr", dayFirst: true,
		months: numbered(`janvier janv; fevrier fevr; mars; avril avr; mai; juin; juillet juil; aout;
			septembre sept; octobre oct; novembre nov; decembre dec`),
		weekdays:   numbered(`lundi; mardi; mercredi; jeudi; vendredi; samedi; dimanche`),
		of:         WordSet(`de du`),
		to:         WordSet(`au et`),
		article:    WordSet(`le la les l`),
		monthAfter: WordSet(`en depuis fin debut mi`),
		yearAfter:  WordSet(`en depuis de a jusqu`),
		counted:    WordSet(`personnes millions milliards euros dollars ans jours`),
		parts:      valued(map[string]int{"debut": 1, "mi": 5, "fin": 12}),
		seasons:    map[string]string{"printemps": "Spring", "ete": "Summer", "automne": "Autumn", "hiver": "Winter"},
		ordinals:   numbered(`premier; deuxieme; troisieme; quatrieme`),
		daysBeyond: map[string]int{"avant hier": -2, "apres demain": 2},
		days:       valued(map[string]int{"hier": -1, "demain": 1, "aujourd": 0}),
		dayParts:   WordSet(`matin midi soir nuit`),
		shiftsAfter: valued(map[string]int{
			"dernier derniere passe passee": -1, "prochain prochaine": 1,
		}),
		shifts:  valued(map[string]int{"cette": 0}),
		plurals: WordSet(`jours semaines ans annees`),
		units: valued(map[string]unit{
			"heure heures minutes": inHours, "jour jours": inDays, "semaine semaines": inWeeks,
			"mois": inMonths, "an ans annee annees": inYears,
		}),
		numbers: valued(map[string]int{
			"un une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
			"huit": 8, "neuf": 9, "dix": 10,
		}),
		agoLead:      []string{"il", "y", "a"},
		notAfter:     WordSet(`chaque les`),
		leading:      WordSet(`le depuis en au`),
		behindBefore: WordSet(`depuis`),
		clauseStart:  WordSet(`que et mais`),
		aheadWords:   WordSet(`doit doivent va vont prevu prevue prevus prevues prochain prochaine`),
		behindWords:  WordSet(`ont etait etaient avait avaient ete fut`),
		aheadEndings: []string{"era", "ira", "dra", "tra", "ront"},
	}
}

func spanishWords() lexicon {
	return lexicon{
		lang: "es", dayFirst: true,
		months: numbered(`enero; febrero; marzo; abril; mayo; junio; julio; agosto;
			septiembre setiembre; octubre; noviembre; diciembre`),
		weekdays:   numbered(`lunes; martes; miercoles; jueves; viernes; sabado; domingo`),
		of:         WordSet(`de del`),
		to:         WordSet(`al a y`),
		article:    WordSet(`el la los`),
		monthAfter: WordSet(`en desde hasta finales principios mediados`),
		yearAfter:  WordSet(`en desde hasta de ano`),
		counted:    WordSet(`personas millones euros dolares anos dias`),
		parts:      valued(map[string]int{"principios comienzos": 1, "mediados": 5, "finales fines": 9}),
		seasons:    map[string]string{"primavera": "Spring", "verano": "Summer", "otono": "Autumn", "invierno": "Winter"},
		ordinals:   numbered(`primer; segundo; tercer; cuarto`),
		daysBeyond: map[string]int{"pasado manana": 2, "antes de ayer": -2},
		days:       valued(map[string]int{"hoy": 0, "ayer": -1, "anteayer": -2, "manana": 1}),
		shifts:     valued(map[string]int{"pasado pasada ultimo ultima": -1, "este esta": 0, "proximo proxima": 1}),
		shiftsAfter: valued(map[string]int{
			"pasado pasada": -1, "proximo proxima": 1,
		}),
		plurals: WordSet(`dias semanas meses anos`),
		units: valued(map[string]unit{
			"hora horas minutos": inHours, "dia dias": inDays, "semana semanas": inWeeks,
			"mes meses": inMonths, "ano anos": inYears,
		}),
		numbers: valued(map[string]int{
			"un una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
			"ocho": 8, "nueve": 9, "diez": 10,
		}),
		agoLead:       []string{"hace"},
		notAfter:      WordSet(`cada los`),
		leading:       WordSet(`el desde en al proximo`),
		behindBefore:  WordSet(`desde`),
		clauseStart:   WordSet(`que y pero`),
		aheadWords:    WordSet(`va van prevista previsto previstas previstos proximo proxima`),
		behindWords:   WordSet(`fue fueron era eran habia habian ha han`),
		aheadEndings:  []string{"rá", "rán"},
		behindEndings: []string{"ó", "aron", "ieron"},
	}
}
