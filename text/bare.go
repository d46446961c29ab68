package text

import "regexp"

// Bare reports whether what a sentence was cut to ends on a noun that says nothing
// without the words that told which one: "on its way to an area", "it was a day".
func Bare(head string) bool { return bare.MatchString(head[max(0, len(head)-40):]) }

var bare = regexp.MustCompile(`(?i)\b(?:(?:an?|any|some|every|no) (?:area|region|place|point|stage|level|position|situation|state|way|moment|time|day|period|era|year|world|thing|matter|issue|country|company|law|rule|measure|man|woman|person|group|process|system|part|side|case|result|goal|number|series|set|kind|type|sort|fact|idea|sense|step|move|effort|attempt|bid|chance|right|decision|question|need|one)|` +
	`the (?:area|place|point|stage|way|manner|moment|time|day|idea|sense|kind|type|sort|number|fact|step|effort|attempt|bid|chance|ability|right|need|lack|rest|bulk|majority|wake|face|form|brink|verge|cusp|heart|core|beginning|start|result|question|one|ones)|those|that)$`)
