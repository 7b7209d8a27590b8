package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

type mistakeRow struct {
	name string
	text string // added below a minimal config where it begins with a newline
	want []string
}

const minimal = "[slack]\nbot_token = 'x'\n[[account]]\nname = 'a'\nadapter = 'telegraph'\n"

// mistakeRows are one mistake each, with all that is said about it.
func mistakeRows() []mistakeRow {
	return slices.Concat(clockMistakes(), []mistakeRow{
		{"empty file", "", []string{
			"account: there is none, so no customer could be heard: add [[account]] with a name and an adapter",
			"slack.bot_token: it is missing",
		}},
		{"unknown key, near", "\n[store]\npth = 'x'\n", []string{"line 8: store.pth: there is no such key; did you mean path?"}},
		{"unknown key, swapped letters", "\n[http]\nlsiten = 'x'\n", []string{"line 8: http.lsiten: there is no such key; did you mean listen?"}},
		{"unknown key, other dash", "\n[answer]\non-unsure = 'ask'\n", []string{"line 8: answer.on-unsure: there is no such key; did you mean on_unsure?"}},
		{"key that is not there yet", "\n[answer]\nready = 'x'\n", []string{"line 8: answer.ready: there is no such key; known here: hold, approve, on_unsure, patterns, staff, names, initials"}},
		{"pattern that is none", "\n[answer]\npatterns = ['ORD-(']\n", []string{"line 8: answer.patterns: each must be a regular expression, such as 'ORD-[0-9]{6}' in single quotes"}},
		{"language of no kind", "\n[[account]]\nname='b'\nadapter='telegraph'\nlanguage='Dutch!'\n", []string{"line 10: account.language: this must be the tag of a language, such as \"nl\", \"en\" or \"pt-BR\""}},
		{"language of one letter", "\n[[account]]\nname='b'\nadapter='telegraph'\nlanguage='n-BE'\n", []string{"line 10: account.language: this must be the tag of a language, such as \"nl\", \"en\" or \"pt-BR\""}},
		{"language that does not end", "\n[[account]]\nname='b'\nadapter='telegraph'\nlanguage='nl-'\n", []string{"line 10: account.language: this must be the tag of a language, such as \"nl\", \"en\" or \"pt-BR\""}},
		{"reply_mode of no kind", "\n[[account]]\nname='b'\nadapter='telegraph'\nreply_mode='comfirm'\n", []string{"line 10: account.reply_mode: this must be one of direct, confirm, alerts, command; did you mean confirm?"}},
		{"hold too long", "\n[answer]\nhold = '2m'\n", []string{"line 8: answer.hold: this must be a time from \"0s\" to \"60s\""}},
		{"hold without a unit", "\n[answer]\nhold = '10'\n", []string{"line 8: answer.hold: this must be a time from \"0s\" to \"60s\""}},
		{"staff by name", "\n[answer]\nstaff = ['U1A', 'Sanne']\n", []string{"line 8: answer.staff: each must be the id of a Slack person (U…) or user group (S…): in Slack, open the profile or group, then ⋮ and “Copy ID”"}},
		{"name without a person", "\n[answer]\nnames = ['Sanne']\n", []string{"line 8: answer.names: entry 1 of the list: write the id of a person in Slack and the first name: \"U012AB3CD = Sanne\""}},
		{"person named twice", "\n[answer]\nnames = ['U1A = Sanne', 'U1A = Bram']\n", []string{"line 8: answer.names: the same person is named twice: leave one"}},
		{"initials without a person", "\n[answer]\ninitials = ['SB']\n", []string{"line 8: answer.initials: entry 1 of the list: write the id of a person in Slack and the initials: \"U012AB3CD = SB\""}},
		{"initials of a group", "\n[answer]\ninitials = ['U1A = A', 'S1A = SB']\n", []string{"line 8: answer.initials: entry 2 of the list: write the id of a person in Slack and the initials: \"U012AB3CD = SB\""}},
		{"no initials", "\n[answer]\ninitials = ['U1A =']\n", []string{"line 8: answer.initials: entry 1 of the list: initials are one to three letters, without ^ or full stops: \"U012AB3CD = SB\""}},
		{"initials with the sign", "\n[answer]\ninitials = ['U1A = ^SB']\n", []string{"line 8: answer.initials: entry 1 of the list: initials are one to three letters, without ^ or full stops: \"U012AB3CD = SB\""}},
		{"initials that are a name", "\n[answer]\ninitials = ['U1A = Sanne']\n", []string{"line 8: answer.initials: entry 1 of the list: initials are one to three letters, without ^ or full stops: \"U012AB3CD = SB\""}},
		{"initials of one person twice", "\n[answer]\ninitials = ['U1A = SB', 'U1A = SX']\n", []string{"line 8: answer.initials: the same person is there twice: leave one"}},
		{"the same initials", "\n[answer]\ninitials = ['U1A = SB', 'U1B = sb']\n", []string{"line 8: answer.initials: two people have the same initials: nobody could tell who of them wrote an answer"}},
		{"unknown key of an account", "\n[[account]]\nname='b'\nadapter='telegraph'\nkye='k'\n", []string{"line 10: account.kye: there is no such key; did you mean key?"}},
		{"unknown table", "\n[shop]\nx = 1\n", []string{"line 7: shop: there is no such key; known here: account, slack, store, http, answer, hours, nudge"}},
		{"unknown table, near", "\n[[accounts]]\nname='x'\n", []string{"line 7: accounts: there is no such key; did you mean account?"}},
		{"key outside of its table", "post_rate = 1\n" + minimal, []string{"line 1: post_rate: it belongs below [slack]"}},
		{"list of tables for a table", "\n[[store]]\npath='x'\n", []string{"line 7: store: there is only one of it: write [store]"}},
		{"scalar for a table", "store = 'x'\n" + minimal, []string{"line 1: store: this is a table: write [store] on a line of its own and its keys below"}},
		{"table for a list of tables", "[slack]\nbot_token='x'\n[account]\nname='a'\nadapter='telegraph'\n", []string{"line 3: account: there can be several: write [[account]], in double brackets"}},
		{"text for number", "\n[store]\npath = 7\n", []string{"line 8: store.path: this must be a text in quotes, not a number"}},
		{"number for text", "[slack]\nbot_token='x'\npost_rate = '1'\npost_burst = 1.5\n[[account]]\nname='a'\nadapter='telegraph'\n", []string{
			"line 3: slack.post_rate: this must be a number without quotes, not a text in quotes",
			"line 4: slack.post_burst: this must be a whole number without quotes, not a number",
		}},
		{"number too big", "[slack]\nbot_token='x'\npost_burst = 99999999999999999999\n[[account]]\nname='a'\nadapter='telegraph'\n", []string{
			"line 3: slack.post_burst: this number is too big",
		}},
		{"not a number", "[slack]\nbot_token='x'\npost_rate = nan\n[[account]]\nname='a'\nadapter='telegraph'\n", []string{
			"line 3: slack.post_rate: this must be a number such as 1.5",
		}},
		{"problem of the settings", "[slack]\nbot_token='x'\npost_rate = 0\n[[account]]\nname='a'\nadapter='telegraph'\n", []string{
			"line 3: slack.post_rate: this must be more than zero",
		}},
		{"types in an account", "\n[[account]]\nname='b'\nadapter='pigeon'\ntoken=1\nwords='w'\nloud='yes'\nrest=5\n", []string{
			"line 10: account.token: this must be a text in quotes, not a number",
			"line 11: account.words: this must be a list in square brackets, not a text in quotes",
			"line 12: account.loud: this must be true or false, without quotes, not a text in quotes",
			`line 13: account.rest: this must be a time: write a number and a unit in quotes, such as "10s", "15m" or "2h"`,
		}},
		{"more types in an account", "\n[[account]]\nname='b'\nadapter='pigeon'\ntoken='t'\nwords=['w', 2]\nrest='5'\napi_url='ftp://x'\n", []string{
			"line 11: account.words: entry 2 of the list: this must be a text in quotes, not a number",
			`line 12: account.rest: this is no length of time: write a number and a unit in quotes, such as "10s", "15m" or "2h"`,
			"line 13: account.api_url: this must be an https address",
		}},
		{"negative time", "\n[[account]]\nname='b'\nadapter='pigeon'\ntoken='t'\nrest='-5m'\n", []string{"line 11: account.rest: a length of time cannot be negative"}},
		{"missing secret", "\n[[account]]\nname='b'\nadapter='pigeon'\n", []string{"line 7: account.token: it is missing"}},
		{"no name, no adapter", "\n[[account]]\n", []string{
			`line 7: account.name: it is missing: add name = "…"`, `line 7: account.adapter: it is missing: add adapter = "…"`,
		}},
		{"empty name, number as adapter", "\n[[account]]\nname=''\nadapter=1\n", []string{
			"line 8: account.name: it is empty", "line 9: account.adapter: this must be a text in quotes, not a number",
		}},
		{"same name twice", "\n[[account]]\nname='a'\nadapter='telegraph'\n", []string{"line 8: account.name: the account at line 4 has the same name: names must differ"}},
		{"name with capitals", "\n[[account]]\nname='Shop'\nadapter='telegraph'\n", []string{"line 8: account.name: use a to z, 0 to 9 and -, at most 40: it is part of /hook/<name>"}},
		{"name as a path", "\n[[account]]\nname='../x'\nadapter='telegraph'\n", []string{"line 8: account.name: use a to z, 0 to 9 and -, at most 40: it is part of /hook/<name>"}},
		{"unknown adapter, near", "\n[[account]]\nname='b'\nadapter='pidgeon'\n", []string{"line 9: account.adapter: there is no such adapter; did you mean pigeon?"}},
		{"unknown adapter", "\n[[account]]\nname='b'\nadapter='smoke-signals'\n", []string{"line 9: account.adapter: there is no such adapter; there are: pigeon, pole, telegraph"}},
		{"listen without port", "\n[http]\nlisten='localhost'\n", []string{`line 8: http.listen: write an address and a port, such as "127.0.0.1:8080" (this machine only) or ":8080" (everywhere)`}},
		{"listen with a wrong port", "\n[http]\nlisten=':99999'\n", []string{`line 8: http.listen: write an address and a port, such as "127.0.0.1:8080" (this machine only) or ":8080" (everywhere)`}},
		{"webhooks without listen", "\n[[account]]\nname='b'\nadapter='pole'\n", []string{"line 7: account: it hears by POST /hook/<name>, so set listen under [http]"}},
		{"unknown choice", "\n[answer]\non_unsure='aks'\n", []string{"line 8: answer.on_unsure: this must be one of ask, resend, drop; did you mean ask?"}},
		{"unknown zone", "\n[hours]\ntimezone='Amsterdam'\n", []string{`line 8: hours.timezone: there is no such time zone: use an IANA name such as "Europe/Amsterdam" or "UTC"`}},
		{"zone of the machine", "\n[hours]\ntimezone='Local'\n", []string{`line 8: hours.timezone: there is no such time zone: use an IANA name such as "Europe/Amsterdam" or "UTC"`}},
		{"empty path", "\n[store]\npath=' '\n", []string{`line 8: store.path: name the data file, such as "webcare.db"`}},
		{"duty by name", "\n[nudge]\nduty='@team'\n", []string{
			"line 8: nudge.duty: this must be the id of a Slack user group (S…) or person (U…): in Slack, open the group or profile, then ⋮ and “Copy ID”",
		}},
		{"step in single brackets", "\n[nudge]\nduty='S1'\n[nudge.step]\nafter='1m'\n", []string{"line 9: nudge.step: there can be several: write [[nudge.step]], in double brackets"}},
		{"step names nobody set", "\n[[nudge.step]]\nto=['lead|duty']\n", []string{
			"line 8: nudge.step.to: duty is named here, so set duty under [nudge]",
		}},
		{"step names nobody by default", "\n[[nudge.step]]\n", []string{"line 7: nudge.step: the default of to names duty, so set duty under [nudge]"}},
		{"step names a lead who is not set", "\n[nudge]\nduty='S1'\n[[nudge.step]]\nto=['duty','lead']\n", []string{"line 10: nudge.step.to: lead is named here, so set lead under [nudge]"}},
		{"step to a stranger", "\n[[nudge.step]]\nto=['claimed']\n", []string{
			`line 8: nudge.step.to: use claimer, duty and lead, with | between alternatives, such as ["claimer|duty"]; did you mean claimer?`,
		}},
		{"step to nobody", "\n[[nudge.step]]\nto=[]\n", []string{`line 8: nudge.step.to: name somebody, such as ["claimer|duty"]`}},
		{"step at once", "\n[[nudge.step]]\nafter='0s'\nto=['claimer']\nhow='mail'\n", []string{
			`line 8: nudge.step.after: this must be more than zero, such as "15m"`, "line 10: nudge.step.how: this must be one of thread, direct",
		}},
		{"no quotes", "\n[http]\nlisten = localhost\n", []string{`line 8: a text needs quotes around it: key = "text"`}},
		{"no quotes around a number with dots", "\n[http]\nlisten = 127.0.0.1:80\n", []string{`line 8: there is something behind the end of the value: a text needs quotes around it, a remark begins with #`}},
		{"required key without a closing quote", "[slack]\nbot_token = \"abc\nchannel = '#x'\n[[account]]\nname='a'\nadapter='telegraph'\n", []string{"line 2: the closing quote is missing"}},
		{"header without a closing bracket", "[slack\nbot_token = 'x'\n[[account]\nname='a'\nadapter='telegraph'\n", []string{
			"line 1: the closing ] is missing", "line 3: the closing ]] is missing",
		}},
		{"not TOML at all", "\nhello world\nthis: is yaml\n", []string{"line 7: this line should read: key = value", "line 8: this line should read: key = value"}},
		{"value is missing", "\n[store]\npath =\n", []string{"line 8: the value behind = is missing"}},
		{"list without its end", "\n[[nudge.step]]\nto = ['claimer'\nhow = 'thread'\n[http]\nlisten = 7\n", []string{
			"line 9: a list needs commas between its entries and ] at its end", "line 11: http.listen: this must be a text in quotes, not a number",
		}},
		{"Windows path", "\n[store]\npath = \"C:\\Users\\x.db\"\n", []string{`line 8: a backslash means something special in "…": write it twice, or use '…'`}},
		{"set twice", "\n[store]\npath='a'\npath='b'\n", []string{"line 9: store.path: it was already set at line 8: keep one of the two"}},
		{"table twice", "\n[store]\npath='a'\n[http]\n[store]\n", []string{"line 10: store: this table was already there at line 7: put the keys together"}},
		{"table becomes a list", "\n[http]\n[[http]]\n", []string{"line 8: http: it was written as something else above: use [[http]] each time"}},
		{"dotted into a text", "\n[store]\npath='a'\npath.x='b'\n", []string{"line 9: a table or key is defined twice"}},
	})
}

func TestMistakes(t *testing.T) {
	for _, row := range mistakeRows() {
		t.Run(row.name, func(t *testing.T) {
			text := row.text
			if strings.HasPrefix(text, "\n") {
				text = minimal + text
			}
			_, err := Parse("c.toml", []byte(text), newFakeSlack(), fakeKinds())
			m, ok := errors.AsType[*Mistakes](err)
			if !ok {
				t.Fatalf("got %v, want mistakes", err)
			}
			var got []string
			for _, one := range m.List {
				got = append(got, one.String())
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(row.want))
			if !slices.Equal(got, want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	const text = `[slack]
bot_tokn = "xoxb-1"
chanel = "#x"
post_rate = "fast"
[store]
path = webcare.db
[answer]
on_unsure = "never"
[[account]]
name = "acme"
adapter = "telegrph"
[[account]]
name = "acme"
adapter = "pigeon"
token = "env:WEBCARE_TEST_NOT_SET"
api_url = "loft"
`
	_, err := Parse("webcare.toml", []byte(text), newFakeSlack(), fakeKinds())
	const want = `10 mistakes in webcare.toml:
  line 1: slack.bot_token: it is missing
  line 2: slack.bot_tokn: there is no such key; did you mean bot_token?
  line 3: slack.chanel: there is no such key; did you mean channel?
  line 4: slack.post_rate: this must be a number without quotes, not a text in quotes
  line 6: a text needs quotes around it: key = "text"
  line 8: answer.on_unsure: this must be one of ask, resend, drop
  line 11: account.adapter: there is no such adapter; did you mean telegraph?
  line 13: account.name: the account at line 10 has the same name: names must differ
  line 15: account.token: the environment variable WEBCARE_TEST_NOT_SET is not set
  line 16: account.api_url: this must be an https address`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// A secret may stand anywhere: no message repeats a value, whatever is wrong around it.
func TestNoValueIsRepeated(t *testing.T) {
	const canary = "xoxb-canary-7f3a9c2e51d84b60aa"
	broken := []string{
		"%", "%s = 1", "\"%s\" = 1", "[%s]", "[[%s]]", "[%s", "bot_token = %s", "bot_token = \"%s", "bot_token = '%s' x", "bot_token = [\"%s\"", "bot_token = {a = \"%s\"}",
		"channel = \"\\%s\"", "post_rate = \"%s\"", "post_burst = %s", "bot_token.%s = 1", "x.%s = 1", "bot_token = \"%s\"\nbot_token = \"%s\"",
		"[answer]\non_unsure = \"%s\"", "[hours]\ntimezone = \"%s\"", "[hours]\nholidays = \"%s\"\nliberation_day = \"%s\"\ngood_friday = \"%s\"",
		"[hours]\nweek = [\"%s\", \"mon %s\", \"mon %s-%s\", \"mon closed %s\"]\ndays = [\"%s\", \"2026-12-24 %s\", \"%s closed\"]", "[hours]\nweek = \"%s\"\ndays = \"%s\"",
		"[[account]]\nname = \"%s\"\nadapter = \"telegraph\"\nweek = [\"%s\"]\ndays = [\"%s\"]\nsilence = \"%s\"\nclosed_reply = \"%s\"",
		"[[account]]\nname = \"xoxb-canary-7f3a9c2e51d84b60aa\"\nadapter = \"telegraph\"\ndays = [\"2026-12-24 closed\"]\n[slack]\nbot_token = \"%s\"",
		"[http]\nlisten = \"%s\"", "[nudge]\nduty = \"%s\"", "[[nudge.step]]\nafter = \"%s\"\nhow = \"%s\"\nto = [\"%s\"]",
		"[[account]]\nname = \"%s\"\nadapter = \"%s\"", "[[account]]\nname = \"%s\"\nadapter = \"pigeon\"\nrest = \"%s\"\nloud = \"%s\"\nwords = \"%s\"\napi_url = \"%s\"",
		"[[account]]\nname = \"ABC%s\"\nadapter = \"%s\"\n[[account]]\nname = \"ABC%s\"\nadapter = \"%s\"",
	}
	for _, one := range broken {
		for _, before := range []string{"", "[slack]\n"} {
			text := before + strings.ReplaceAll(one, "%s", canary)
			c, err := Parse("c.toml", []byte(text), newFakeSlack(), fakeKinds())
			said := ""
			if err != nil {
				said = err.Error()
			}
			if c != nil {
				said += strings.Join(c.Warnings, " ")
			}
			if strings.Contains(said, canary) || strings.Contains(said, canary[5:]) {
				t.Errorf("%q: %s", text, said)
			}
		}
	}
}

func TestManyMistakes(t *testing.T) {
	_, err := Parse("c.toml", []byte(strings.Repeat("nonsense\n", 1000)), newFakeSlack(), fakeKinds())
	if err == nil || !strings.HasSuffix(err.Error(), "\n  and 952 more") {
		t.Errorf("got %v", err)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"bot_token", "app_token", "channel", "api_url", "post_rate", "post_burst", "to"}
	for _, row := range [][2]string{
		{"bot_token", "bot_token"},
		{"bottoken", "bot_token"},
		{"app-token", "app_token"},
		{"chanel", "channel"},
		{"CHANNEL", "channel"},
		{"apiurl", "api_url"},
		{"post_brust", "post_burst"},
		{"ot", "to"},
		{"completely_else", ""},
		{"", "to"},
		{strings.Repeat("a", 100), ""},
	} {
		if got := nearest(row[0], known); got != row[1] {
			t.Errorf("nearest(%q) = %q, want %q", row[0], got, row[1])
		}
	}
}
