package publish

import (
	"strings"
	"testing"
	"unicode"
)

// FuzzWebLink holds that whatever becomes a link is an http or https address
// that cannot leave the attribute it stands in.
func FuzzWebLink(f *testing.F) {
	for _, s := range []string{
		"https://a.example/b?c=d&e#f", " http://a.example ", "javascript:alert(1)", "https://a.example/\"><script>",
		"http://[::1]:80/", "//a.example/", "https:a.example", "https://me:secret@a.example/'x'", "http://a.example/\x00\u202e", "https://a b.example/",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		link := WebLink(address)
		if link == "" {
			return
		}
		if !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") {
			t.Errorf("%q became %q", address, link)
		}
		if strings.ContainsAny(link, " \"<>`") || strings.ContainsFunc(link, unicode.IsControl) {
			t.Errorf("%q became %q, which breaks out", address, link)
		}
		if again := WebLink(link); again != link {
			t.Errorf("%q became %q, then %q", address, link, again)
		}
	})
}

// FuzzClean holds that a cleaned line is one safe line within its limit, and
// that cleaning it again changes nothing.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"a  b", "\u202ea\u2028b", "a\x00\xff", strings.Repeat("x", 50), " \ufeff ", "a\u200db"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		const limit = 20
		out := clean(in, limit)
		if n := len([]rune(out)); n > 2*limit { // spaces do not count
			t.Errorf("%q has %d characters", out, n)
		}
		if strings.ContainsFunc(out, invisible) || strings.ContainsAny(out, "\n\t\u2028") || strings.HasPrefix(out, " ") {
			t.Errorf("%q became %q", in, out)
		}
		if again := clean(out, limit+1); again != out {
			t.Errorf("%q became %q, then %q", in, out, again)
		}
	})
}
