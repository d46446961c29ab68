// Package eval turns gold data into figures: it runs the real steps over
// labelled articles, stories and timelines and scores what they make of them
// with published measures. It also reads the JSON Lines articles that the
// replay and digest commands take.
package eval
