package feed

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// benchFeed is an RSS document of 25 entries of about 150 words, as a news site
// writes it: escaped HTML, a summary and a content, names of other vocabularies.
func benchFeed() []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Bench Bugle</title><link>https://bugle.example/</link><description>Synthetic</description><language>en-GB</language>
`)
	for i := range 25 {
		at := time.Date(2026, 2, 1, i%24, 0, 0, 0, time.UTC).Format(time.RFC1123)
		fmt.Fprintf(&b, `<item><title>Council decides matter %d &amp; moves on</title><link>https://bugle.example/2026/02/%d</link>
<guid isPermaLink="false">bugle-%d</guid><pubDate>%s</pubDate><dc:creator>Ann Author</dc:creator><category>town</category>
<media:content url="https://bugle.example/%d.jpg" medium="image"/><description>&lt;p&gt;The council met and decided matter %d.&lt;/p&gt;</description>
<content:encoded><![CDATA[`, i, i, i, at, i, i)
		for p := range 5 {
			fmt.Fprintf(&b, `<p>On day %d the council of the town met again in the <a href="/hall?a=1&amp;b=2">old hall</a>, heard the mayor speak `+
				`for an hour about the bridge, the budget and the &ldquo;new&rdquo; school, and put matter %d off until spring.</p>`+"\n", p, i)
		}
		b.WriteString("]]></content:encoded></item>\n")
	}
	return []byte(b.String() + "</channel></rss>")
}

func BenchmarkGofeed(b *testing.B) {
	body := benchFeed()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gofeed.NewParser().Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	body := benchFeed()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(body, "text/xml; charset=utf-8", "https://bugle.example/feed", testNow()); err != nil {
			b.Fatal(err)
		}
	}
}
