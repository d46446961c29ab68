package demo

import "github.com/storywire/storywire/news"

// outlet is an invented publisher.
type outlet struct {
	name, lang string
	about      string
	zone       int // seconds east of UTC
}

// feed is one of its documents.
type feed struct {
	outlet, name string
	format       string // "rss" or "atom"
	about        string
	category     string
}

var outlets = map[string]outlet{
	"halyard":  {"Halyard Wire", "en", "News agency of the northern coasts", 0},
	"courier":  {"The Port Hallam Courier", "en", "Estmere's daily since 1871", 3600},
	"gazette":  {"Stannard Gazette", "en", "The paper of the Corvanian capital", 7200},
	"vpr":      {"Velland Public Radio", "en", "News and culture for all of Velland", 3600},
	"herald":   {"Tern Coast Herald", "en", "The coast, every day, from cliff to quay", 3600},
	"quayside": {"Quayside Business", "en", "Shipping, money and trade", 0},
	"orrery":   {"Orrery", "en", "Science, patiently", 0},
	"bote":     {"Vellander Bote", "de", "Die deutschsprachige Zeitung in Velland", 3600},
}

// feeds is in the order readers are shown them.
var feeds = []feed{
	{"halyard", "world", "rss", "World news", "world"},
	{"halyard", "business", "rss", "Business and markets", "business"},
	{"courier", "front", "atom", "Front page", "world"},
	{"courier", "world", "atom", "World and diplomacy", "world"},
	{"gazette", "news", "rss", "All news", "world"},
	{"vpr", "news", "atom", "News", "world"},
	{"vpr", "culture", "rss", "Culture", "culture"},
	{"herald", "local", "rss", "Local news", "local"},
	{"quayside", "business", "atom", "All stories", "business"},
	{"orrery", "science", "atom", "All articles", "science"},
	{"bote", "nachrichten", "rss", "Nachrichten", "world"},
}

// Feeds lists the newsroom's feeds as served under base, an address such as
// "http://127.0.0.1:8485" without a slash at the end.
func (n *Newsroom) Feeds(base string) []news.Subscription {
	var out []news.Subscription
	for _, f := range feeds {
		out = append(out, news.Subscription{
			URL:        base + f.path(),
			Title:      f.title(),
			SiteURL:    base + "/" + f.outlet + "/",
			Categories: []string{f.category},
		})
	}
	return out
}

// path is the feed's address on the newsroom's server.
func (f feed) path() string { return "/" + f.outlet + "/" + f.name + ".xml" }

// title names the outlet and its section, as most feeds do.
func (f feed) title() string { return outlets[f.outlet].name + " - " + f.about }

// hasFeed reports whether the outlet has a feed of that name.
func hasFeed(outlet, name string) bool {
	for _, f := range feeds {
		if f.outlet == outlet && f.name == name {
			return true
		}
	}
	return false
}

// mainFeed is the first feed of the outlet.
func mainFeed(outlet string) string {
	for _, f := range feeds {
		if f.outlet == outlet {
			return f.name
		}
	}
	return ""
}
