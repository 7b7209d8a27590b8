package telegram_test

import (
	"testing"

	"webcare/adapters/telegram"
	"webcare/adapters/telegram/sim"
)

// Nothing that another bot says or does is heard, wherever it is: two bots that answer each other would never stop.
func TestBotsAreNoCustomers(t *testing.T) {
	owner := func(s *telegram.Settings) { s.Business, s.Keywords = []string{"owner_example"}, []string{"Acme"} }
	play(t, sim.Options{ReadsGroups: true}, owner, func(w *world) {
		robot := w.sim.NewUser(sim.User{FirstName: "Robot", Username: "robot_example_bot", IsBot: true})
		jan := w.sim.NewCustomer("Jan Example")
		boss := w.sim.NewUser(sim.User{FirstName: "Boss", Username: "owner_example"})
		g, channel, direct := w.sim.NewGroup("Fans", sim.GroupOptions{}), w.sim.NewChannel("News", "news_example"), w.sim.NewDirectMessages("News")
		w.run()
		asked := jan.Write("@example_bot where is it?", sim.In(g))
		_, post := channel.Post("We are open")
		shop := w.sim.Connect(boss)
		w.settle()
		r, no := w.send(w.ref(), plain("on its way"))
		if no != nil {
			t.Fatal(no)
		}
		ours := mustInt(t, r.IDs[0])
		before := len(w.in.events())
		for name, act := range map[string]func(){
			"in private":              func() { robot.Write("/start"); robot.Write("hello"); robot.SendPhoto(png, "look") },
			"a mention":               func() { robot.Write("hey @example_bot", sim.In(g)) },
			"a keyword":               func() { robot.Write("Acme is great", sim.In(g)) },
			"a reply to our answer":   func() { robot.Write("I am a bot too", sim.In(g), sim.ReplyTo(ours)) },
			"a reply to a customer":   func() { robot.Write("let me answer, @example_bot", sim.In(g), sim.ReplyTo(asked)) },
			"an edit":                 func() { robot.Edit(robot.Write("x", sim.In(g)), "hey @example_bot") },
			"an edit in private":      func() { robot.Edit(robot.Write("x"), "y") },
			"a reaction":              func() { robot.React(ours, "👍", sim.In(g)) },
			"below a post":            func() { robot.Write("first!", sim.In(channel.Discussion), sim.Under(post)) },
			"to the channel":          func() { robot.Write("psst", sim.In(direct)) },
			"to the business account": func() { robot.Write("your invoice", sim.Via(shop)); robot.SendVoice([]byte("x"), sim.Via(shop)) },
		} {
			act()
			w.settle()
			for _, in := range w.in.events()[before:] {
				t.Errorf("%s: heard %+v", name, in)
			}
			before = len(w.in.events())
		}
		jan.Write("and @example_bot?", sim.In(g))
		jan.Write("hello shop", sim.Via(shop))
		w.settle()
		equal(t, "heard", w.in.texts(), []string{"@example_bot where is it?", "and @example_bot?", "hello shop"})
	})
}
