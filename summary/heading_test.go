package summary

import (
	"strings"
	"testing"
	"time"

	"github.com/storywire/storywire/news"
)

func TestCutsKeepClausesWhole(t *testing.T) {
	const limit = 100
	for s, want := range map[string]string{
		"The high court of Arvenia ruled on March 26, 2025 that the old cross on the quay of Brook may stay, and that the town pays":                                          "The high court of Arvenia ruled on March 26, 2025 that the old cross on the quay of Brook may stay",
		"The ministers asked for a renewed, open inquiry into the loss of the ship, and they promised to pay for all of the costs of it":                                      "The ministers asked for a renewed, open inquiry into the loss of the ship",
		"The flints were left on the floor of a house as old as the stones of Dorsk, and they were laid bare in the spring by a farmer":                                       "The flints were left on the floor of a house as old as the stones of Dorsk",
		"Ministers from Arvenia, Solmar, Keld and Brook signed the charter of the sea, and then sailed home together on the same evening":                                     "Ministers from Arvenia, Solmar, Keld and Brook signed the charter of the sea",
		"Petra Lind said that the new package – which with an earlier one costs some nine million crowns in all – is good for the town":                                       "",
		"Ships from Keld have been told to stay in the harbour for another week because nobody can say whether the mines are gone from it":                                    "Ships from Keld have been told to stay in the harbour for another week",
		"The new order of the council, released on the last day of May by the mayor, who had written it, holds in all of the schools of Keld":                                 "",
		"Petra Lind said she would have won the vote of the town with her message of hope if she had been allowed to stand in it last spring":                                 "",
		"The council of Brook came at last to the belief that if it did nothing at all about the dam, the lower town would be lost in spring":                                 "",
		"Up to nine thousand barrels of oil a day could, in theory, flow from the broken well under the strait for as long as it is open now":                                 "",
		"Facing complaints about its old, slow, and leaking ferries and of growing concerns in the towns of the strait, the line of Keld, the oldest of all, has bought four": "",
		"The party of President Holt won all but a handful of the seats in the vote of the autumn, which Petra Lind called a part of a plan for those to come after him":      "The party of President Holt won all but a handful of the seats in the vote of the autumn",
		"Radio Keld said that one of its reporters, the young Mara Holt, a citizen of Solmar, died in the fire on the quay of Brook on the morning after the blasts in town":  "",
		"Shortly after Anders Holt was sent to prison for nine years and was led away in handcuffs, his speaker told reporters he was the victim of a war on all of his kind": "",
		"The sheriff of Keld said Anders Holt, Petra Lind, Jonas Brook and the reserve warden Marta Vane had been on the bridge at the time of the fall":                      "",
		"The doctors of Keld found the old premier Anders Holt fit to stand in the vote of the autumn nearly three months after he fell from his horse":                       "",
		"The council of Brook, which had met in the old mill of the town all night, proposed a budget that would double the dues of the port":                                 "",
		"The harbour master of Keld opposed laws which the council of Brook had drawn up in the spring for all ships under the flag of Solmar":                                "The harbour master of Keld opposed laws which the council of Brook had drawn up",
		"The speaker of the house in Dorsk, Petra Lind, will by the end of the month force a vote on the old dam and on the new lock above it":                                "",
		"The young envoy of Keld says that the house of Dorsk is to her mind just as much of a fortress as the one in which she was brought up":                               "",
		"In the old town hall of Brook, the young mayor of Keld, Petra Lind, took on May 2 a brave but vain step towards the end of the strike":                               "",
		"The word of the mayor of Keld, which he gave on the steps of the town hall of Brook in March, was the beginning, of a kind, of the end":                              "",
		"The death of a warden from the ninth harbour watch of the town of Keld, announced, with flags at half mast, on the stairs of the hall":                               "",
		"The old premier of Arvenia, Anders Holt, blamed Keld for hiding the spread of the fever until after the visit of the envoy was over":                                 "",
		"The long quarrel between the harbour of Keld and the council of Brook sparked by weeks of strikes, raids and fires, has at last come to an end for this year":        "",
		"The bank of the fishers of Keld and of Brook did not fail in that winter because it was old or small but because nobody would lend to it":                            "",
		"The old and the new owners of the yard, Ada Olander and Jonas Pell, who had not met in years, were seen in the town hall of Brook again":                             "",
		"Nine of the 40 cases of fever found in the town of Keld, Arv., from May 3 to 9 were crew of the old ferry line to Brook and to the outer isles":                      "",
		"The oldest of all tools that were ever found on the shore of the lake of Keld in all of these years date from the time of the ice":                                   "",
		"The keeper of the museum in Keld speaks of the alarming likeness between Arvenia, Solmar in the years before the war, and what came after it":                        "",
	} {
		got, ok := cut(s, limit)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q\n got %q\nwant %q", s, got, want)
		}
	}
}

func TestStopsOfAbbreviationsStay(t *testing.T) {
	for title, want := range map[string]string{
		"Ferries of Keld to sail for the U.S.":       "Ferries of Keld to sail for the U.S.",
		"Dam of Brook to open at 9 a.m. - ":          "Dam of Brook to open at 9 a.m.",
		"Anders Holt Jr.":                            "Anders Holt Jr.",
		"The harbour of Keld is closed.":             "The harbour of Keld is closed",
		"The envoy calls it a beginning, no more...": "The envoy calls it a beginning, no more",
	} {
		if got := cleanTitle(title, "Radio Keld"); got != want {
			t.Errorf("%q gives %q, want %q", title, got, want)
		}
	}
}

func TestClausesWithoutAsides(t *testing.T) {
	for s, want := range map[string]string{
		"A skeleton from the age of bronze, believed to be that of a child, was found in Keld.":      "A skeleton from the age of bronze was found in Keld",
		"The second to fall was Mara Holt, 29, a cook from Brook, Keld.":                             "The second to fall was Mara Holt, 29, a cook from Brook, Keld",
		"Anders Holt, 61, was found well in Keld.":                                                   "Anders Holt was found well in Keld",
		"Up on the wall, a stage was built, and the children of Brook danced.":                       "Up on the wall, a stage was built, and the children of Brook danced",
		"Police, who had looked for the boat of Petra Lind for weeks, said it lay in Brook.":         "Police said it lay in Brook",
		"Most notably, the board of Keld asked that all children, whether ill or not, stay at home.": "",
	} {
		if got := clause(s); got != want {
			t.Errorf("%q\n got %q\nwant %q", s, got, want)
		}
	}
}

func TestHeadingsLeaveOutTheDay(t *testing.T) {
	d := &doc{lang: "en"}
	for s, want := range map[string]string{
		"On July 28, police searched the house.":                          "Police searched the house.",
		"The court ruled on March 26, 2025 that the cross may stay.":      "The court ruled that the cross may stay.",
		"The crowd cheered on the evening of May 2 in Brook.":             "The crowd cheered in Brook.",
		"Olander left Brook early on May 2 by boat.":                      "Olander left Brook by boat.",
		"Soldiers came early on the morning of May 2 local time by boat.": "Soldiers came by boat.",
		"Data released on May 2 showed a rise.":                           "Data released on May 2 showed a rise.",
		"The fair was held on July 3 to 17 in Brook.":                     "The fair was held on July 3 to 17 in Brook.",
	} {
		if got := (&sentence{doc: d, text: s}).timeless(); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
}

func TestOnlySectionHasWholeHeading(t *testing.T) {
	day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	text := "The family of a Brook woman who once stood for the figure on the flour sacks of Keld asked the mill to reconsider its choice to drop that old familiar picture from its goods."
	rev, _ := Write(news.StoryState{Articles: []news.Article{
		{ID: 1, Outlet: "A", Language: "en", Title: "Family of woman on Keld flour sacks asks mill to keep her picture", Text: text, Published: day},
	}}, day, Options{})
	if len(rev.Sections) != 1 || strings.Contains(rev.Sections[0].Heading, "…") {
		t.Errorf("sections %+v", rev.Sections)
	}
}

// A story without headlines is named by a whole clause.
func TestUntitledStoryHasWholeTitle(t *testing.T) {
	day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	text := "The harbour council of Brook granted the old ferry line of Keld another nine years on the strait, which no other line had asked for in the spring. Two crews had left the line."
	rev, _ := Write(news.StoryState{Articles: []news.Article{{ID: 1, Outlet: "A", Language: "en", Text: text, Published: day}}}, day, Options{})
	if want := "The harbour council of Brook granted the old ferry line of Keld another nine years on the strait"; rev.Story.Title != want {
		t.Errorf("title %q", rev.Story.Title)
	}
}
