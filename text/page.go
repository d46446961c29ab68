package text

import (
	"regexp"
	"strings"
)

// pageWords are those of pageParts by which a sentence is looked at closely.
var pageWords = wordSet(`read continue continuing click sign subscribe subscriber newsletter newsletters rights copyright follow advertisement story cookies
	javascript getty photo photos photograph image images file afp ap reuters contributed contributing reporting editing writing graphics
	compiled associated pictured left right center centre l r article watch listen see related more please breaking video updated check
	artist artist's illustration embed hide show summary version graphic undated grab combination terms privacy mail email comment house standards live views posted podcast page information picture share http
	https www advertising caption enable transcript download`)

// pageParts are bits of what is about a page or a picture, not news, in small letters;
// pageStarts open such sentences.
var (
	pageParts = []string{"http:", "https:", "www.", "read more:", "read more here", "(read more", "read more about", "read more at", "read more on", "read also", "read the full", "read next", "continue reading", "click here",
		"sign up for", "sign up to our", "sign up to get", "sign up to receive", "sign up here", "sign up now", "sign up today", "subscribe to", "subscribe now", "your subscription", "newsletter", "all rights reserved", "copyright", "follow us on",
		"story continues", "cookies", "javascript", "getty images", "/getty", "photo by", "(photo", "photograph by", "file photo", "file -",
		"(file", ", file", "ap photo/", "(ap photo", "/afp", "/ap ", "/reuters", "image source", "image caption", "(image", "(picture", "contributed to this",
		"contributing to this", "reporting by", "editing by", "associated press)", "(pictured", "pictured:", "pictured above", "pictured below", "pictured left", "pictured right", "(left)", "(right)",
		"(center)", "(centre)", "(l)", "(r)", "this article was", "this story was", "this story has been", "this article has been",
		"see also", "please enable", "breaking news alert", "watch the video", "being updated",
		"check back", "undated photo", "undated image", "in this photo", "in this image", "in this file", "video grab",
		"this combination of", "terms of use", "terms of service", "privacy policy", "e-mail us", "email us", "comment was removed", "house rules",
		"views expressed", "do not represent", "not necessarily reflect", "live updates", "full transcript"}
	pageStarts = []string{"image:", "picture:", "pictured", "watch:", "listen:", "related:", "more:", "more on this", "advertisement", "hide caption", "show caption", "embed ", "watch the ", "an artist's ", "an artist’s ", "an illustration ", "a version appeared ", "a version of this ", "graphic: ", "a summary of events ", "additional reporting", "writing by", "graphics by", "compiled by", "photo", "this image", "this photo",
		"this combination of", "read ", "click ", "subscribe", "follow us", "follow @", "this article", "this page", "share this", "our standards",
		"(reporting", "(editing", "(additional", "(writing", "(photo", "last updated", "posted by", "listen to ", "listen and ", "tune in",
		"watch live", "for more information", "download the", "in this episode", "on this episode", "on today's episode", "on this week's episode",
		"welcome to ", "more information about"}

	// mailAddress is one for e-mail.
	mailAddress = regexp.MustCompile(`[\w.]@\w+\.\w`)
)

// OfPage reports whether s is not news but about the page it stands on: an appeal, a
// credit, a caption.
func OfPage(s string) bool {
	if strings.Contains(s, "©") || Caption(s) || strings.Contains(s, "@") && mailAddress.MatchString(s) {
		return true
	}
	if !HasWord(s, pageWords) {
		return false
	}
	s = strings.ToLower(s)
	for _, p := range pageParts {
		if i := strings.Index(s, p); i == 0 || i > 0 && (kind(p[0]) == 0 || kind(s[i-1]) == 0) {
			return true
		}
	}
	for _, p := range pageStarts {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// Caption reports whether s describes a picture, as agencies date theirs: "The mayor
// talks to reporters at his home, Thursday, May 1, 2014."
func Caption(s string) bool {
	return strings.Contains(s, "day, ") && captionDate.MatchString(s) ||
		(strings.HasSuffix(s, ".") || strings.HasSuffix(s, ")")) && endsDated(s) && shown.MatchString(s) && !telling.MatchString(s)
}

// endsDated reports whether s has a day at its end that no word leads to.
func endsDated(s string) bool {
	loc := lastDay.FindStringIndex(s)
	if loc == nil {
		return false
	}
	before := strings.TrimRight(s[:loc[0]], " ")
	return !leadsTo[before[strings.LastIndexByte(before, ' ')+1:]]
}

var leadsTo = wordSet(`on of until till by before after since from to for and or the between through dated past around about`)

var (
	captionDate = regexp.MustCompile(`, (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \p{Lu}\p{Ll}{2,8}\.? \d{1,2}, \d{4}(?:\.|, )`)
	lastDay     = regexp.MustCompile(`\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.) \d{1,2}(?:, \d{4})?\.?\)?\.?$`)
	// shown has what is done in pictures, and telling a verb of news, in the past or of
	// speech.
	shown   = regexp.MustCompile(`^[^,;:“"]{0,90}(?:,[^,;:“"]{0,60}, ?| )(?:(?:is|are) (?:seen|pictured|shown|surrounded|escorted|led)|speaks?|looks? (?:on|over|at|out)|waves?|walks?|talks?|stands?|sits?|holds?|listens?|arrives?|appears?|leaves?|gestures?|poses?|smiles?|unveils?|reacts?|attends?|address(?:es)?|watch(?:es)?|works?|battles?|reads?|reports?|rests?|flies|fly|burns?|(?:double-)?checks?|lines?|gathers?|embraces?|hugs?|greets?|shakes?|carry|carries|swirls?|floats?) `)
	telling = regexp.MustCompile(`\b(?:said|says|told|was|were|will|would|has|have|had) `)
)
