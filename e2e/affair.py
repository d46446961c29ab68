"""An invented affair, told by two invented outlets in three rounds."""

OLD = [
    ("Lorring library opens on Sundays", "The town library of Lorring will open on Sundays from now on, the council said."),
    ("Record pumpkin weighed in Hask", "A pumpkin of 612 kilograms won the autumn fair in Hask, its grower Ada Penn said."),
]

# Each round holds what the first outlet writes and what the second does.
ROUNDS = [
    [
        ("Cargo ship Merle Strand hits Tamsin Bridge",
         "The cargo ship Merle Strand struck the Tamsin Bridge in Port Ellory early on Monday, and the bridge was closed to all traffic.",
         "Two crew members of the Merle Strand were injured, the Port Ellory coastguard said.",
         "Engineers found cracks in the third pillar of the Tamsin Bridge."),
        ("Tamsin Bridge in Port Ellory closed after ship collision",
         "Port Ellory closed the Tamsin Bridge after the freighter Merle Strand ran into its third pillar.",
         "Mayor Ines Calder said that 40,000 commuters cross the Tamsin Bridge every day and would have to use ferries.",
         "The coastguard said the Merle Strand was carrying 9,000 tonnes of gravel."),
    ],
    [
        ("Pilot of the Merle Strand was asleep, inquiry finds",
         "The harbour pilot aboard the Merle Strand had fallen asleep before the ship struck the Tamsin Bridge, investigators said.",
         "Chief investigator Joren Vahl said the pilot had been on duty for 19 hours.",
         "The Ellory Pilots' Union rejected the finding and called for a second inquiry."),
        ("Tamsin Bridge inquiry: pilot on duty for 19 hours",
         "Investigators of the Tamsin Bridge collision said the pilot of the Merle Strand had worked for 19 hours without a break.",
         "The owner of the Merle Strand, Strand Shipping, offered 12 million crowns towards repairs of the Tamsin Bridge.",
         "Mayor Ines Calder called the offer from Strand Shipping an insult."),
    ],
    [
        ("Court orders Strand Shipping to pay for Tamsin Bridge",
         "A court in Port Ellory ordered Strand Shipping to pay 85 million crowns for the repair of the Tamsin Bridge.",
         "Judge Petra Olin said the company had ignored three warnings about tired pilots before the Merle Strand collision.",
         "Strand Shipping said it would appeal."),
        ("Tamsin Bridge to reopen in spring after 85 million crown ruling",
         "The Tamsin Bridge will reopen in spring, Mayor Ines Calder said after a court awarded Port Ellory 85 million crowns.",
         "Repairs of the third pillar of the Tamsin Bridge will take 14 weeks, engineer Boas Renn said.",
         "Strand Shipping, owner of the Merle Strand, has 30 days to appeal."),
    ],
]
