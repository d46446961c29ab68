package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// mendJSON mends a JSON Feed that gofeed refuses: raw control characters in
// strings, members of a wrong type, null items, and a document cut off, of
// which the whole items stay.
func mendJSON(b []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(escapeControls(b)))
	d.UseNumber()
	feed := map[string]any{}
	items := []any{}
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return b
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			break
		}
		if name == "items" {
			if items, err = wholeItems(d); err != nil {
				break
			}
			continue
		}
		var value any
		if d.Decode(&value) != nil {
			break
		}
		feed[fmt.Sprint(name)] = value
	}
	feed = wellTyped(feed)
	feed["items"] = items
	out, err := json.Marshal(feed)
	if err != nil {
		return b
	}
	return out
}

// wholeItems reads a list of items as far as it goes.
func wholeItems(d *json.Decoder) ([]any, error) {
	items := []any{}
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return items, fmt.Errorf("items is no list")
	}
	for d.More() && len(items) < maxEntries {
		var item any
		if err := d.Decode(&item); err != nil {
			return items, err
		}
		if m, ok := item.(map[string]any); ok {
			items = append(items, wellTyped(m))
		}
	}
	_, err := d.Token()
	return items, err
}

// wellTyped keeps the members that have, or can be given, the type that JSON
// Feed wants. Members we do not read are left out.
func wellTyped(m map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range m {
		switch name {
		case "version", "title", "home_page_url", "feed_url", "language", "id", "url", "external_url",
			"content_html", "content_text", "summary", "date_published", "date_modified":
			switch value.(type) {
			case string, json.Number:
				out[name] = fmt.Sprint(value)
			}
		case "tags":
			out[name] = words(value)
		case "author", "authors":
			for _, n := range authorNames(value) {
				out["authors"] = append(asList(out["authors"]), map[string]any{"name": n})
			}
		}
	}
	return out
}

func asList(v any) []any {
	l, _ := v.([]any)
	return l
}

// words are the strings in a value that should be a list of them.
func words(v any) []string {
	out := []string{}
	switch v := v.(type) {
	case string:
		for w := range strings.SplitSeq(v, ",") {
			out = append(out, strings.TrimSpace(w))
		}
	case []any:
		for _, w := range v {
			if s, ok := w.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// authorNames are the names in a value that should be an author, or a list of
// them.
func authorNames(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case map[string]any:
		if name, ok := v["name"].(string); ok {
			return []string{name}
		}
	case []any:
		var out []string
		for _, a := range v {
			if _, nested := a.([]any); !nested {
				out = append(out, authorNames(a)...)
			}
		}
		return out
	}
	return nil
}

// escapeControls writes control characters within strings as JSON wants them.
func escapeControls(b []byte) []byte {
	out := make([]byte, 0, len(b)+64)
	quoted, escaped := false, false
	for _, c := range b {
		switch {
		case quoted && c < 0x20:
			out = fmt.Appendf(out, `\u%04x`, c)
			escaped = false
			continue
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		}
		out = append(out, c)
	}
	return out
}

// shortJSON checks that a JSON document calls itself a feed, or is too broken
// to tell, and cuts its list of items to maxEntries.
func shortJSON(b []byte) (short []byte, items int, err error) {
	var feed map[string]json.RawMessage
	var list []json.RawMessage
	if json.Unmarshal(b, &feed) != nil {
		return b, 0, nil
	}
	if json.Unmarshal(feed["items"], &list) != nil || list == nil && !bytes.Contains(feed["version"], []byte("jsonfeed.org")) {
		return nil, 0, &NotFeed{Reason: "the document is JSON, but not a JSON Feed"}
	}
	if len(list) <= maxEntries {
		return b, len(list), nil
	}
	if feed["items"], err = json.Marshal(list[:maxEntries]); err == nil {
		b, err = json.Marshal(feed)
	}
	return b, len(list), err
}
