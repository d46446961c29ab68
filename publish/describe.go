package publish

import (
	"time"

	"github.com/storywire/storywire/news"
)

// Describe is what a story's page says of itself to programs: a NewsArticle of
// schema.org.
func (s Site) Describe(rev news.Revision) map[string]any {
	rev = cleaned(rev)
	from := []map[string]any{}
	for _, source := range rev.Sources {
		if source.URL != "" {
			from = append(from, map[string]any{
				"@type": "NewsArticle", "headline": source.Title, "url": source.URL,
				"publisher": map[string]any{"@type": "Organization", "name": source.Outlet},
			})
		}
	}
	site := map[string]any{"@type": "Organization", "name": s.Title, "url": s.URL("/")}
	return map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle",
		"headline": rev.Story.Title, "description": Summary(rev),
		"url": s.StoryURL(rev.Story.ID), "mainEntityOfPage": s.StoryURL(rev.Story.ID),
		"datePublished": rev.Story.FirstSeen.UTC().Format(time.RFC3339),
		"dateModified":  rev.Revision.Created.UTC().Format(time.RFC3339),
		"version":       rev.Revision.Number, "author": site, "publisher": site, "isBasedOn": from,
	}
}
