package feed

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// json reads a JSON Feed, some items at a time. What gofeed refuses is mended:
// raw control characters in strings, members of a wrong type, null items, and a
// document cut off, of which the whole items stay.
func (r reader) json(b []byte) (decoded, error) {
	var d decoded
	valid := json.Valid(b)
	if !valid {
		b = escapeControls(b)
	}
	f := jsonFeed{r: r, d: &d, head: map[string]any{}}
	err := f.read(json.NewDecoder(bytes.NewReader(b)))
	version, _ := f.head["version"].(json.RawMessage)
	if valid && !f.listed && !bytes.Contains(version, []byte("jsonfeed.org")) {
		return decoded{}, &NotFeed{Reason: "the document is JSON, but not a JSON Feed"}
	}
	if err != nil && len(d.items) == 0 {
		return decoded{}, fmt.Errorf("the JSON document is broken (%w); tell its publisher", err)
	}
	if err != nil || !valid {
		d.problems = append(d.problems, "the JSON document is broken; took what could be read")
	}
	if f.mended {
		d.problems = append(d.problems, "members of a wrong type were left out or mended")
	}
	if f.items > maxEntries {
		d.problems = append(d.problems, fmt.Sprintf("took the first %d of %d entries", maxEntries, f.items))
	}
	d.truncated = err != nil
	head, err := f.decode(f.head)
	if err != nil {
		return decoded{}, fmt.Errorf("the JSON document cannot be read (%w); tell its publisher", err)
	}
	d.feed = head.feed
	return d, nil
}

// jsonFeed reads a JSON Feed from a stream.
type jsonFeed struct {
	r      reader
	d      *decoded
	head   map[string]any // members but the items
	chunk  []any
	size   int // of the items in it
	items  int
	listed bool // there is a list of items
	mended bool

	garbage collector
}

func (f *jsonFeed) read(dec *json.Decoder) error {
	defer f.flush()
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		if name == "items" {
			if err := f.list(dec); err != nil {
				return err
			}
			continue
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if len(value) <= maxHTML && len(f.head) < maxElements {
			f.head[fmt.Sprint(name)] = value
		}
	}
	_, err := dec.Token()
	return err
}

// list reads the list of items as far as it goes.
func (f *jsonFeed) list(dec *json.Decoder) error {
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return cmp.Or(err, errors.New("items is no list"))
	}
	f.listed = true
	for dec.More() && f.items < maxSeen {
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			return err
		}
		if f.items++; f.items > maxEntries || item[0] != '{' {
			continue
		}
		f.chunk = append(f.chunk, item)
		if f.size += len(item); f.size > chunkSize {
			f.flush()
		}
	}
	_, err := dec.Token()
	return err
}

// flush decodes the items gathered: one by one, and mended, if gofeed refuses
// one of them.
func (f *jsonFeed) flush() {
	chunk := f.chunk
	f.garbage.add(f.size)
	f.chunk, f.size = nil, 0
	if len(chunk) == 0 {
		return
	}
	if part, err := f.decode(map[string]any{"items": chunk}); err == nil {
		f.d.items = append(f.d.items, part.items...)
		return
	}
	f.mended = true
	for _, raw := range chunk {
		item := map[string]any{}
		numbers := json.NewDecoder(bytes.NewReader(raw.(json.RawMessage)))
		numbers.UseNumber()
		if numbers.Decode(&item) != nil {
			continue
		}
		if part, err := f.decode(map[string]any{"items": []any{wellTyped(item)}}); err == nil {
			f.d.items = append(f.d.items, part.items...)
		}
	}
}

// decode runs gofeed on a document, and once more without what it refuses.
func (f *jsonFeed) decode(document map[string]any) (decoded, error) {
	b, err := json.Marshal(document)
	if err != nil {
		return decoded{}, err
	}
	d, err := f.r.decode(b, nil)
	if err == nil || document["items"] != nil {
		return d, err
	}
	f.mended = true
	var plain map[string]any
	if err := json.Unmarshal(b, &plain); err != nil {
		return decoded{}, err
	}
	if b, err = json.Marshal(wellTyped(plain)); err != nil {
		return decoded{}, err
	}
	return f.r.decode(b, nil)
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
