package feed

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	xhtml "golang.org/x/net/html"
)

// hub is the hub that an answer offers and what the feed is called there, both
// absolute; "" where it offers none. Link headers count before the document
// (section 4).
func (a answer) hub() (hub, topic string) {
	links := map[string]string{}
	for _, header := range a.header.Values("Link") {
		linkHeader(links, header)
	}
	if links["hub"] == "" {
		linkElements(links, a.body)
	}
	hub = resolve(a.address, links["hub"])
	if !isWeb(hub) {
		return "", ""
	}
	if topic = resolve(a.address, links["self"]); !isWeb(topic) {
		topic = a.address
	}
	return hub, topic
}

// headerLink is one link of a Link header (RFC 8288, section 3): its target and
// its parameters. linkRelation finds the relation among these, quoted or not.
var (
	headerLink   = regexp.MustCompile(`<([^>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)`)
	linkRelation = regexp.MustCompile(`(?i);\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))`)
)

// linkHeader takes the links of a Link header.
func linkHeader(links map[string]string, header string) {
	for _, link := range headerLink.FindAllStringSubmatch(header, -1) {
		if rel := linkRelation.FindStringSubmatch(link[2]); rel != nil {
			relate(links, rel[1]+rel[2], link[1])
		}
	}
}

// relate keeps a link under each of its relations. The first of a relation
// counts.
func relate(links map[string]string, relations, target string) {
	for relation := range strings.FieldsSeq(strings.ToLower(relations)) {
		if links[relation] == "" {
			links[relation] = target
		}
	}
}

// headBytes is how much of a document is searched for the links of the feed.
const headBytes = 64 << 10

// linkElements takes the feed's own links: of XML those before the first entry,
// of a JSON Feed its hubs.
func linkElements(links map[string]string, body []byte) {
	if trimmed := bytes.TrimLeft(body, " \t\r\n\ufeff"); bytes.HasPrefix(trimmed, []byte("{")) {
		var doc struct {
			FeedURL string `json:"feed_url"`
			Hubs    []struct{ Type, URL string }
		}
		if json.Unmarshal(trimmed, &doc) != nil {
			return
		}
		links["self"] = doc.FeedURL
		for _, h := range doc.Hubs {
			if strings.EqualFold(h.Type, "websub") {
				relate(links, "hub", h.URL)
			}
		}
		return
	}
	if !bytes.Contains(body[:min(len(body), headBytes)], []byte("hub")) {
		return
	}
	z := xhtml.NewTokenizer(bytes.NewReader(body[:min(len(body), headBytes)]))
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
		default:
			continue
		}
		t := z.Token()
		_, name, prefixed := strings.Cut(t.Data, ":")
		if !prefixed {
			name = t.Data
		}
		if name == "item" || name == "entry" {
			return
		}
		if name != "link" {
			continue
		}
		attr := map[string]string{}
		for _, a := range t.Attr {
			attr[a.Key] = strings.TrimSpace(a.Val)
		}
		relate(links, attr["rel"], attr["href"])
	}
}
