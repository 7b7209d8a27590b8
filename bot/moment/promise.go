package moment

import (
	"regexp"
	"strings"
	"time"
)

// Found is a moment in a text.
type Found struct {
	At time.Time
	// From and To are the bytes of its words.
	From, To int
}

// role is what a word says of the clause it stands in, as a set.
type role uint16

const (
	denies     role = 1 << iota
	refuses         // a clause with it promises nothing: opening hours, habits, wishes, what others said, what might be
	condition       // before the moment, it is no promise yet
	order           // as the first word, the customer is to do it
	customer        // is the customer
	may             // beside the customer, it is what the customer may or must do
	expects         // unless the customer may expect it
	past            // with it, a moment that may lie behind us does
	has             // as well, with a participle
	future          // though not with it
	ours            // we, who works for us, and what they do
	joins           // begins a clause
	bars            // directly before the moment, it is not when something will be done
	throughout      // before "van", it bars nothing
	present         // ends like a verb of the past and is none
)

// contexts are the words that have a role.
func contexts() map[role]string {
	return map[role]string{
		denies: "niet geen nooit niets niks not never cannot can't won't don't doesn't didn't isn't",
		refuses: "open geopend opening openingstijden openingsuren gesloten closed bereikbaar dicht vrij vakantie feestdag holiday holidays elk elke ieder iedere every each altijd always meestal normaal normaliter doorgaans gewoonlijk usually normally typically generally dagelijks daily wekelijks weekly " +
			"zou zouden had hadden would begrijp begrijpen snap understand schreef schrijft zei zegt vroeg wrote said asked mentioned vertelde wilde wanted jarig verjaardag birthday fijne prettige nice lovely please alstublieft alsjeblieft aub svp gelieve druk busy actie aanbieding korting sale discount ends eindigt retourneren ruilen bedenktijd retourtermijn besteld bestelt ordered ordering",
		condition:  "als indien wanneer mocht zodra tenzij if when whenever once unless",
		order:      "laat stuur bel mail app neem kijk check bestel probeer geef meld kom wacht vraag vergeet bewaar reageer bezoek zet lever retourneer graag let send call email reply give contact return try wait order visit bring keep make",
		customer:   "u je jij jullie you",
		may:        "kunt kan kun mag mogen moet moeten dient hoeft can may could must need",
		expects:    "verwachten verwacht expect tegemoet",
		past:       "was waren werd werden ontving ontvingen stuurde stuurden verstuurde verstuurden kreeg kregen ging gingen belde belden mailde mailden bestelde kwam kwamen gaf gaven deed deden lukte bleek moest kon konden bedankt dank thanks thank got were did went came told sent left made been",
		has:        "heb hebt heeft hebben ben bent is zijn",
		future:     "zal zullen zult gaat gaan ga wordt worden word will i'll we'll you'll he'll she'll they'll it'll shall going be being gets gepland ingepland verwacht verwachten voorzien afgesproken scheduled planned expected expect due",
		ours:       "ik we wij i i'll we'll i'm we're ons collega collega's colleague colleagues team monteur bezorger koerier driver courier chauffeur dienst bel belt bellen mail mailt mailen app appen hoort krijgt komt uiterlijk latest",
		joins:      "en and maar but dus so want omdat because dan then than",
		bars:       "sinds since van from of tot until till t/m met through goede goeie good per vorige afgelopen last past",
		throughout: "loop course",
		present:    "indeed speed exceed proceed hundred tegoed",
	}
}

// Promised finds the soonest moment that an answer to a customer promises: when something will be done. These are no
// promises, as far as the words around them tell:
//   - what is over: "gisteren", "last Monday", "2 weeks ago"; with a verb of the past also a day without "next", a date, a
//     part of today ("op 3 januari hebben we … verstuurd"); what lies more than half a year ahead, since it is a date of
//     the year that is over
//   - questions, quotations, what is denied ("lukt morgen niet", but "niet later dan"), what hangs on a condition before it
//     ("als u morgen …"), what others said or would do
//   - what the customer may, must or is asked to do: "u kunt tot maandag …", "please … by Friday", "laat het ons … weten"
//   - opening hours, habits ("elke maandag"), wishes, since and until when, the day of something ("uw mail van maandag")
//   - a time without a day, unless "om", "by" … stands before it and we or a verb of the future are named; a part of the
//     day without a day; a number that is only perhaps a date or an hour
//
// Clauses end where sentences do, at commas and at "en", "but" and the like; two moments with a comma or "en" between
// them are of one clause. A date counts though it is said to be on another day of the week. At most a hundred moments
// and fifty words on each side of one are looked at.
func (r Reader) Promised(text string, now time.Time) (Found, bool) {
	s := r.scan(text, now)
	s.strict = true
	var best Found
	for i, seen := 0, 0; i < len(s.words)-1 && seen < 100; {
		end, tells := s.known(i)
		if tells {
			all, _ := s.phrases(s.words[i:end])
			seen += len(all)
			for _, p := range all {
				if !s.promises(p) {
					continue
				}
				at, why := s.resolve(p.reading)
				if (why == "" || why == WrongDay) && at.After(s.now) && at.Before(s.now.AddDate(0, 6, 0)) && (best.To == 0 || at.Before(best.At)) {
					best = Found{at, int(p.from), int(p.to)}
				}
			}
		}
		i = max(end, i+1)
	}
	return best, best.To > 0
}

// reach is how many words of a moment, and on each side of it, are looked at.
const reach = 50

// known is where the known words from i on end, and whether some of them say when.
func (s *scan) known(i int) (end int, tells bool) {
	for end = i; end < i+reach && s.words[end].kind != 0 && (end == i || s.words[end].gap&(stop|tied) == 0); end++ {
		tells = tells || s.words[end].kind&telling != 0
	}
	return end, tells
}

// promises says that the clause of a moment can be a promise.
func (s *scan) promises(p phrase) bool {
	from, to := int(p.at), int(p.next)
	for from > max(0, int(p.at)-reach) && !s.cut(from) {
		from--
	}
	for to < int(p.next)+reach && !s.cut(to) {
		to++
	}
	var all role
	for k := from; k < to; k++ {
		own := s.words[k].role
		switch {
		case own&condition != 0 && k > int(p.at):
			own &^= condition
		case own&order != 0 && (k > from || s.words[k+1].role&customer != 0):
			own &^= order
		}
		all |= own
	}
	first, last := &s.words[p.at], &s.words[p.next]
	switch {
	case s.asked(int(p.next)), first.gap&tied != 0 || last.gap&tied != 0 || first.gap == 0 || last.gap == 0 && last.kind&dash == 0:
		return false
	case all&(denies|refuses|condition|order) != 0, s.barred(int(p.at)) || last.kind&gone != 0 && last.gap&stop == 0:
		return false
	case all&expects == 0 && s.customers(from, to):
		return false
	case !p.sure && all&future == 0 && (all&past != 0 || s.over(from, to, all)):
		return false
	case quoted(s.text[:p.from]):
		return false
	case p.elapsed != 0, p.dated(), p.late, p.part == closing:
		return true
	}
	return p.timed && !p.bare && all&(ours|future) != 0 && (first.kind|s.words[max(p.at-1, 0)].kind)&before != 0
}

// cut says that a clause ends before word i.
func (s *scan) cut(i int) bool {
	switch w := &s.words[i]; {
	case w.gap&stop != 0, w.role&joins != 0 && w.kind&and == 0:
		return true
	case w.gap&comma == 0 && w.role&joins == 0:
		return false
	}
	next := i
	for next < i+5 && (s.words[next].role&joins != 0 || s.words[next].kind&filler != 0 && s.words[next].kind&telling == 0) {
		next++
	}
	return s.words[i-1].kind&telling == 0 || s.words[next].kind&telling == 0
}

// asked says that the sentence around word i is a question.
func (s *scan) asked(i int) bool {
	for s.words[i].gap&stop == 0 {
		i++
	}
	return s.words[i].gap&question != 0
}

// quoted says that what follows text is a quotation.
func quoted(text string) bool {
	line := strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "&gt;") || strings.Count(line, `"`)%2 == 1 ||
		strings.Count(line, "“")+strings.Count(line, "„") > strings.Count(line, "”")
}

// barred says that the words directly before word i make its moment none that something is done at.
func (s *scan) barred(i int) bool {
	for i--; i >= 0 && s.words[i+1].gap&stop == 0; i-- {
		switch w := &s.words[i]; {
		case w.role&bars != 0:
			return i == 0 || s.words[i-1].role&throughout == 0
		case w.kind&leading == 0:
			return false
		}
	}
	return false
}

// customers says that the words are about what the customer may or must do.
func (s *scan) customers(from, to int) bool {
	for k := from; k+1 < to; k++ {
		a, b := s.words[k].role, s.words[k+1].role
		if a&customer != 0 && (b&may != 0 || s.words[k+1].text == "have" && s.words[k+2].text == "to") || a&may != 0 && b&customer != 0 {
			return true
		}
	}
	return false
}

// over says that a verb among the words tells of the past.
func (s *scan) over(from, to int, all role) bool {
	for i := from; i < to; i++ {
		text := s.text[s.words[i].from:s.words[i].to]
		if len(text) > 4 && s.words[i].role == 0 && strings.HasSuffix(text, "ed") || all&has != 0 && len(text) > 5 && participle.MatchString(text) {
			return true
		}
	}
	return false
}

// participle is what looks like one of the past in Dutch: "verstuurd", "teruggebeld", "ontvangen".
var participle = regexp.MustCompile(`^(?:(?:aan|af|binnen|door|in|mee|na|om|op|over|terug|toe|uit|voor|weg)?ge\pL{2,}(?:d|t|en)|` +
	`(?:be|her|ont|ver)\pL+d|verzonden|ontvangen|besproken|bekeken|vergeten|verloren|vertrokken)$`)
