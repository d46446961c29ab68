// Package publish turns revisions into the documents the world reads: Atom,
// RSS and JSON feeds, OPML, the HTML of pages and feed entries, plain text and
// the JSON of the API. It renders purely: no clock, no network, no storage; the
// same stored revision gives the same bytes for ever.
package publish

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Site is where and under which name stories are published.
type Site struct {
	// BaseURL is the absolute address of the site, without a trailing slash.
	// It may change; no permanent id is made of it.
	BaseURL string
	// Instance names this installation in the ids of feeds and entries. It is
	// chosen once and kept: a change makes every entry new to its readers.
	Instance string
	// Since is the date of the ids: a year, a month or a day ("2026",
	// "2026-11"), as RFC 4151 writes it. Like Instance it is kept for ever.
	Since string
	// Title heads the index page and the feed of all stories.
	Title string
	// Hub is the address of a WebSub hub that announces our feeds, or "".
	Hub string
	// Language of the feeds as BCP 47 writes it, "" if it is not one.
	Language string
}

var (
	instanceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	tagDate      = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)
)

// Validate reports what keeps the site from being published under.
func (s Site) Validate() error {
	u, err := url.Parse(s.BaseURL)
	switch {
	case err != nil || WebLink(s.BaseURL) == "" || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("base address %q is not an address such as https://news.example.org", s.BaseURL)
	case strings.HasSuffix(s.BaseURL, "/"):
		return fmt.Errorf("base address %q ends with a slash; leave it out", s.BaseURL)
	case !instanceName.MatchString(s.Instance):
		return fmt.Errorf("instance name %q may hold only letters, digits, '.', '_' and '-'", s.Instance)
	case !tagDate.MatchString(s.Since):
		return fmt.Errorf("date of ids %q is not a year, month or day such as 2026", s.Since)
	case clean(s.Title, maxTitle) == "":
		return errors.New("the site has no title; feeds need one")
	}
	return nil
}

// URL returns the absolute address of a path that starts with a slash.
func (s Site) URL(path string) string { return s.BaseURL + path }

// StoryURL returns the address of a story's page.
func (s Site) StoryURL(story string) string { return s.URL(StoryPath(story)) }

// RevisionURL returns the permanent address of one revision.
func (s Site) RevisionURL(story string, number int) string {
	return s.URL(RevisionPath(story, number))
}

// StoryPath is the path of a story's page below the base address.
func StoryPath(story string) string { return "/s/" + url.PathEscape(story) }

// RevisionPath is the path of a revision's page below the base address.
func RevisionPath(story string, number int) string {
	return StoryPath(story) + "/r/" + strconv.Itoa(number)
}

// CategoryPath is the path of a category's page without the final slash.
func CategoryPath(category string) string { return "/c/" + url.PathEscape(category) }

// EntryID is the permanent id of a revision in every feed: a tag URI
// (RFC 4151) that holds neither the address of the site nor the story's title.
func (s Site) EntryID(story string, number int) string {
	return s.tag(RevisionPath(story, number))
}

// FeedID is the permanent id of the feed below a path ("" for all stories).
func (s Site) FeedID(path string) string { return s.tag(path) }

func (s Site) tag(path string) string {
	return "tag:storywire," + s.Since + ":" + s.Instance + path
}

// founded is the first moment the site's ids are valid for, the date of a feed
// that holds nothing yet.
func (s Site) founded() time.Time {
	date := s.Since + "-01-01"[3*strings.Count(s.Since, "-"):]
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return t
}

// linkEnds escapes what ends a link in text or in an attribute.
var linkEnds = strings.NewReplacer(" ", "%20", `"`, "%22", "<", "%3C", ">", "%3E", "`", "%60")

// WebLink returns address if a browser may safely follow it: absolute, http
// or https, without characters that hide a part of it. Otherwise it returns "".
func WebLink(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	link := linkEnds.Replace(u.String())
	if _, err := url.Parse(link); err != nil || strings.ContainsFunc(link, invisible) {
		return ""
	}
	return link
}
