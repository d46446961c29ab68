package feed

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"
)

func TestKey(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.Example.com/A/b/?utm_source=x&z=1&a=2#top": "example.com/A/b?a=2&z=1",
		"http://example.com:80/a":                               "example.com/a",
		"https://example.com:8443/a":                            "example.com:8443/a",
		"https://user:pw@example.com/":                          "example.com/",
		"https://example.com":                                   "example.com/",
		"https://example.com/?fbclid=1&at_medium=RSS&CMP=r":     "example.com/",
		"https://example.com/story?id=7&cmp=rss":                "example.com/story?id=7",
		"https://example.com/?rssfeed=7":                        "example.com/?rssfeed=7",
		"https://example.com/a%2Fb":                             "example.com/a%2Fb",
		"mailto:me@example.com":                                 "",
		"/relative":                                             "",
		"":                                                      "",
		"http://[::1":                                           "",
	} {
		if got := Key(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestOutletName(t *testing.T) {
	for title, want := range map[string]string{
		"Example News - World":               "Example News",
		"Example News | World | RSS":         "Example News",
		"World news RSS feed":                "World news",
		"RSS":                                "RSS",
		"Latest news - The Post":             "The Post",
		"Harbour Post: Business":             "Harbour Post",
		"Tal-Bote":                           "Tal-Bote",
		"Die Zeitung » Politik":              "Die Zeitung",
		"":                                   "",
		"The Independent Review of 12:30 am": "The Independent Review of 12:30 am",
	} {
		if got := OutletName(title); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

func TestSanitise(t *testing.T) {
	const base = "https://s.example/dir/page"
	for in, want := range map[string]string{
		"plain & simple":                                "plain &amp; simple",
		"a < b":                                         "a &lt; b",
		`<a href="x">y</a>`:                             `<a href="https://s.example/dir/x" rel="nofollow noopener" target="_blank">y</a>`,
		`<a href="javascript:alert(1)">y</a>`:           `y`,
		`<a href="mailto:me@s.example">y</a>`:           `<a href="mailto:me@s.example" rel="nofollow">y</a>`,
		`<img src="/i.png" onerror="x()">`:              `<img src="https://s.example/i.png"/>`,
		`<img src="data:image/png;base64,AAAA">`:        ``,
		`<p>open`:                                       `<p>open</p>`,
		`</div></div><p>stray</p>`:                      `<p>stray</p>`,
		`<script>x</script><style>y</style>z`:           `z`,
		`<form><input name=a>b</form>`:                  `b`,
		`<iframe src="https://v.example"></iframe>`:     ``,
		`<svg><a xlink:href="javascript:x">s</a></svg>`: `s`,
		`<p style="position:fixed">x</p>`:               `<p>x</p>`,
		`<math><mtext><img src=x onerror=y>`:            `<img src="https://s.example/dir/x"/>`,
	} {
		if got := sanitise(in, base); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// TestParseDate reads lines of "as written = in UTC", "-" for what is no date.
func TestParseDate(t *testing.T) {
	f, err := os.Open("testdata/dates.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		written, want, _ := strings.Cut(s.Text(), " = ")
		got := "-"
		if d := parseDate(written); !d.IsZero() {
			got = d.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", written, got, want)
		}
	}
}

func TestToUTF8(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="%"?><a>é</a>`
	with := func(enc, text string) string {
		return strings.NewReplacer("%", enc, "é", text).Replace(doc)
	}
	for _, c := range []struct {
		name, body, contentType, want string
		problem                       bool
	}{
		{"UTF-8", with("UTF-8", "é"), "", "é", false},
		{"byte order mark", "\xef\xbb\xbf" + with("UTF-8", "é"), "", "é", false},
		{"no declaration", "<a>é</a>", "", "é", false},
		{"latin-1", with("ISO-8859-1", "\xe9"), "", "é", false},
		{"latin-1 by header", "<a>\xe9</a>", "text/xml; charset=iso-8859-1", "é", false},
		{"declared latin-1, is UTF-8", with("ISO-8859-1", "é"), "", "é", true},
		{"header latin-1, is UTF-8", "<a>é</a>", "text/xml; charset=iso-8859-1", "é", true},
		{"declared UTF-8, is windows-1252", with("UTF-8", "\x93\xe9\x94"), "", "“é”", true},
		{"Japanese in seven bits", with("ISO-2022-JP", "\x1b$B$\"\x1b(B"), "", "あ", false},
		{"windows-1252 numbers as Unicode", with("UTF-8", "\u0093é\u0094"), "", "“é”", false},
		{"Cyrillic", with("windows-1251", "\xe9"), "", "й", false},
		{"unknown name", with("x-mine", "é"), "", "é", false},
		{"UTF-16 with a mark", "\xff\xfe<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>\x00", "", "é", false},
		{"UTF-16 without", "\x00<\x00?\x00x\x00?\x00>\x00<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>", "", "é", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := toUTF8([]byte(c.body), c.contentType)
			if _, after, _ := strings.Cut(string(got), "<a>"); strings.TrimSuffix(after, "</a>") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if (len(problems) > 0) != c.problem {
				t.Errorf("got problems %q", problems)
			}
		})
	}
}
