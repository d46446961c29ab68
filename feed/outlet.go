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

// headline takes the name of the outlet off the end of a title, where some feeds
// put it: "Bridge closed - Example News". If the title is all that names the
// outlet, it gives that, too.
func headline(title, outlet string, unnamed bool) (string, string) {
	for _, sep := range []string{" - ", " | ", " – ", " — "} {
		i := strings.LastIndex(title, sep)
		if i <= 0 {
			continue
		}
		head, tail := strings.TrimSpace(title[:i]), strings.TrimSpace(title[i+len(sep):])
		if unnamed && sep == " - " && tail != "" {
			return head, tail
		}
		if strings.EqualFold(tail, outlet) {
			return head, outlet
		}
	}
	return title, outlet
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
