package text

import (
	"regexp"
	"slices"
	"strings"
)

// pageParts are bits of what is about a page or a picture, not news, in small letters,
// each under a word of it that few sentences have; pageNotes the same behind a bracket
// or a slash.
var (
	pageParts = map[string][]string{
		"read": {"read more:", "read more here", "read more about", "read more at", "read more on", "read also", "read the full", "read next"},
		"http": {"http:"}, "https": {"https:"}, "www": {"www."}, "continue": {"continue reading"}, "continuing": {"continue reading"},
		"continues": {"story continues"}, "click": {"click here"}, "sign": {"sign up for", "sign up to our", "sign up to get", "sign up to receive", "sign up here", "sign up now", "sign up today"},
		"subscribe": {"subscribe to", "subscribe now"}, "subscription": {"your subscription"}, "newsletter": {"newsletter"}, "newsletters": {"newsletter"},
		"reserved": {"all rights reserved"}, "copyright": {"copyright"}, "follow": {"follow us on"}, "cookies": {"cookies"}, "javascript": {"javascript"},
		"portrait": {"for a portrait"}, "getty": {"getty images", "/getty"}, "photo": {"photo by", "file photo", "ap photo/", "undated photo", "in this photo"}, "photograph": {"photograph by"},
		"file": {"file -", ", file", "in this file"}, "afp": {"/afp"}, "ap": {"/ap "}, "reuters": {"/reuters"}, "image": {"image source", "image caption", "undated image", "in this image"},
		"contributed": {"contributed to this"}, "contributing": {"contributing to this"}, "reporting": {"reporting by"}, "editing": {"editing by"},
		"pictured": {"pictured:", "pictured above", "pictured below", "pictured left", "pictured right", "is pictured", "are pictured"}, "article": {"this article was", "this article has been"},
		"story": {"this story was", "this story has been"}, "see": {"see also"}, "please": {"please enable"}, "breaking": {"breaking news alert"}, "watch": {"watch the video"},
		"updated": {"being updated"}, "updates": {"live updates"}, "check": {"check back"}, "grab": {"video grab"}, "combination": {"this combination of"},
		"terms": {"terms of use", "terms of service"}, "privacy": {"privacy policy"}, "mail": {"e-mail us"}, "email": {"email us"}, "comment": {"comment was removed"},
		"rules": {"house rules"}, "views": {"views expressed"}, "represent": {"do not represent"}, "reflect": {"not necessarily reflect"}, "transcript": {"full transcript"},
	}
	pageNotes = []string{"(photo", "(image", "(picture", "(file", "(read more", "(ap photo", "(pictured", "(left)", "(right)", "(center)", "(centre)", "(l)", "(r)", "associated press)"}

	// pageStarts open sentences about a page, by their first word.
	pageStarts = map[string][]string{
		"image": {"image:"}, "picture": {"picture:"}, "pictured": {"pictured"}, "watch": {"watch:", "watch the ", "watch live"}, "listen": {"listen:", "listen to ", "listen and "},
		"related": {"related:"}, "more": {"more:", "more on this", "more information about"}, "advertisement": {"advertisement"}, "hide": {"hide caption"}, "show": {"show caption"},
		"embed": {"embed "}, "an": {"an artist's ", "an artist’s ", "an illustration "}, "a": {"a frame grab", "a summary of events ", "a version appeared ", "a version of this "}, "graphic": {"graphic: "},
		"additional": {"additional reporting"}, "writing": {"writing by"}, "graphics": {"graphics by"}, "compiled": {"compiled by"}, "photo": {"photo"}, "photos": {"photo"},
		"photograph": {"photo"}, "skip": {"skip in skip", "skip to "}, "this": {"this image", "this photo", "this undated", "this combination of", "this article", "this page"}, "read": {"read "}, "click": {"click "},
		"subscribe": {"subscribe"}, "follow": {"follow us", "follow @"}, "share": {"share this"}, "our": {"our standards"}, "reporting": {"(reporting"}, "editing": {"(editing"},
		"last": {"last updated"}, "posted": {"posted by"}, "tune": {"tune in"}, "for": {"for more information"}, "download": {"download the"}, "in": {"in this episode"},
		"on": {"on this episode", "on today's episode", "on this week's episode"}, "welcome": {"welcome to "},
	}

	// mailAddress is one for e-mail.
	mailAddress = regexp.MustCompile(`[\w.]@\w+\.\w`)
)

// asker is who speaks next in a chat with readers: "Brook, Keld.: Why".
var asker = regexp.MustCompile(`^(?:[QA]|\p{Lu}[\p{L}.'’ -]{2,24}, (?:\p{Lu}\p{Ll}{2,4}\.?|\p{Lu}\.?\p{Lu}\.?)): `)

// OfPage reports whether s is not news but about the page it stands on: an appeal, a
// credit, a caption, a reader's turn in a chat.
func OfPage(s string) bool {
	if strings.Contains(s, "©") || Caption(s) || strings.Contains(s, "@") && mailAddress.MatchString(s) {
		return true
	}
	return hasPart(s) || hasNote(s) || hasStart(s) || strings.Contains(s[:min(40, len(s))], ": ") && asker.MatchString(s)
}

func hasPart(s string) bool {
	low := ""
	return AnyWord(s, func(w []byte) bool {
		parts := pageParts[string(w)]
		if len(parts) > 0 && low == "" {
			low = strings.ToLower(s)
		}
		return slices.ContainsFunc(parts, func(p string) bool {
			i := strings.Index(low, p)
			return i == 0 || i > 0 && (kind(p[0]) == 0 || kind(low[i-1]) == 0)
		})
	})
}

func hasNote(s string) bool {
	if !strings.ContainsAny(s, "()") {
		return false
	}
	low := strings.ToLower(s)
	return slices.ContainsFunc(pageNotes, func(p string) bool { return strings.Contains(low, p) })
}

func hasStart(s string) bool {
	var starts []string
	AnyWord(s, func(w []byte) bool {
		starts = pageStarts[string(w)]
		return true
	})
	if len(starts) == 0 {
		return false
	}
	low := strings.ToLower(s[:min(40, len(s))])
	return slices.ContainsFunc(starts, func(p string) bool { return strings.HasPrefix(low, p) })
}

// Caption reports whether s describes a picture, as agencies date theirs: "The mayor
// talks to reporters at his home, Thursday, May 1, 2014."
func Caption(s string) bool {
	return strings.Contains(s, "day, ") && captionDate.MatchString(s) ||
		(posed.MatchString(s) || endsDated(s) && shown.MatchString(s)) && !telling.MatchString(s)
}

// endsDated reports whether s has a day at its end that no word leads to:
// "September 30, 2025)." or "Sept. 30".
func endsDated(s string) bool {
	rest, number := lastWord(strings.TrimRight(s, ".)"))
	if len(number) == 4 && strings.HasSuffix(rest, ",") {
		rest, number = lastWord(rest[:len(rest)-1])
	}
	if number == "" || len(number) > 2 || !digits(number) {
		return false
	}
	rest, month := lastWord(rest)
	if !monthNames[month] {
		return false
	}
	_, before := lastWord(rest)
	return !leadsTo[before]
}

// lastWord parts what stands behind the last space of s from the rest.
func lastWord(s string) (rest, word string) {
	at := strings.LastIndexByte(s, ' ')
	return s[:max(0, at)], s[at+1:]
}

var monthNames = WordSet("January February March April May June July August September October November December Jan. Feb. Aug. Sept. Oct. Nov. Dec.")

var leadsTo = WordSet(`on of until till by before after since from to for and or the between through dated past around about`)

var (
	captionDate = regexp.MustCompile(`, (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \p{Lu}\p{Ll}{2,8}\.? \d{1,2}, \d{4}(?:\.|, )`)
	// shown has what is done in pictures, and telling a verb of news, in the past or of
	// speech.
	shown   = regexp.MustCompile(`^[^,;:“"]{0,90}(?:,[^,;:“"]{0,60}, ?| )(?:(?:is|are) (?:seen|pictured|shown|surrounded|escorted|led)|speaks?|looks? (?:on|over|at|out)|waves?|walks?|talks?|stands?|sits?|holds?|listens?|arrives?|appears?|leaves?|gestures?|poses?|smiles?|unveils?|reacts?|attends?|address(?:es)?|watch(?:es)?|works?|battles?|reads?|reports?|rests?|flies|fly|burns?|(?:double-)?checks?|lines?|gathers?|embraces?|hugs?|greets?|shakes?|carry|carries|swirls?|floats?) `)
	telling = regexp.MustCompile(`\b(?:said|says|told|was|were|will|would|has|have|had) `)
	// posed is what nothing but a picture tells.
	posed = regexp.MustCompile(`^[^;:“"]{3,120} (?:poses?|gestures?|smiles?|(?:answers?|takes?) questions) (?:for|at|from|during|with|as|next|in|before|after|while) `)
)
