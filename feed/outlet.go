package feed

import "strings"

// OutletName is the publisher's name in a feed's title: what stands before
// " - ", " | ", " » " or ": ", without words for the feed itself.
// "Example News - World | RSS" is "Example News".
func OutletName(title string) string {
	title = strings.Join(strings.Fields(title), " ")
	name := title
	for _, sep := range []string{" | ", " » ", " › ", " > ", " – ", " — ", " - ", " :: ", ": "} {
		head, tail, found := strings.Cut(name, sep)
		switch {
		case !found:
		case isFeedWord(head):
			name = tail
		default:
			name = head
		}
	}
	words := strings.Fields(name)
	for len(words) > 1 && isFeedWord(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return title
	}
	return first(strings.TrimRight(strings.Join(words, " "), " -|:,"), title)
}

// isFeedWord reports whether a word names the feed or its place in the site,
// not the publisher.
func isFeedWord(s string) bool {
	switch strings.ToLower(strings.Trim(s, " ()[].")) {
	case "rss", "rss2", "atom", "feed", "feeds", "xml", "rss feed", "latest", "latest news", "top stories",
		"all articles", "all stories", "headlines", "home", "home page", "homepage", "frontpage", "front page":
		return true
	}
	return false
}
