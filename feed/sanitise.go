package feed

import (
	"html"
	"strings"

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
		for d := range n.Descendants() {
			absolute(d, base)
		}
		absolute(n, base)
		if xhtml.Render(&out, n) != nil {
			return ""
		}
	}
	return strings.TrimSpace(policy.Sanitize(out.String()))
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
