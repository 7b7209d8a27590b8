package moment

import (
	"slices"
	"strings"
	"time"
)

// reading is what words say of a moment.
type reading struct {
	on      time.Time     // its date
	weekday int           // Monday is 1; 0 = none
	week    int           // 1 = this week, 2 = the next; 0 = none
	after   bool          // never today
	timed   bool          // a clock is named
	clock   int           // minutes since midnight
	loose   bool          // the clock may be one of the afternoon
	bare    bool          // the clock is a number only
	part    int           // of the day
	late    bool          // its end
	elapsed time.Duration // from now
	sure    bool          // its words can only speak of what is to come
}

// dated says that a day is named.
func (m reading) dated() bool { return !m.on.IsZero() || m.weekday > 0 || m.week > 0 }

// with adds what n says, unless one of them has said it before.
func (m reading) with(n reading) (reading, bool) {
	switch {
	case m.elapsed != 0 || n.elapsed != 0, m.timed && n.timed, m.part > 0 && n.part > 0:
		return m, false
	case m.dated() && n.dated() && !(m.weekday > 0) == !(n.weekday > 0):
		return m, false
	}
	if n.timed {
		m.timed, m.clock, m.loose, m.bare = true, n.clock, n.loose, n.bare
	}
	if !n.on.IsZero() {
		m.on = n.on
	}
	m.weekday, m.week, m.part = m.weekday|n.weekday, m.week|n.week, m.part|n.part
	m.after, m.late, m.sure = m.after || n.after, m.late || n.late, m.sure || n.sure
	return m, true
}

// rule makes one token of a row of words. A pattern is kinds in their order: "?" may be missing, "&" must follow but is
// not taken, "!" must not follow. Fillers between them are passed over. A pattern after "~" is not for running text.
type rule struct {
	pattern string
	make    func(s *scan, t []*token) token // t are the words by their place in the pattern; kind 0 = not this
}

// compiled is a rule as it is matched.
type compiled struct {
	make   func(s *scan, t []*token) token
	strict bool // holds in running text
	parts  []element
	must   []kind // of its parts
}

type element struct {
	kind kind
	sign byte // of the pattern; 0 = none
}

var rules = compile(slices.Concat(amounts(), hours(), spans(), dates(), clocks(), days()))

func compile(all []rule) (made []compiled) {
	names := strings.NewReplacer("VALUE", "amount|number|count|some|article|decimal|pair", "UNIT", "minute|days|work|months", "HOUR", "number|count|one", "?", "", "!", "", "&", "")
	for _, r := range all {
		pattern, loose := strings.CutPrefix(r.pattern, "~")
		c := compiled{make: r.make, strict: !loose}
		for text := range strings.FieldsSeq(pattern) {
			e := element{kind: bits(names.Replace(text))}
			if i := strings.IndexAny(text, "?!&"); i >= 0 {
				e.sign = text[i]
			}
			c.parts = append(c.parts, e)
			if e.sign == 0 || e.sign == '&' {
				c.must = append(c.must, e.kind)
			}
		}
		made = append(made, c)
	}
	return made
}

// match puts the words from i on that the rule makes one of into row, and gives where they end; i = it does not match.
func (c *compiled) match(words []token, i int, row []*token) int {
	j := i
	for n, e := range c.parts {
		k := j
		for ; j > i && k < len(words) && words[k].kind&e.kind == 0 && words[k].kind&filler != 0; k++ {
		}
		fits := k < len(words) && words[k].kind&e.kind != 0 && (e.kind != ordinal || words[k].gap == 0)
		row[n] = absent
		switch {
		case e.sign == '!' && fits, e.sign != '!' && e.sign != '?' && !fits:
			return i
		case fits && e.sign != '&':
			row[n], j = &words[k], k+1
		}
	}
	return j
}

// reduce makes pieces of moments of words, by each rule from left to right.
func (s *scan) reduce(rules []compiled, words []token) []token {
	var all kind
	for i := range words {
		all |= words[i].kind
	}
next:
	for r := range rules {
		c := &rules[r]
		if s.strict && !c.strict {
			continue
		}
		for _, must := range c.must {
			if must&all == 0 {
				continue next
			}
		}
		for i := 0; i < len(words); i++ {
			end := c.match(words, i, s.row[:])
			if end == i {
				continue
			}
			if made := c.make(s, s.row[:]); made.word != nil {
				made.from, made.to, made.at, made.next = words[i].from, words[end-1].to, words[i].at, words[end-1].next
				words[i] = made
				words = slices.Delete(words, i+1, end)
				all |= made.kind
			}
		}
	}
	return words
}

// phrase is a moment in words that follow each other.
type phrase struct {
	reading
	from, to int32 // its bytes
	at, next int32 // its first word and the one after it
}

// phrases reads known words that follow each other, and tells whether it passed over some that it could not read.
func (s *scan) phrases(words []token) (all []phrase, clean bool) {
	clean, open := true, false
	for _, t := range s.reduce(rules, slices.Clone(words)) {
		switch {
		case t.kind&piece != 0:
			p := phrase{*t.means, t.from, t.to, t.at, t.next}
			if open {
				last := &all[len(all)-1]
				if m, ok := last.with(*t.means); ok {
					last.reading, last.to, last.next = m, t.to, t.next
					continue
				}
			}
			all, open = append(all, p), true
		case t.kind&filler == 0:
			clean, open = false, false
		}
	}
	return all, clean
}
