package moment

import (
	"strconv"
	"strings"
)

// kind is what a word can be in a moment, as a set: "over" stands before a span ("over 2 uur") and between minutes and
// an hour ("kwart over 2").
type kind uint64

// names are the kinds by bit, as the vocabulary and the patterns write them. Examples of those that do not explain
// themselves: on "uiterlijk", at "om", toward "voor" in "vijf voor tien", ahead "over", inside "binnen", gone "gisteren",
// choice "volgende", edge "eind", working "business", meridiem "pm", one "een", some "paar", amount hundredths of one,
// pair "3-12", ordinal "th", elapsed a span of hours, range "maandag t/m vrijdag". Fillers may be passed over; what is
// brief means something else as well, or is written with a full stop; a piece is what rules have read.
var names = strings.Fields(`filler the of on at between after to toward past and or ahead inside now gone
	day weekday brief weekend month part choice this coming edge
	minute days week work working months oclock meridiem noon quarter
	number year count article one half some amount decimal clock pair date ordinal
	piece elapsed range`)

// bits is the set that is written as "day|part".
func bits(text string) (k kind) {
	for i, name := range names {
		if strings.Contains("|"+text+"|", "|"+name+"|") {
			k |= 1 << i
		}
	}
	return k
}

// Kinds that are spoken of outside the vocabulary and the patterns.
var (
	filler, gone, piece, elapsed, amount, dash = bits("filler"), bits("gone"), bits("piece"), bits("elapsed"), bits("amount"), bits("to|filler")
	clock, number, year, decimal, pair, date   = bits("clock"), bits("number"), bits("year"), bits("decimal"), bits("pair"), bits("date")
	minute, work, months, toward, ordinal      = bits("minute"), bits("work"), bits("months"), bits("toward"), bits("ordinal")
	part, weekday, weekend, brief              = bits("part"), bits("weekday"), bits("weekend"), bits("brief")
	ranged, and, before, leading               = bits("range"), bits("and"), bits("at|between|on|after"), bits("the|at|on")
	// telling are the kinds of which a moment holds one at least.
	telling = bits("day|weekday|weekend|month|part|minute|days|work|months|clock|noon|pair|date|oclock|meridiem")
)

// Parts of the day; 0 is none.
const (
	morning = iota + 1
	afternoon
	evening
	night
	closing
)

// word is what the vocabulary knows of a word.
type word struct {
	text string // in lower case, without accents
	kind kind
	n    int  // its number: of a weekday (Monday is 1), of a month, of minutes or days, of a part of the day
	role role // what it says of its clause, see promise.go
	part int8 // the part of the day that a day holds: "maandagochtend"
}

// moments are the words that say when, in lower case and without accents: kinds, a number and words. After a number with
// a plus the words count on from it; those with a comma between them are the same. What stands in several lines is all
// of that, and has the last number.
const moments = `
filler 0 s t aan ca circa ergens iets nog pas al weer early vroeg later remind me mij herinner snooze graag please loop course met
filler|on 0 op on vanaf uiterlijk latest
filler|the 0 de het the
filler|of|or 0 of
filler|of|between 0 van from
filler|between 0 tussen between
filler|at 0 om at by rond around about tegen before omstreeks
filler|at|toward 0 voor
filler|after 0 na after
filler|to 0 tot until till t/m
to|toward 0 to through
past|ahead 0 over
past 0 past
and 0 en and
or 0 or
filler|ahead 0 in
ahead|inside 0 binnen within
now 0 now nu
gone 0 gisteren eergisteren yesterday vorige vorig afgelopen last geleden ago jl
day 0+ vandaag,today,tonight tomorrow overmorgen
day|part 1 morgen
weekday 1+ maandag,monday dinsdag,tuesday woensdag,wednesday donderdag,thursday vrijdag,friday zaterdag,saturday zondag,sunday
brief 1+ ma,mon di,tue,tues wo,wed do,thu,thur,thurs vr,vrij,fri za,zat,sat zo,sun
weekend 6 weekend
month 1+ januari,january februari,february maart,march april mei,may juni,june juli,july augustus,august september oktober,october november december
month|brief 1+ jan feb mrt,mar apr mei jun jul aug sep,sept okt,oct nov dec
part 1+ ochtend,ochtends,morning,morgens middag,middags,namiddag,afternoon avond,avonds,evening,night nacht,nachts eod,cob
noon 720 noon
noon 1440 midnight middernacht
choice|this 1 deze dit this
choice|coming 2 komende komend aanstaande aankomende eerstvolgende a.s coming upcoming
choice 3 volgende volgend next
edge 1+ begin,beginning,start midden,halverwege,mid,medio eind,einde,end
minute 1 min mins minuut minuten minuutje minuutjes minute minutes
minute|quarter 15 kwart kwartier kwartiertje quarter
minute 30 halfuur halfuurtje
minute 60 uren uurtje uurtjes h hr hrs hour hours
minute|oclock 60 uur u
oclock 0 o'clock
meridiem 0 am a.m
meridiem 12 pm p.m
days 1 dag dagen day days
days|week 7 week weken weekje weeks
days 14 fortnight
work 1 werkdag werkdagen workday workdays
working 0 working business
months 1 maand maanden month months
months 12 jaar year years
article 1 an
article|or 1 a
article|one 1 een
half|edge 2 half halve
amount 150 anderhalf anderhalve
some 2 couple
some 3 paar enkele few several
ordinal 0 e de ste st nd rd th
count 1+ one twee,two drie,three vier,four vijf,five zes,six zeven,seven acht,eight negen,nine tien,ten elf,eleven twaalf,twelve
count 14+ veertien,fourteen vijftien,fifteen
count 20 twintig twenty
count 30 dertig thirty`

// vocabulary holds every word that is known; you is a word that is known by its place alone.
var (
	vocabulary = words()
	you        = &word{role: customer}
)

func words() map[string]*word {
	v := map[string]*word{}
	known := func(text string) *word {
		if v[text] == nil {
			v[text] = &word{text: text}
		}
		return v[text]
	}
	for line := range strings.Lines(moments) {
		f := strings.Fields(line)
		for i := 2; i < len(f); i++ {
			n, err := strconv.Atoi(f[1])
			if base, counts := strings.CutSuffix(f[1], "+"); counts {
				n, err = strconv.Atoi(base)
				n += i - 2
			}
			for text := range strings.SplitSeq(f[i], ",") {
				w := known(text)
				w.kind |= bits(f[0])
				if n > 0 && err == nil {
					w.n = n
				}
			}
		}
	}
	parts := map[string]int8{"ochtend": morning, "morgen": morning, "vroeg": morning, "middag": afternoon, "avond": evening}
	for base := range strings.FieldsSeq("vandaag maandag dinsdag woensdag donderdag vrijdag zaterdag zondag morgen overmorgen") {
		for end, p := range parts {
			w := known(strings.TrimSuffix(base, "daag") + end) // "vanmiddag", "maandagmiddag"
			w.kind, w.n, w.part = v[base].kind&^part, v[base].n, p
		}
	}
	known("tonight").part = evening
	for r, texts := range contexts() {
		for text := range strings.FieldsSeq(texts) {
			known(text).role |= r
		}
	}
	return v
}
