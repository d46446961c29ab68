package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/storywire/storywire/news"
	"github.com/storywire/storywire/text"
)

// What may be wrong with entries, as Problems says it.
const (
	future     = "a date in the future was taken as now"
	undated    = "no date was given or understood; taken as now"
	noIdentity = "no id was given; the address stands in for it"
	sharedGUID = "an id is shared by different entries; the address stands in for it"
	repeated   = "dropped an entry that the document repeats"
	tooLong    = "a text was cut for its length"
	hidden     = "Google News hides where a link leads; its address stays Google's"
)

// futureSlack is how fast a publisher's clock may be.
const futureSlack = 10 * time.Minute

func (p *build) entry(it item) (news.Entry, found) {
	e := news.Entry{GUID: shortGUID(it.GUID), Title: plainLine(it.Title, maxTitle)}
	if e.URL = throughGoogle(p.address(it)); isGoogleNews(e.URL) {
		p.counts[hidden]++
	}
	e.Author = author(it)
	e.Tags = tags(it.Categories)
	e.Outlet = first(plainLine(it.source, 200), p.outlet)
	e.Text = it.plain
	if p.google { // the content is a list of headlines
		e.Text, it.html = "", ""
	}
	e.Language = first(shortLanguage(it.language), p.lang)
	f := found{guid: e.GUID, title: e.Title, html: sanitise(it.html, first(e.URL, p.base))}
	e.Title, e.Outlet = headline(e.Title, e.Outlet, p.google && it.source == "")
	p.dates(it, &e, &f)
	if e.Title == "" {
		e.Title = opening(e.Text)
	}
	return e, f
}

// address is the entry's page: its link, else what can stand in for one.
func (p *build) address(it item) string {
	candidates := append([]string{extension(it.Extensions, "feedburner", "origLink"), it.Link}, it.Links...)
	candidates = append(candidates, it.link)
	for _, e := range it.Enclosures {
		candidates = append(candidates, e.URL)
	}
	if address := resolve(p.base, first(candidates...)); len(address) <= maxAddress {
		return address
	}
	p.counts[tooLong]++
	return ""
}

// shortGUID keeps an id as it is, or the hash of one that is too long.
func shortGUID(id string) string {
	if id = strings.TrimSpace(id); len(id) <= maxAddress {
		return id
	}
	return hash(id)
}

func author(it item) string {
	var written []string
	for _, a := range it.Authors {
		written = append(written, first(a.Name, a.Email))
	}
	return plainLine(first(it.author, names(written)), 500)
}

// names lists the names of persons.
func names(written []string) string {
	var out []string
	for _, w := range written {
		if name := personName(w); name != "" {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

// mailbox matches a name and a mail address, in either order, one of them in
// brackets.
var mailbox = regexp.MustCompile(`^(?:([^<>@]*?)\s*<\s*(?:mailto:)?\S+@\S+?\s*>|\S+@\S+\s*\(([^()@]+)\)|([^()@]+?)\s*\(\s*\S+@\S+\s*\))$`)

// personName is the name of a person as RSS writes persons, or else the mail
// address.
func personName(written string) string {
	written = strings.TrimSpace(written)
	if m := mailbox.FindStringSubmatch(written); m != nil {
		return first(strings.Trim(m[1], `" `), m[2], m[3], written)
	}
	return written
}

func tags(categories []string) []string {
	var out []string
	for _, c := range categories {
		if c = plainLine(c, 100); c != "" && len(out) < maxTags {
			out = append(out, c)
		}
	}
	return out
}

// read takes the text of an entry: its content, unless there is none to speak
// of and the summary says more. The HTML is kept only if that is wanted.
func (it *item) read(aside texts, r reader) {
	best := aside.get(it.Content)
	it.plain = text.Plain(best)
	for _, other := range []string{it.Description, mediaDescription(it.Item)} {
		const some = 200 // bytes
		other = aside.get(other)
		if other == "" || best != "" && len(other) <= max(some, 2*len(it.plain)) && it.plain != "" {
			continue
		}
		if t := text.Plain(other); best == "" || it.plain == "" && t != "" || len(t) > max(some, 2*len(it.plain)) {
			best, it.plain = other, t
		}
	}
	if r.keepHTML {
		it.html = best
	}
	if r.brief || r.keepHTML {
		it.plain = strings.Clone(strings.ToValidUTF8(it.plain[:min(len(it.plain), 1000)], ""))
	}
	it.Content, it.Description = "", ""
}

// mediaDescription is the text of Media RSS, which video sites use alone.
func mediaDescription(it *gofeed.Item) string {
	return first(extension(it.Extensions, "media", "description"), extension(it.Extensions, "atom", "summary"))
}

// dates fills in when the entry was published and updated, in UTC.
func (p *build) dates(it item, e *news.Entry, f *found) {
	published, updated := when(it.PublishedParsed, it.Published), when(it.UpdatedParsed, it.Updated)
	f.published, f.updated = published, updated
	if published.IsZero() {
		published = updated
	}
	e.Published, e.Updated = latest(p.now, published), latest(p.now, updated)
	switch {
	case published.IsZero():
		e.Published = p.now.UTC()
		p.counts[undated]++
	case published.After(p.now.Add(futureSlack)):
		p.counts[future]++
	}
}

// latest is t, but not later than now.
func latest(now, t time.Time) time.Time {
	if t.After(now) {
		return now.UTC()
	}
	return t
}

// when is a date in UTC, zero if it is missing, not understood or the epoch
// that broken software writes.
func when(parsed *time.Time, written string) time.Time {
	var t time.Time
	if parsed != nil {
		t = parsed.UTC()
	} else {
		t = parseDate(written)
	}
	if t.Year() <= 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// opening is the first words of a text, to stand in for a title.
func opening(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	line = strings.Join(strings.Fields(line), " ")
	r := []rune(line)
	const enough = 100
	if len(r) <= enough {
		return line
	}
	cut := string(r[:enough])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}

// identify gives every entry a GUID and a Key that single it out, and drops
// those the document repeats. A GUID that different entries share is no GUID;
// an address that entries share, or the home page, is no key.
func (p *build) identify(doc *Document) {
	guids, keys := map[string]string{}, map[string]int{}
	shared := map[string]bool{}
	keep := 0
	for i, e := range doc.Entries {
		e.Key = Key(e.URL)
		print := e.Key + "\n" + e.Title
		seen, known := guids[e.GUID]
		if e.GUID != "" && known && seen == print {
			p.counts[repeated]++
			continue
		}
		if known {
			shared[e.GUID] = true
		}
		guids[e.GUID] = print
		keys[e.Key]++
		doc.Entries[keep], doc.found[keep] = e, doc.found[i]
		keep++
	}
	doc.Entries, doc.found = doc.Entries[:keep], doc.found[:keep]
	for i := range doc.Entries {
		e := &doc.Entries[i]
		if keys[e.Key] > 1 || e.Key == p.site {
			e.Key = ""
		}
		switch {
		case e.GUID == "":
			p.counts[noIdentity]++
		case shared[e.GUID]:
			p.counts[sharedGUID]++
		default:
			continue
		}
		e.GUID = first(e.Key, fingerprint(*e, doc.found[i]))
	}
}

// fingerprint names an entry by what it says, for want of an id and of an
// address. A date we filled in is no part of it.
func fingerprint(e news.Entry, f found) string {
	start := e.Text[:min(len(e.Text), 200)]
	return hash(e.Title + "\n" + f.published.Format(time.RFC3339) + "\n" + e.URL + "\n" + start)
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// first is the first string that is more than space, trimmed.
func first(candidates ...string) string {
	for _, s := range candidates {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}
