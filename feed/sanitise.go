package feed

import (
	"html"
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// policy is what HTML of others may contain. It is built once and only read.
var policy = newPolicy()

// newPolicy allows text markup, tables, lists, images and links to the web or
// to mail; links carry rel="nofollow noopener".
func newPolicy() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}

// sanitise makes HTML of others safe to show: balanced, every address in it
// absolute, and nothing left that runs, frames or submits. base is the address
// of the page it is from.
func sanitise(fragment, base string) string {
	if strings.TrimSpace(fragment) == "" {
		return ""
	}
	if !strings.ContainsAny(fragment, "<&") {
		return html.EscapeString(strings.TrimSpace(fragment))
	}
	body := &xhtml.Node{Type: xhtml.ElementNode, DataAtom: atom.Body, Data: "body"}
	nodes, err := xhtml.ParseFragment(strings.NewReader(fragment), body)
	if err != nil { // nested too deep
		return strings.TrimSpace(policy.Sanitize(fragment))
	}
	var out strings.Builder
	for _, n := range nodes {
		if base = rebase(n, base); xhtml.Render(&out, n) != nil {
			return ""
		}
	}
	return strings.TrimSpace(policy.Sanitize(strings.Map(visibleHTML, out.String())))
}

// rebase makes the addresses in n absolute and returns the base of what follows
// it, which a <base> changes. An xml:base holds for what is in its element.
func rebase(n *xhtml.Node, base string) string {
	if n.Type != xhtml.ElementNode {
		return base
	}
	within := base
	for _, a := range n.Attr {
		switch {
		case a.Key == "href" && n.DataAtom == atom.Base:
			return first(resolve(base, a.Val), base)
		case a.Key == "xml:base" || a.Key == "base" && a.Namespace == "xml":
			within = first(resolve(base, a.Val), base)
		}
	}
	absolute(n, within)
	for c := range n.ChildNodes() {
		within = rebase(c, within)
	}
	return base
}

// visibleHTML takes out the characters that change how the text after them
// looks, or that a browser must not be given.
func visibleHTML(r rune) rune {
	if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || unicode.IsControl(r) && !unicode.IsSpace(r) {
		return -1
	}
	return r
}

// absolute resolves the addresses in an element's attributes. One that leads
// nowhere is taken out.
func absolute(n *xhtml.Node, base string) {
	keep := n.Attr[:0]
	for _, a := range n.Attr {
		switch a.Key {
		case "href", "src", "cite":
			if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "mailto:") {
				a.Val = resolve(base, a.Val)
			}
			if a.Val == "" {
				continue
			}
		}
		keep = append(keep, a)
	}
	n.Attr = keep
}
