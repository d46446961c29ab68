package text

import "testing"

func TestWithoutStamp(t *testing.T) {
	for in, want := range map[string]string{
		"MIAMI (Reuters) - Envoys met on Monday.":                                                           "Envoys met on Monday.",
		"Thursday 23 June 2005 03.09 BST The envoys met.":                                                   "The envoys met.",
		"Envoys leave the hall Friday, July 23, 2010; 7:07 AM KENNER, LA. -- Before they met, it rained.":   "Before they met, it rained.",
		"Envoys meet: report Thu Jul 8, 2010 1:29 am EDT (Reuters) - The envoys met.":                       "The envoys met.",
		"Just as the dam of Brook has cracked for want of care, the old bridge is at risk A pair of swans.": "Just as the dam of Brook has cracked for want of care, the old bridge is at risk.",
		"Envoys still talk about the dam A Brook-based company has said that it will mend it for nothing.":  "A Brook-based company has said that it will mend it for nothing.",
		"Envoys Meet, Woman Says BAKERSFIELD, Calif. (CN) - A company let the envoys in.":                   "A company let the envoys in.",
		"WASHINGTON The envoys met.":              "The envoys met.",
		"DORSK HILLS >> The envoys have not met.": "The envoys have not met.",
		"Thousands of envoys have now come to Brook A senior official of the town has strongly criticised the talks as a waste of time.": "A senior official of the town has strongly criticised the talks as a waste of time.",
		"A dose of vitamin A did no harm to the envoys who had met in Brook for so long that they fell ill.":                             "A dose of vitamin A did no harm to the envoys who had met in Brook for so long that they fell ill.",
		"Officials of the Brook Authority (BA) met envoys.":                                                                              "Officials of the Brook Authority (BA) met envoys.",
		`Photograph: AFP\/Getty The envoys have not met.`:                                                                                "The envoys have not met.",
		`Photograph: Tom Reyl\/AFP\/Getty Images Petra Lind has met nobody.`:                                                             "Petra Lind has met nobody.",
		"Coast guard via AP NEW YORK -- The envoys have not met.":                                                                        "The envoys have not met.",
		"NATO - the alliance - met.": "NATO - the alliance - met.",
		"At 10.31am the envoys met.": "At 10.31am the envoys met.",
	} {
		if got := WithoutStamp(in, "Brook News"); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestOfPage(t *testing.T) {
	for s, want := range map[string]bool{
		"Views expressed in the comments do not represent those of the Herald.":       true,
		"Listen to the latest talk on the dam with Petra Lind.":                       true,
		"Posted by Petra on May 1, 2005 10:03 AM.":                                    true,
		"READ MORE: the envoys met in Brook.":                                         true,
		"In this Thursday file photo, the envoy waits in Brook.":                      true,
		"The mayor of Brook talks to reporters at her home, Thursday, May 1, 2014.":   true,
		"The envoy waits in Brook, Friday, Jan. 9, 2015, before the talks.":           true,
		"The logo of the bank is seen in Brook with the tower behind July 7, 2010.":   true,
		"The mayor of Brook speaks at a rally in Dorsk, Solmar, July 15.":             true,
		"The mayor of Brook said on Thursday, May 1, that the dam would hold.":        false,
		"Petra Lind, mayor of Brook since Thursday, opened the dam on May 1, 2014.":   false,
		"Petra Lind answers questions from reporters in the hall of Brook on May 4.":  true,
		"Petra Lind, head of the council, poses at the opening of the May 2014 fair.": true,
		"Petra Lind, who poses in hats for the papers, said the dam was safe.":        false,
		"The court reads its ruling in the case of the dam on Nov. 3.":                false,
		"The dam broke in the hills of Solmar July 15.":                               false,
		"Hide Caption 2 of 13 Photos: Moments of the dam of Brook in the valley.":     true,
		"Petra Lind stands for a portrait in front of a picture of the dam.":          true,
		"The hall in Brook, where the envoy was beaten, is pictured on Tuesday.":      true,
		"This undated booking photo from Brook shows the man who broke the dam.":      true,
		"A frame grab, taken from a film of the coastguard, shows the dam burst.":     true,
		"Skip in Skip x Embed x Share Police say there are no other dams.":            true,
		"Brook, Keld.: People seem to feel the dam may have been saved.":              true,
		"Q: What was the dam of Brook made of at that time.":                          true,
		"Petra Lind, the mayor: the dam of Brook is made of clay.":                    false,
		"Reading more books would help, the mayor said.":                              false,
	} {
		if got := OfPage(s); got != want {
			t.Errorf("OfPage(%q) = %v", s, got)
		}
	}
}
