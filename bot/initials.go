package bot

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"webcare/bot/conversation"
	"webcare/store"
)

// Known is what the config says of how customers know people, by Slack id.
type Known struct {
	// Names are first names where they differ from the Slack profile, Initials what public answers are signed with.
	Names, Initials map[string]string
}

// named gives a person the name of the config, where it has one, and the initials that go with it.
func (k Known) named(who conversation.Person) conversation.Person {
	name := k.Names[who.ID]
	if name == "" {
		return who
	}
	first, _ := utf8.DecodeRuneInString(name)
	_, size := utf8.DecodeRuneInString(who.Initials)
	who.Name, who.Initials = name, string(unicode.ToUpper(first))+who.Initials[size:]
	return who
}

// signs is what people sign public answers with, by Slack id. No two have the same, whatever the case; who has some keeps
// them, also when the Slack profile changes, so that they are nobody else's even when their owner has left.
type signs map[string]string

// signsName is where they stand in the store, beside the cursors of the accounts; no account can have this name.
const signsName = "slack.initials"

func readSigns(tx store.Tx) (signs, error) {
	text, err := tx.Cursor(signsName)
	s := signs{}
	for one := range strings.FieldsSeq(text) {
		id, initials, _ := strings.Cut(one, "=")
		s[id] = initials
	}
	return s, err
}

func (s signs) write(tx store.Tx) error {
	var all []string
	for _, id := range slices.Sorted(maps.Keys(s)) {
		all = append(all, id+"="+s[id])
	}
	return tx.SetCursor(signsName, strings.Join(all, " "))
}

// of says who signs with these initials, leaving one person out; "" = nobody.
func (s signs) of(initials, besides string) string {
	for id, own := range s {
		if id != besides && strings.EqualFold(own, initials) {
			return id
		}
	}
	return ""
}

// choose says what somebody signs with: what the config says, else what they had, else the first that is free.
func (s signs) choose(who conversation.Person, config signs) string {
	if settled := config[who.ID]; settled != "" {
		return settled
	}
	free := func(initials string) bool {
		return s.of(initials, who.ID) == "" && config.of(initials, who.ID) == ""
	}
	if had := s[who.ID]; had != "" && free(had) {
		return had
	}
	for initials := range initialsOf(who) {
		if free(initials) {
			return initials
		}
	}
	return "" // there is always one that is free
}

// initialsOf are the initials that would do for a person, the plain ones first: SB, then with a further letter of the
// first name STB, SIB …, then with a number.
func initialsOf(who conversation.Person) iter.Seq[string] {
	plain := []rune(who.Initials)
	first, last := "", ""
	if len(plain) > 0 {
		first = string(plain[0])
	}
	if len(plain) > 1 {
		last = string(plain[len(plain)-1])
	}
	return func(yield func(string) bool) {
		if first != "" && !yield(who.Initials) {
			return
		}
		_, size := utf8.DecodeRuneInString(who.Name)
		for _, r := range who.Name[size:] {
			if first != "" && unicode.IsLetter(r) && !yield(first+string(unicode.ToUpper(r))+last) {
				return
			}
		}
		for n := 2; yield(first + last + strconv.Itoa(n)); n++ {
		}
	}
}

// signed gives somebody who writes where others can read along initials of their own, in the transaction that stores
// what they wrote. Where those are not the plain ones, the desk is told.
func (b *Bot) signed(tx store.Tx, who conversation.Person, l conversation.Limits, now time.Time) (conversation.Person, []born, error) {
	if !who.MaySpeak || !l.Public {
		return who, nil, nil
	}
	all, err := readSigns(tx)
	if err != nil {
		return who, nil, fmt.Errorf("read the initials: %w", err)
	}
	plain, had, config := who.Initials, all[who.ID], signs(b.known.Initials)
	who.Initials = all.choose(who, config)
	if who.Initials == had {
		return who, nil, nil
	}
	if before := all.of(who.Initials, who.ID); before != "" { // the config says so
		delete(all, before)
	}
	all[who.ID] = who.Initials
	if err := all.write(tx); err != nil {
		return who, nil, fmt.Errorf("store the initials: %w", err)
	}
	if config[who.ID] != "" || had == "" && who.Initials == plain {
		return who, nil, nil
	}
	told, err := b.announce(tx, conversation.Notice{
		Kind: conversation.OtherInitials, Name: who.Name, Detail: who.Initials,
		Quote: conversation.Plainly(config.with(signs{who.ID: who.Initials}).line()),
	}, now)
	return who, told, err
}

// with is what the config would say with more in it.
func (s signs) with(more signs) signs {
	all := signs{}
	maps.Copy(all, s)
	maps.Copy(all, more)
	return all
}

// line is how it stands in the config, below [answer].
func (s signs) line() string {
	var all []string
	for _, id := range slices.Sorted(maps.Keys(s)) {
		all = append(all, strconv.Quote(id+" = "+s[id]))
	}
	return "initials = [" + strings.Join(all, ", ") + "]"
}

// Clashes looks for people who would sign alike: those who do, as "SB: Sanne (U1), Stijn (U2)", and the line of the config
// that settles it, for below [answer].
func (k Known) Clashes(people []conversation.Person) (who []string, line string) {
	config, given := signs(k.Initials), signs{}
	alike := map[string][]conversation.Person{}
	for _, p := range slices.SortedFunc(slices.Values(people), func(a, b conversation.Person) int { return cmp.Compare(a.ID, b.ID) }) {
		p = k.named(p)
		sign := cmp.Or(config[p.ID], p.Initials)
		alike[strings.ToUpper(sign)] = append(alike[strings.ToUpper(sign)], p)
		given[p.ID] = given.choose(p, config)
	}
	settled := signs{}
	for _, initials := range slices.Sorted(maps.Keys(alike)) {
		if len(alike[initials]) < 2 {
			continue
		}
		var names []string
		for _, p := range alike[initials] {
			names = append(names, fmt.Sprintf("%s (%s)", oneLine(p.Name), p.ID))
			settled[p.ID] = given[p.ID]
		}
		who = append(who, initials+": "+strings.Join(names, ", "))
	}
	return who, config.with(settled).line()
}
