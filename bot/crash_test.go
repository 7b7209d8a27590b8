package bot_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"webcare/adapters"
	slacksim "webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

var (
	crashPoints = flag.Int("points", 100, "at how many moments the bot dies, for each class of network")
	crashKeeps  = flag.Bool("keep", true, "keep a history that went wrong in testdata/crash")
)

// class is a kind of network, by what can be known of a message whose fate is uncertain.
type class struct {
	name   string
	unsure conversation.OnUnsure
	// knows: the network can be asked, or takes a key, so that each answer arrives exactly once.
	knows   bool
	network func(c *chaos, a adapters.Adapter) adapters.Adapter
}

func classes() []class {
	return []class{
		{"asked", conversation.Ask, true, func(c *chaos, a adapters.Adapter) adapters.Adapter { return asked{a.(whole), c} }},
		{"keyed", conversation.Ask, true, func(c *chaos, a adapters.Adapter) adapters.Adapter { return keyed{a.(whole), c} }},
		{"neither, ask", conversation.Ask, false, nil},
		{"neither, resend", conversation.Resend, false, nil},
	}
}

// TestCrash has the bot die at random moments, again and again, while customers and staff write and one in twenty calls
// goes wrong: before and behind each commit, call and acknowledgement. Each time it is started again on what was on disk.
// In the end everything is well, and what people see must be what was said: nothing lost, nothing in a wrong place,
// nothing out of order, nothing twice but what the setting allows (chaos_check_test.go, crash_check_test.go).
func TestCrash(t *testing.T) {
	for _, k := range classes() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			want := *crashPoints
			if underRace {
				want = min(want, 40)
			}
			var sum crashed
			for seed := *firstSeed; sum.points < want; seed++ {
				if *chaosSeed != 0 {
					seed = *chaosSeed
				}
				script := drawCrash(seed, k)
				one, log, faults := playCrash(t, k, script)
				sum.add(one)
				if len(faults) > 0 {
					keepCrash(t, k, seed, script, log)
					t.Fatalf("seed %d:\n%s\nthe history:\n%s", seed, strings.Join(faults, "\n"), strings.Join(script, "\n"))
				}
				if *chaosSeed != 0 {
					break
				}
			}
			t.Logf("%v", sum)
		})
	}
}

// TestCrashAgain plays the histories that once went wrong.
func TestCrashAgain(t *testing.T) {
	played := 0
	for _, k := range classes() {
		files, err := filepath.Glob(filepath.Join("testdata/crash", strings.ReplaceAll(k.name, ", ", "_"), "*.txt"))
		if err != nil {
			t.Fatal(err)
		}
		played += len(files)
		for _, file := range files {
			t.Run(k.name+"/"+filepath.Base(file), func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if _, _, faults := playCrash(t, k, strings.Split(strings.TrimSpace(string(text)), "\n")); len(faults) > 0 {
					t.Error(strings.Join(faults, "\n"))
				}
			})
		}
	}
	if played == 0 {
		t.Error("no histories")
	}
}

// keepCrash keeps a history that went wrong for TestCrashAgain, and its log as an artifact.
func keepCrash(t *testing.T, k class, seed uint64, script []string, log string) {
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "log.txt"), []byte(log), 0o600); err != nil {
		t.Error(err)
	}
	if !*crashKeeps {
		return
	}
	dir := filepath.Join("testdata/crash", strings.ReplaceAll(k.name, ", ", "_"))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.txt", seed)), []byte(strings.Join(script, "\n")+"\n"), 0o600); err != nil {
		t.Error(err)
	}
}

// crashed is what happened in histories.
type crashed struct {
	histories, points, said, typed, arrived, twice, questions int
	photos                                                    int // given up, which the desk is told of
	moments                                                   map[string]int
}

func (c *crashed) add(o crashed) {
	c.histories += o.histories
	c.points += o.points
	c.said += o.said
	c.typed += o.typed
	c.arrived += o.arrived
	c.twice += o.twice
	c.questions += o.questions
	c.photos += o.photos
	if c.moments == nil {
		c.moments = map[string]int{}
	}
	for moment, n := range o.moments {
		c.moments[moment] += n
	}
}

// String tells it in a line.
func (c crashed) String() string {
	return fmt.Sprintf("%d histories, in which the bot died %d times (%v); customers wrote %d messages; of %d answers %d arrived, %d of them twice, and of %d staff are asked; %d photos were given up",
		c.histories, c.points, c.moments, c.said, c.typed, c.arrived, c.twice, c.questions, c.photos)
}

// drawCrash makes the history of a seed, as drawHistory does: in it "fuse N D" has the bot die N moments later, and stay
// dead for D milliseconds.
func drawCrash(seed uint64, k class) []string {
	d := &drawer{r: rand.New(rand.NewPCG(seed, 815)), labels: []string{"Done", "I'll take it", "Send anyway", "Send anyway"}, elsewhere: true, calm: true}
	if !k.knows {
		d.labels = append(d.labels, "Send again", "It is there")
	}
	d.people = 1 + d.r.IntN(3)
	d.written = make([]int, d.people)
	d.hasty = d.r.IntN(4) == 0
	d.script = []string{fmt.Sprintf("world people=%d unsure=%s nudges=on hold=%s", d.people, k.unsure, []string{"1s", "10s"}[d.r.IntN(2)]), fmt.Sprintf("0 faults 5 %d", d.r.IntN(1<<30))}
	for range 20 + d.r.IntN(30) {
		if d.r.IntN(3) > 0 {
			d.script = append(d.script, fmt.Sprintf("0 fuse %d %d", 1+d.r.IntN(1+d.r.IntN(120)), d.r.IntN([]int{1, 1, 2000, 60000}[d.r.IntN(4)])))
		}
		d.talk()
	}
	return d.script
}

// playCrash plays a history in a bubble of its own and tells what happened, and what went wrong.
func playCrash(t *testing.T, k class, script []string) (sum crashed, log string, faults []string) {
	t.Helper()
	var wrong faultList
	synctest.Test(t, func(t *testing.T) {
		c, err := newChaos(t, script)
		if err != nil {
			faults = append(faults, fmt.Sprintf("the history cannot be played: %v", err))
			return
		}
		c.w.wrong = wrong.add
		c.class = k
		c.moments = map[string]int{}
		c.w.slack.AddChannel(slacksim.Channel{ID: elsewhere, Name: "random", Members: []string{"U0SIM", "U0SANNE01", "U0BRAM001", "U0LEAD001", "U0GUEST01"}})
		c.w.fuse = &fuse{r: rand.New(rand.NewPCG(0, 0))}
		c.relapse()
		c.w.network = func(a adapters.Adapter) adapters.Adapter {
			if c.inner != nil {
				a = c.inner(a.(whole))
			}
			if k.network != nil {
				return k.network(c, a)
			}
			return a
		}
		if err := c.play(script); err != nil {
			faults = append(faults, fmt.Sprintf("the history cannot be played: %v", err))
			return
		}
		if err := c.decide(); err != nil {
			faults = append(faults, fmt.Sprintf("nobody can decide: %v", err))
			return
		}
		faults = append(c.check(), c.checkCrash()...)
		sum = c.sum()
		if len(faults)+len(wrong) > 0 {
			log = c.w.log.String() + c.histories()
		}
	})
	return sum, log, append(faults, wrong...)
}
