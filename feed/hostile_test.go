package feed

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

// hostile are documents made to exhaust a parser, of about n bytes each.
func hostile() map[string]func(n int) string {
	fill := func(head, unit, tail string) func(int) string {
		return func(n int) string { return head + strings.Repeat(unit, n/len(unit)+1) + tail }
	}
	const item, end = "<rss version='2.0'><channel><title>x</title><item><title>whole</title></item><item>", "</item></channel></rss>"
	const entry, endEntry = "<feed xmlns='http://www.w3.org/2005/Atom'><entry>", "</entry></feed>"
	return map[string]func(int) string{
		"brackets":          fill("<rss><channel><item><title>", "<", "</title></item></channel></rss>"),
		"ampersands":        fill("<rss><channel><item><title>", "&", "</title></item></channel></rss>"),
		"brackets outside":  fill(item, "<", end),
		"deep":              fill(item, "<a>", end),
		"deep in entry":     fill(entry+"<content type='xhtml'>", "<div>", "</content>"+endEntry),
		"deep items":        fill("<rss><channel>", "<items>", "</channel></rss>"),
		"open elements":     fill(item, "<title>", end),
		"open descriptions": fill(item, "<description>x", end),
		"many items":        fill("<rss><channel>", "<item/>", "</channel></rss>"),
		"small items":       fill("<rss><channel>", "<item><title>a</title></item>", "</channel></rss>"),
		"nested items":      fill("<rss><channel>", "<item><title>a</title>", "</channel></rss>"),
		"items of words":    fill("<rss><channel>", "<item><title>a</title><description>"+strings.Repeat("several words ", 230)+"</description></item>", "</channel></rss>"),
		"items of markup":   fill("<rss><channel>", "<item><title>a</title><description>"+strings.Repeat("&lt;p>words &lt;/p>", 180)+"</description></item>", "</channel></rss>"),
		"attributes":        fill("<rss><channel><item><title ", "a='1' ", ">x</title>"+end),
		"unended tags":      fill(item, `<a ="x" ="`, end),
		"unended quotes":    fill(item, `<a b="`, end),
		"namespaces":        fill("<rss ", "xmlns:a='b' ", "><channel></channel></rss>"),
		"namespaces nested": fill("<rss><channel>", "<items xmlns:a='b'>", "</channel></rss>"),
		"one text":          fill(item+"<description>", "word ", "</description>"+end),
		"one markup":        fill(item+"<description><![CDATA[", "<p>word", "]]></description>"+end),
		"one title":         fill(item+"<title>", "<b>w", "</title>"+end),
		"sections":          fill(item+"<description>", "<![CDATA[a]]>", "</description>"+end),
		"open sections":     fill(item+"<description>", "<![CDATA[", "</description>"+end),
		"open comments":     fill(item, "<!--", end),
		"comments":          fill(item, "<!---->", end),
		"doctypes":          fill("", "<!DOCTYPE a [", "<rss/>"),
		"instructions":      fill(item, "<?", end),
		"entities":          fill("<!DOCTYPE r [", `<!ENTITY a "`+strings.Repeat("b", 900)+`">`, "]><rss><channel><item><title>"+strings.Repeat("&a;", 1000)+"</title></item></channel></rss>"),
		"laughs":            func(n int) string { return laughs + strings.Repeat("&l9;", n/4) + "</title></item></channel></rss>" },
		"references":        fill(item+"<description>", "&#x41;", "</description>"+end),
		"long references":   fill(item+"<description>", "&"+strings.Repeat("a", 30), "</description>"+end),
		"controls":          fill(item+"<description>", "\x01", "</description>"+end),
		"odd bytes":         fill(item+"<description>", "\x80", "</description>"+end),
		"categories":        fill(item, "<category>a</category>", end),
		"links":             fill(entry, "<link rel='alternate' href='http://x.example/'/>", endEntry),
		"authors":           fill(entry, "<author><name>a</name></author>", endEntry),
		"channel":           fill("<rss><channel>", "<category>a</category>", "</channel></rss>"),
		"end tags":          fill(item, "</a>", end),
		"bases":             fill("<feed xml:base='http://x.example/'><entry><content type='xhtml'>", "<a xml:base='a/' href='b'>", "</content></entry></feed>"),
		"spaces":            fill("", " ", "<rss/>"),
		"before the root":   fill("", "<br>", "<rss/>"),
		"wide title":        fill(item+"<title>x", "é", "</title>"+end),
		"wide link":         fill(item+"<link>x", "é", "</link>"+end),
		"wide category":     fill(item+"<category>x", "é", "</category>"+end),
		"wide text":         fill(item+"<description>x", "é", "</description>"+end),
		"json":              fill(`{"version":"https://jsonfeed.org/version/1.1","items":[`, `{"id":"1"},`, `{}]}`),
		"json deep":         fill(`{"version":"https://jsonfeed.org/version/1.1","items":`, `[`, ``),
		"json broken":       fill(`{"version":"https://jsonfeed.org/version/1.1","items":[`, `{"id":"1"},`, ``),
		"page":              fill("<html>", "<p>a", ""),
		"base64":            fill(entry+"<content mode='base64'>", "QUFB", "</content>"+endEntry),
	}
}

const laughs = `<!DOCTYPE r [<!ENTITY l0 "ha"><!ENTITY l1 "&l0;&l0;&l0;&l0;&l0;&l0;&l0;&l0;"><!ENTITY l9 "&l1;&l1;&l1;&l1;&l1;&l1;&l1;&l1;">]>` +
	`<rss><channel><item><title>`

// TestHostile: every such document is read or refused, within our limits.
func TestHostile(t *testing.T) {
	for name, document := range hostile() {
		t.Run(name, func(t *testing.T) {
			doc, err := Parse([]byte(document(200_000)), "", testBase, testNow())
			if err == nil && len(doc.Entries) > maxEntries {
				t.Errorf("%d entries", len(doc.Entries))
			}
			whole := func(e news.Entry) bool { return e.Title == "whole" }
			if strings.Contains(document(0), "whole") && !slices.ContainsFunc(doc.Entries, whole) {
				t.Errorf("the whole entry in it is lost: %v", err)
			}
			for _, p := range doc.Problems {
				if strings.Contains(p, "could not be read") {
					t.Error(p)
				}
			}
		})
	}
}

// BenchmarkHostile measures one reading of each, with the most memory that was
// in use meanwhile, the document included.
func BenchmarkHostile(b *testing.B) {
	size := 16 << 20
	if s := os.Getenv("STORYWIRE_HOSTILE"); s != "" {
		if _, err := fmt.Sscan(s, &size); err != nil {
			b.Fatal(err)
		}
	}
	for name, document := range hostile() {
		b.Run(name, func(b *testing.B) {
			body := []byte(document(size))
			debug.FreeOSMemory()
			for b.Loop() {
				peak := watchHeap()
				_, _ = Parse(body, "", testBase, testNow())
				b.ReportMetric(float64(peak())/(1<<20), "peak-MB")
			}
		})
	}
}

func watchHeap() (stop func() uint64) {
	var most atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(done); <-ended; return most.Load() }
}
