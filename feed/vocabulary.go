package feed

import (
	"bytes"
	"strings"
)

// vocabulary is a set of elements we know, by the prefix they are written with
// for gofeed; native is the format's own.
type vocabulary string

const (
	native  vocabulary = ""
	unknown vocabulary = "?"
	xhtmlNS vocabulary = "xhtml"
)

// vocabularies are known by the address of their namespace, without its scheme
// and what ends it, since feeds misspell both.
var vocabularies = map[string]vocabulary{
	"www.w3.org/2005/atom": "atom", "purl.org/atom/ns": "atom", "purl.org/atom/app": "app", "www.w3.org/2007/app": "app",
	"example.com/newformat": "atom", "necho.sourceforge.net/2003/07/echo": "atom", "purl.org/echo": "atom",
	"uri/of/echo/namespace": "atom", "purl.org/pie": "atom",
	"backend.userland.com/rss": "rss", "blogs.law.harvard.edu/tech/rss": "rss", "purl.org/rss/1.0": "rss", "purl.org/net/rss1.1": "rss",
	"example.com/rss": "rss", "my.netscape.com/rdf/simple/0.9": "rss", "channel.netscape.com/rdf/simple/0.9": "rss",
	"my.netscape.com/publish/formats/rss-0.9.dtd": "rss", "my.netscape.com/publish/formats/rss-0.91.dtd": "rss",
	"backend.userland.com/rss2": "rss", "backend.userland.com/rss091": "rss", "cyber.law.harvard.edu/rss": "rss",
	"www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
	"purl.org/dc/elements/1.1":            "dc", "purl.org/dc/elements/1.0": "dc", "purl.org/dc/terms": "dcterms",
	"purl.org/rss/1.0/modules/content": "content", "purl.org/rss/1.0/modules/syndication": "sy", "purl.org/rss/1.0/modules/slash": "slash",
	"www.itunes.com/dtds/podcast-1.0.dtd": "itunes", "www.itunes.com/dtds/podcast": "itunes", "example.com/dtds/podcast-1.0.dtd": "itunes",
	"search.yahoo.com/mrss": "media", "video.search.yahoo.com/mrss": "media", "tools.search.yahoo.com/mrss": "media",
	"rssnamespace.org/feedburner/ext/1.0": "feedburner", "www.w3.org/1999/xhtml": xhtmlNS,
}

// prefixes that feeds use without declaring them.
var prefixes = map[string]vocabulary{
	"atom": "atom", "atom10": "atom", "atom03": "atom", "a10": "atom", "dc": "dc", "dcterms": "dcterms", "content": "content", "sy": "sy",
	"itunes": "itunes", "media": "media", "feedburner": "feedburner", "xhtml": xhtmlNS, "rdf": "rdf", "rss": "rss",
}

func vocabularyOf(address string) vocabulary {
	address = strings.ToLower(strings.TrimSpace(address))
	address = strings.TrimPrefix(strings.TrimPrefix(address, "http://"), "https://")
	if v, ok := vocabularies[strings.TrimRight(address, "/#")]; ok {
		return v
	}
	return unknown
}

// binding is a namespace declaration in force.
type binding struct {
	prefix string
	is     vocabulary
}

// role is what is done with an element.
type role int

const (
	dropped   role = iota
	asText         // plain character data
	asMarkup       // a text construct: HTML, or text that may be it
	asDate         //
	asAddress      // text that is an address, relative to xml:base
	asLink         // attributes, or an address as text
	asPerson       // name, e-mail address
	asSource       // the feed an entry was taken from
	asEmpty        // what counts stands in attributes
	asHours        // elements that hold text

	container // holds elements of the level it stands on
	asEntry   //
	asChannel //
)

// meaning says what becomes of an element: what it is, and under which name
// gofeed knows it; "" for its own.
type meaning struct {
	role role
	name string
}

// common are elements of entries and of the feed in all formats, by vocabulary
// and name in lower case. What is not listed we have no use for.
var common = map[vocabulary]map[string]meaning{
	native: {
		"title": {asMarkup, ""}, "link": {asLink, ""}, "category": {asText, ""}, "author": {asPerson, ""}, "id": {asAddress, ""},
		"item": {asEntry, ""}, "entry": {asEntry, ""}, "channel": {asChannel, ""}, "items": {container, ""},
		"content": {asMarkup, ""}, "description": {asMarkup, ""}, "summary": {asMarkup, ""},
		"fullitem": {asMarkup, "content:encoded"}, "body": {asMarkup, "content:encoded"}, "encoded": {asMarkup, "content:encoded"},
		"pubdate": {asDate, ""}, "published": {asDate, ""}, "issued": {asDate, ""}, "updated": {asDate, ""}, "modified": {asDate, ""},
		"created": {asDate, "dcterms:created"}, "date": {asDate, "dc:date"}, "lastbuilddate": {asText, ""},
		"guid": {asAddress, ""}, "source": {asSource, ""}, "enclosure": {asEmpty, ""}, "creator": {asText, "dc:creator"}, "subject": {asText, "dc:subject"},
		"language": {asText, ""}, "ttl": {asText, ""}, "skiphours": {asHours, ""}, "skipdays": {asHours, ""}, "subtitle": {asMarkup, ""}, "tagline": {asMarkup, ""},
		"managingeditor": {asText, ""}, "webmaster": {asText, ""},
	},
	"rss": {"item": {asEntry, ""}, "channel": {asChannel, ""}},
	"atom": {
		"link": {asLink, "atom:link"}, "id": {asAddress, "atom:id"}, "title": {asMarkup, "atom:title"}, "author": {asPerson, "atom:author"},
		"published": {asDate, "atom:published"}, "issued": {asDate, "atom:published"}, "updated": {asDate, "atom:updated"}, "modified": {asDate, "atom:updated"},
		"summary": {asMarkup, "atom:summary"}, "content": {asMarkup, "atom:content"}, "category": {asText, "atom:category"},
	},
	"content": {"encoded": {asMarkup, "content:encoded"}},
	xhtmlNS:   {"body": {asMarkup, "content:encoded"}, "div": {asMarkup, "content:encoded"}},
	"dc": {
		"title": {asMarkup, "dc:title"}, "creator": {asText, "dc:creator"}, "author": {asText, "dc:author"}, "date": {asDate, "dc:date"},
		"subject": {asText, "dc:subject"}, "description": {asMarkup, "dc:description"}, "language": {asText, "dc:language"},
	},
	"dcterms": {
		"created": {asDate, "dcterms:created"}, "issued": {asDate, "dcterms:issued"}, "modified": {asDate, "dcterms:modified"},
	},
	"itunes": {
		"author": {asText, "itunes:author"}, "summary": {asMarkup, "itunes:summary"}, "title": {asMarkup, "itunes:title"}, "keywords": {asText, "itunes:keywords"},
		"category": {asText, "category"},
	},
	"media": {
		"group": {container, ""}, "title": {asMarkup, "media:title"}, "description": {asMarkup, "media:description"},
		"keywords": {asText, "media:keywords"}, "category": {asText, "media:category"},
	},
	"feedburner": {"origlink": {asAddress, "feedburner:origLink"}},
	"sy":         {"updateperiod": {asText, "sy:updatePeriod"}, "updatefrequency": {asText, "sy:updateFrequency"}},
}

// inRSS are Atom's elements where they stand in RSS without their namespace,
// and those of the Channel Definition Format.
var inRSS = map[string]meaning{
	"summary": {asMarkup, "atom:summary"}, "content": {asMarkup, "atom:content"}, "published": {asDate, "atom:published"}, "issued": {asDate, "atom:published"},
	"updated": {asDate, "atom:updated"}, "modified": {asDate, "atom:updated"}, "abstract": {asMarkup, "description"}, "id": {asAddress, "guid"},
}

// inAtom are those of RSS where they stand in Atom without a namespace.
var inAtom = map[string]meaning{
	"description": {asMarkup, "summary"}, "pubdate": {asDate, "published"}, "guid": {asAddress, "id"}, "body": {asMarkup, "content"},
	"fullitem": {asMarkup, "content"}, "encoded": {asMarkup, "content"},
}

// meaningOf tells what an element is in a feed of that format.
func meaningOf(v vocabulary, local []byte, isAtom bool) meaning {
	if bytes.ContainsFunc(local, func(r rune) bool { return r >= 'A' && r <= 'Z' }) {
		local = bytes.ToLower(local)
	}
	other := inRSS
	if isAtom {
		other = inAtom
	}
	if m, ok := other[string(local)]; ok && v == native {
		return m
	}
	m := common[v][string(local)]
	if m.role != dropped && m.name == "" {
		m.name = string(local)
	}
	return m
}
