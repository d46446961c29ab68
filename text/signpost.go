package text

import (
	"regexp"
	"strings"
)

// signpost is what an outlet's house style puts in front of a sentence.
var signpost = regexp.MustCompile(`(?i)^(?:why it matters|what to watch|what['’]s next|the big picture|driving the news|between the lines|by the numbers|(?:the )?bottom line|state of play|zoom (?:in|out)|the latest|the backdrop|catch up quick|yes, but|context|background|update|breaking|video|photos?|exclusive|analysis|opinion|fact check|related): *`)

// furniture is what is to be pressed on a page, stuck to the sentence behind it.
var furniture = regexp.MustCompile(`^(?:CLOSE|View Images?|(?:Show|Hide) [Cc]aption|Enlarge [Ii]mage|Play [Vv]ideo) (\p{Lu})`)

// bracketed is a note before a sentence: "(ID: nL71) ".
var bracketed = regexp.MustCompile(`^\([^()]{2,60}\) (\p{Lu})`)

// crosshead is a heading in capitals, stuck to the sentence behind it.
var crosshead = regexp.MustCompile(`^(?:\p{Lu}[\p{Lu}'’&-]* ){2,7}\p{Lu}[\p{Lu}'’&-]+: (\p{Lu})`)

// hourStamp is the time of an entry in a live report: "3.40 pm: ".
var hourStamp = regexp.MustCompile(`^\[?\d{1,2}[.:]\d{2} ?(?:[apAP]\.?[mM]\.?)?` + zone + `\]?(?::| [-–—|]) *(\p{Lu})|^\d{1,2}[.:]\d{2} ?[ap]\.?m\.?` + zone + ` (\p{Lu})`)

// WithoutSignpost leaves out the mark in front of a sentence that tells its place in
// an article or on a page: "Why it matters: ", "VIDEO: ", "View Images ".
func WithoutSignpost(s string) string {
	if s != "" && strings.IndexByte("CEHPSV", s[0]) >= 0 {
		s = furniture.ReplaceAllString(s, "$1")
	}
	if s != "" && (s[0] == '[' || s[0] >= '0' && s[0] <= '9') {
		s = hourStamp.ReplaceAllString(s, "$1$2")
	}
	if s != "" && s[0] == '(' {
		s = bracketed.ReplaceAllString(s, "$1")
	}
	if strings.Contains(s, ": ") {
		s = crosshead.ReplaceAllString(s, "$1")
	}
	if !strings.Contains(s[:min(24, len(s))], ":") {
		return s
	}
	return signpost.ReplaceAllString(s, "")
}
