package bot

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"webcare/bot/conversation"
)

func TestInitialsThatWouldDo(t *testing.T) {
	for _, c := range []struct{ name, initials, want string }{
		{"Stijn", "SB", "SB STB SIB SJB SNB SB2 SB3"},
		{"Jean Pierre", "JPB", "JPB JEB JAB JNB JPB JIB JEB"},
		{"Sanne", "S", "S SA SN SN SE S2 S3"},
		{"Örjan", "ÖE", "ÖE ÖRE ÖJE ÖAE ÖNE ÖE2 ÖE3"},
		{"李小龍", "李", "李 李小 李龍 李2 李3 李4 李5"},
		{"", "AV", "AV AV2 AV3 AV4 AV5 AV6 AV7"},
		{"007", "", "2 3 4 5 6 7 8"},
		{"", "", "2 3 4 5 6 7 8"},
	} {
		var got []string
		for s := range initialsOf(conversation.Person{Name: c.name, Initials: c.initials}) {
			if got = append(got, s); len(got) == 7 {
				break
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s %s: %s, want %s", c.name, c.initials, s, c.want)
		}
	}
}

// Whoever comes, goes and is renamed, and whatever the config says: no two ever sign alike, and who signed once signs the
// same way until the config says otherwise.
func TestNoTwoSignAlike(t *testing.T) {
	ids := []string{"U1", "U2", "U3", "U4", "U5", "U6"}
	letters := rapid.SampledFrom([]string{"SB", "SB", "sb", "S", "STB", "JPB", ""})
	rapid.Check(t, func(t *rapid.T) {
		all, config := signs{}, signs{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			who := conversation.Person{
				ID: rapid.SampledFrom(ids).Draw(t, "who"), Name: rapid.SampledFrom([]string{"Sanne", "Stijn", "Bo", ""}).Draw(t, "name"), Initials: letters.Draw(t, "initials"),
			}
			if rapid.IntRange(0, 3).Draw(t, "config") == 0 {
				id, settled := rapid.SampledFrom(ids).Draw(t, "settled"), rapid.SampledFrom([]string{"SB", "SX", "ST", "STB"}).Draw(t, "as")
				delete(config, id)
				if config.of(settled, id) == "" { // a config in which two have the same is refused
					config[id] = settled
				}
			}
			had := all[who.ID]
			got := all.choose(who, config)
			switch {
			case got == "":
				t.Fatal("somebody has no initials")
			case config[who.ID] != "" && got != config[who.ID]:
				t.Fatalf("%s signs %s, and the config says %s", who.ID, got, config[who.ID])
			case config.of(got, who.ID) != "":
				t.Fatalf("%s signs %s, which the config gives to %s", who.ID, got, config.of(got, who.ID))
			case had != "" && got != had && config[who.ID] == "" && config.of(had, who.ID) == "":
				t.Fatalf("%s signed %s and signs %s now", who.ID, had, got)
			}
			if before := all.of(got, who.ID); before != "" {
				if config[who.ID] == "" {
					t.Fatalf("%s signs %s as %s does", who.ID, got, before)
				}
				delete(all, before)
			}
			all[who.ID] = got
		}
	})
}

func TestClashes(t *testing.T) {
	sanne, stijn := conversation.Person{ID: "U2", Name: "Sanne", Initials: "SB"}, conversation.Person{ID: "U1", Name: "Stijn", Initials: "SB"}
	bram, anna := conversation.Person{ID: "U3", Name: "Bram", Initials: "BV"}, conversation.Person{ID: "U4", Name: "Anna", Initials: "AV"}
	all := []conversation.Person{sanne, stijn, bram, anna}
	for name, c := range map[string]struct {
		known  Known
		people []conversation.Person
		who    []string
		line   string
	}{
		"none":                      {Known{}, []conversation.Person{sanne, bram, anna}, nil, `initials = []`},
		"two":                       {Known{}, all, []string{"SB: Stijn (U1), Sanne (U2)"}, `initials = ["U1 = SB", "U2 = SAB"]`},
		"settled":                   {Known{Initials: map[string]string{"U2": "SBA"}}, all, nil, `initials = ["U2 = SBA"]`},
		"settled badly":             {Known{Initials: map[string]string{"U3": "av"}}, all[1:], []string{"AV: Bram (U3), Anna (U4)"}, `initials = ["U3 = av", "U4 = ANV"]`},
		"settled for somebody else": {Known{Initials: map[string]string{"U9": "SAB"}}, all, []string{"SB: Stijn (U1), Sanne (U2)"}, `initials = ["U1 = SB", "U2 = SNB", "U9 = SAB"]`},
		"by a name":                 {Known{Names: map[string]string{"U3": "Anton"}}, []conversation.Person{bram, {ID: "U5", Name: "Ada", Initials: "AV"}}, []string{"AV: Anton (U3), Ada (U5)"}, `initials = ["U3 = AV", "U5 = ADV"]`},
		"apart by a name":           {Known{Names: map[string]string{"U1": "Tijn"}}, all, nil, `initials = []`},
	} {
		t.Run(name, func(t *testing.T) {
			who, line := c.known.Clashes(c.people)
			if !slices.Equal(who, c.who) || line != c.line {
				t.Errorf("%q %s\nwant %q %s", who, line, c.who, c.line)
			}
		})
	}
}

func TestNamesOfTheConfig(t *testing.T) {
	for _, c := range []struct{ initials, name, want string }{{"SB", "Kim", "KB"}, {"JPB", "éva", "ÉPB"}, {"", "Kim", "K"}, {"SB", "", "SB"}, {"李", "Kim", "K"}} {
		got := Known{Names: map[string]string{"U1": c.name}}.named(conversation.Person{ID: "U1", Name: "Sanne", Initials: c.initials})
		if got.Initials != c.want || got.Name != map[bool]string{true: "Sanne", false: c.name}[c.name == ""] {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}
