package text

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// paragraph marks where an element breaks the line, apart from the line breaks
// of the source, which mean nothing in HTML.
const paragraph = '\u2029'

// Plain returns the visible text of an HTML fragment: a block element a line,
// entities decoded, runs of spaces as one, no empty lines. Scripts, styles and
// the like are left out. Plain text passes unchanged but for its spaces, a
// stray "<" included. The work is linear in the length of s.
func Plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return joinLines(s, lineBreak)
	}
	p := stripper{tokens: html.NewTokenizer(strings.NewReader(s))}
	p.out.Grow(len(s))
	for p.next() {
	}
	breaks := lineBreak
	if p.tagged {
		breaks = func(r rune) bool { return r == paragraph }
	}
	return joinLines(Unescaped(p.out.String()), breaks)
}

// Unescaped decodes the punctuation marks of a decoded text that was plainly escaped
// twice: nobody writes "it&#039;s" to be read so. What may be written about, "&lt;" and
// "&amp;", stays.
func Unescaped(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return twice.ReplaceAllStringFunc(s, html.UnescapeString)
}

var twice = regexp.MustCompile(`&(?:#(?:0?3[49]|821[1267]|822[01]|8230|160|x2[27]|x201[3489cd])|quot|apos|[lr][sd]quo|[nm]dash|hellip|nbsp);`)

// joinLines ends lines where breaks says so, and nowhere else: runs of spaces
// become one, empty lines none, and what hides in words goes.
func joinLines(s string, breaks func(rune) bool) string {
	if asciiLine(s) == len(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	between := "" // to be written before the next word
	for n := 0; len(s) > 0; s = s[n:] {
		word := s[:asciiLine(s)]
		if n = len(word); n == 0 {
			var r rune
			r, n = utf8.DecodeRuneInString(s)
			switch word = s[:n]; {
			case invisible(r):
				continue
			case breaks(r):
				between = "\n"
				continue
			case unicode.IsSpace(r):
				between = cmp.Or(between, " ")
				continue
			case r == utf8.RuneError:
				word = string(r) // what is not UTF-8 becomes a mark
			}
		}
		if out.Len() > 0 {
			out.WriteString(between)
		}
		between = ""
		out.WriteString(word)
	}
	return out.String()
}

// asciiLine returns how much of s needs no change: words of ASCII with single
// spaces between. Most text is such.
func asciiLine(s string) int {
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < utf8.RuneSelf {
			continue
		} else if c != ' ' || i == 0 || i+1 == len(s) || s[i-1] == ' ' || s[i+1] <= ' ' || s[i+1] >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

// invisible reports what hides in words: soft hyphens, zero-width spaces and
// byte order marks.
func invisible(r rune) bool {
	return r == '\u00ad' || r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == 0
}

// stripper takes the text out of a stream of HTML tokens.
type stripper struct {
	tokens *html.Tokenizer
	out    strings.Builder
	tagged bool      // at least one real element was seen
	hidden atom.Atom // the element whose content is being dropped, 0 if none
	depth  int       // of elements of the same name in it
}

// next handles one token and reports whether there are more.
func (p *stripper) next() bool {
	kind := p.tokens.Next()
	raw := string(p.tokens.Raw()) // before TagName, which rewrites it
	switch kind {
	case html.ErrorToken: // the end; raw is an unfinished tag, "if a <b"
		p.text(raw)
		return false
	case html.TextToken:
		p.text(raw)
	case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
		p.tag(kind, raw)
	}
	return true
}

func (p *stripper) text(raw string) {
	if p.hidden == 0 {
		p.out.WriteString(html.UnescapeString(raw))
	}
}

func (p *stripper) tag(kind html.TokenType, raw string) {
	name, _ := p.tokens.TagName()
	if !tagName(name) || !p.tagged && strings.Contains(raw[1:], "<") { // "<jo@example.com>", "a <b, c < d, e>"
		p.text(raw)
		return
	}
	p.tagged = true
	a := atom.Lookup(name)
	if p.hidden != 0 {
		p.skip(kind, a)
		return
	}
	if kind == html.StartTagToken && hiddenElements[a] {
		p.hidden, p.depth = a, 1
	}
	if breakingElements[a] {
		p.out.WriteRune(paragraph)
	} else if a == atom.Td || a == atom.Th {
		p.out.WriteByte(' ')
	}
}

// skip goes on until the hidden element ends. A head may end without its tag.
func (p *stripper) skip(kind html.TokenType, a atom.Atom) {
	switch {
	case p.hidden == atom.Head && a == atom.Body:
		p.depth = 0
	case a == p.hidden && kind == html.StartTagToken:
		p.depth++
	case a == p.hidden && kind == html.EndTagToken:
		p.depth--
	}
	if p.depth == 0 {
		p.hidden = 0
	}
}

// tagName reports whether name can be that of an element, HTML's own or one
// of another vocabulary.
func tagName(name []byte) bool {
	for _, c := range name {
		if !lower(c) && (c < '0' || c > '9') && c != '-' && c != ':' && c != '_' {
			return false
		}
	}
	return len(name) > 0
}

var hiddenElements = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true,
	atom.Head: true, atom.Iframe: true, atom.Object: true, atom.Svg: true,
	atom.Textarea: true, atom.Select: true, atom.Button: true, atom.Noembed: true,
	atom.Noframes: true,
}

var breakingElements = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true,
	atom.Body: true, atom.Br: true, atom.Caption: true, atom.Center: true, atom.Dd: true,
	atom.Details: true, atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true,
	atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Header: true, atom.Hr: true, atom.Li: true, atom.Main: true, atom.Nav: true,
	atom.Ol: true, atom.P: true, atom.Pre: true, atom.Section: true, atom.Summary: true,
	atom.Table: true, atom.Tbody: true, atom.Tfoot: true, atom.Thead: true, atom.Tr: true,
	atom.Ul: true,
}
