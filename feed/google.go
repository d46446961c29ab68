package feed

import (
	"encoding/base64"
	varint "encoding/binary"
	"net/url"
	"strings"
)

// isGoogleNews reports whether an address leads to an article by way of Google
// News.
func isGoogleNews(address string) bool {
	_, ok := googleID(address)
	return ok
}

// googleID is the name of an article in an address of Google News.
func googleID(address string) (string, bool) {
	rest, ok := strings.CutPrefix(Key(address), "news.google.com/")
	if !ok {
		return "", false
	}
	rest, _, _ = strings.Cut(strings.TrimPrefix(rest, "rss/"), "?")
	for _, kind := range []string{"articles/", "read/"} {
		if id, ok := strings.CutPrefix(rest, kind); ok && id != "" {
			return id, true
		}
	}
	return "", false
}

// throughGoogle is where an address of Google News leads, as far as the address
// itself says it; any other stays as it is. Until 2024 the name of an article
// was a protocol buffer in base64 whose fourth field is the address; since then
// the field holds a key that only Google can look up, and the link stays
// Google's.
func throughGoogle(address string) string {
	id, ok := googleID(address)
	if !ok {
		return address
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(id, "="))
	if err != nil {
		return address
	}
	for len(b) > 0 {
		field, value, rest := protoField(b)
		if target, err := url.Parse(value); field == 4 && err == nil && isWebURL(target) {
			return value
		}
		b = rest
	}
	return address
}

// protoField reads a field of a protocol buffer, a number or a string; of what
// is neither it leaves no rest.
func protoField(b []byte) (field uint64, value string, rest []byte) {
	key, n := varint.Uvarint(b)
	b = b[max(n, 0):]
	size, m := varint.Uvarint(b)
	switch {
	case n <= 0 || m <= 0:
		return 0, "", nil
	case key&7 == 0:
		return key >> 3, "", b[m:]
	case key&7 == 2 && size <= uint64(len(b)-m):
		return key >> 3, string(b[m : m+int(size)]), b[m+int(size):]
	}
	return 0, "", nil
}
