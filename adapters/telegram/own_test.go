package telegram_test

import (
	"testing"

	"webcare/adapters/telegram/sim"
	"webcare/bot/conversation"
)

// TestOurOwnWordsInAGroupAreNoCustomers: what is written in the name of the channel or of the group is an answer where it
// replies to a customer, and nothing elsewhere.
func TestOurOwnWordsInAGroupAreNoCustomers(t *testing.T) {
	for _, c := range []struct {
		name string
		say  func(p *panel)
		want []string // echoes
	}{
		{"the channel below its post", func(p *panel) { p.boss.Write("also on Sunday", sim.In(p.group), sim.Under(p.post), p.channel) }, nil},
		{"the group below the post", func(p *panel) { p.boss.Write("also on Sunday", sim.In(p.group), sim.Under(p.post), p.name) }, nil},
		{"the channel names the bot", func(p *panel) { p.boss.Write("ask @example_bot", sim.In(p.group), p.channel) }, nil},
		{"the group names the bot", func(p *panel) { p.boss.Write("ask @example_bot", sim.In(p.group), p.name) }, nil},
		{"the channel answers a comment", func(p *panel) { p.boss.Write("until six", sim.In(p.group), sim.ReplyTo(p.comment), p.channel) }, []string{"News: until six, to the comment"}},
		{"the group answers a comment", func(p *panel) { p.boss.Write("until six", sim.In(p.group), sim.ReplyTo(p.comment), p.name) }, []string{"News Chat: until six, to the comment"}},
		{"the channel answers a mention", func(p *panel) { p.boss.Write("yes", sim.In(p.group), sim.ReplyTo(p.mention), p.channel) }, []string{"News: yes, to the mention"}},
		{"the group answers a mention", func(p *panel) { p.boss.Write("yes", sim.In(p.group), sim.ReplyTo(p.mention), p.name) }, []string{"News Chat: yes, to the mention"}},
		{"with a picture, and the bot's name", func(p *panel) {
			p.boss.SendPhoto(png, "see @example_bot", sim.In(p.group), sim.ReplyTo(p.comment), p.channel)
		}, []string{"News: see @example_bot, to the comment"}},
		{"to itself", func(p *panel) {
			id := p.boss.Write("also on Sunday", sim.In(p.group), sim.Under(p.post), p.channel)
			p.boss.Write("and on Monday", sim.In(p.group), sim.ReplyTo(id), p.name)
		}, nil},
		{"to the bot", func(p *panel) {
			r, no := p.w.send(p.ref, plain("from the desk"))
			if no != nil {
				p.w.t.Fatal(no)
			}
			p.boss.Write("as we said", sim.In(p.group), sim.ReplyTo(mustInt(p.w.t, r.IDs[0])), p.channel)
		}, nil},
		{"an edit", func(p *panel) {
			id := p.boss.Write("until six", sim.In(p.group), sim.ReplyTo(p.comment), p.channel)
			p.boss.Edit(id, "until seven", sim.In(p.group))
		}, []string{"News: until six, to the comment"}},
		{"after a restart", func(p *panel) {
			p.w.end()
			p.w.make()
			p.w.run()
			p.boss.Write("until six", sim.In(p.group), sim.ReplyTo(p.comment), p.channel)
		}, []string{"News: until six, to the comment"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, sim.Options{}, nil, func(w *world) {
				p := newPanel(w)
				c.say(p)
				w.settle()
				equal(t, "heard", w.in.texts(), []string{"until when?", "@example_bot are you there?"})
				equal(t, "echoes", p.echoes(), c.want)
			})
		})
	}
}

// panel is a channel with a customer who comments on a post and another who calls the bot.
type panel struct {
	w                      *world
	group                  *sim.Group
	boss                   *sim.Customer
	channel, name          sim.Option // who boss speaks as: the channel, the group
	post, comment, mention int
	ref, other             conversation.Ref
}

func newPanel(w *world) *panel {
	ch := w.sim.NewChannel("News", "news_example")
	p := &panel{w: w, group: ch.Discussion, boss: w.sim.NewCustomer("Boss"), channel: sim.As(ch), name: sim.As(ch.Discussion)}
	_, p.post = ch.Post("We are open")
	w.run()
	p.comment = w.sim.NewCustomer("Jan Example").Write("until when?", sim.In(p.group), sim.Under(p.post))
	w.settle()
	p.ref = w.ref()
	p.mention = w.sim.NewCustomer("Eva Example").Write("@example_bot are you there?", sim.In(p.group))
	w.settle()
	p.other = w.ref()
	return p
}

func (p *panel) echoes() (out []string) {
	for _, in := range p.w.in.events() {
		if e, is := in.Event.(conversation.Echoed); is {
			to := map[conversation.Ref]string{p.ref: "the comment", p.other: "the mention"}[in.Ref]
			out = append(out, e.By+": "+e.Message.Text.Plain+", to "+to)
		}
	}
	return out
}

func TestAnotherChannelInTheDiscussionIsACustomer(t *testing.T) {
	play(t, sim.Options{}, nil, func(w *world) {
		p := newPanel(w)
		fan := sim.As(w.sim.NewChannel("Fans", "fans_example"))
		id := p.boss.Write("and at night?", sim.In(p.group), sim.Under(p.post), fan)
		w.settle()
		p.ref = w.ref()
		equal(t, "customer", heards(w)[2].Customer.Name, "Fans")
		p.boss.Write("no", sim.In(p.group), sim.ReplyTo(id), p.channel)
		w.settle()
		equal(t, "echoes", p.echoes(), []string{"News: no, to the comment"})
	})
}

func TestTheGroupAnswersInATopic(t *testing.T) {
	play(t, sim.Options{ReadsGroups: true}, nil, func(w *world) {
		g := w.sim.NewGroup("Forum", sim.GroupOptions{Forum: true})
		jan, boss := w.sim.NewCustomer("Jan Example"), w.sim.NewCustomer("Boss")
		w.run()
		opens := jan.Write("a topic", sim.In(g))
		id := jan.Write("@example_bot a", sim.In(g), sim.InTopic(opens))
		boss.Write("to all", sim.In(g), sim.InTopic(opens), sim.ReplyTo(opens), sim.As(g)) // how a topic's messages look
		boss.Write("to you", sim.In(g), sim.InTopic(opens), sim.ReplyTo(id), sim.As(g))
		w.settle()
		all := w.in.events()
		if len(all) != 2 || all[1].Ref != all[0].Ref {
			t.Fatalf("events: %+v", all)
		}
		if e, is := all[1].Event.(conversation.Echoed); !is || e.Message.Text.Plain != "to you" {
			t.Errorf("got %+v", all[1])
		}
	})
}
