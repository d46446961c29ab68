package text

// namedDays make a name of the day after them, mastheads of the day before.
var (
	namedDays = WordSet(`black good super cyber bloody ash palm easter holy maundy giving shrove
		sheffield ruby whit freaky small`)
	mastheads = WordSet(`times telegraph mirror express mail post herald independent world night
		politics club league`)
)

// calendarWords are the folded names of days and months and their usual
// abbreviations, in the languages whose dates are read.
var calendarWords = WordSet(`monday tuesday wednesday thursday friday saturday sunday
	january february march april may june july august september october november december
	mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec
	mondays tuesdays wednesdays thursdays fridays saturdays sundays
	montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
	januar jaenner februar marz maerz mai juni juli oktober dezember
	janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
	lundi mardi mercredi jeudi vendredi samedi dimanche
	enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
	lunes martes miercoles jueves viernes sabado domingo`)
