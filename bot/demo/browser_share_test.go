package demo

import (
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// minute is how long a step of the ladder may take to come, since deadlines lie on full minutes.
const minute = 75 * time.Second

const (
	claim    = `#replies > li:first-child button[data-focus=claim]`
	takeOver = `#replies .whisper button[data-focus=take_over]`
	snooze   = `#replies > li:first-child summary[data-focus=snooze]`
	moment   = `dialog.form [name="in.moment"]`
	submit   = `dialog.form button.send`
)

// TestShareInBrowser shares the work by hand: two people claim at once, a customer is handed over and put aside, the Home
// tab follows, and who waits is spoken of until the answer is there.
func TestShareInBrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short leaves the browser out")
	}
	chromium := findChromium(t)
	address := runDemo(t, buildBot(t))
	v := visit(t, chromium)
	v.step("the page opens", chromedp.EmulateViewport(1280, 800), chromedp.Navigate(address), chromedp.WaitVisible(css(`#bot[data-state=on]`)))
	v.restarted("nudges come fast", chromedp.Click(css(`[data-rule=fast]`)), has(`#said`, "at the full minute"))
	v.step("a customer waits", chromedp.WaitVisible(css(phoneText)), chromedp.SendKeys(css(phoneText), "Where is my parcel?\r"), has(`#cards .card`, "my parcel"))
	v.step("and another one", chromedp.Click(css(`#customer button`)), chromedp.WaitVisible(css(`.phone:nth-child(2)`)),
		chromedp.SendKeys(css(`.phone:nth-child(2) textarea`), "Do you sell boxes?\r"), has(`#cards .card`, "sell boxes"),
		openCard("sell boxes"), has(`#replies .post`, "sell boxes"), chromedp.WaitVisible(css(claim)))
	other := visit(t, chromium)
	other.step("a colleague opens the page", chromedp.EmulateViewport(1280, 800), chromedp.Navigate(address),
		chromedp.WaitVisible(css(`#bot[data-state=on]`)), become("Bram"), openCard("sell boxes"), chromedp.WaitVisible(css(claim)))
	holder := v.claims(other)
	other.complaints()
	v.reacts(holder)
	v.handsOver()
	v.putsAside()
	v.atHome()
	v.nudged()
	v.onASmallScreen()
	v.complaints()
}

// claims has two people press the same button at once and tells who has the customer in the end. All is slow meanwhile, so
// that neither sees what the other did.
func (v *visitor) claims(other *visitor) string {
	v.t.Helper()
	v.step("all is slow", chromedp.Click(css(`[data-lever=slow]`)), chromedp.WaitVisible(css(`[data-lever=slow][aria-pressed=true]`)))
	var both sync.WaitGroup
	for _, one := range []*visitor{v, other} {
		both.Go(func() {
			if err := chromedp.Do(one.ctx, chromedp.Click(css(claim))); err != nil {
				v.t.Error(err)
			}
		})
	}
	both.Wait()
	v.step("one of them gets the customer", has(`#cards .card`, " has it"), chromedp.Click(css(`[data-lever=slow]`)), none(`[data-lever=slow][aria-pressed=true]`))
	first, late, name := v, other, "Bram"
	sanne, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`[...document.querySelectorAll("#cards .card")].some((e) => e.textContent.includes("Sanne has it"))`))
	if err != nil {
		v.t.Fatal(err)
	}
	if !sanne {
		first, late, name = other, v, "Sanne"
	}
	late.step("the other reads who was first", whispered("was first, and has had this customer since"), chromedp.WaitVisible(css(takeOver)))
	late.look("1-late")
	late.step("and takes over", chromedp.Click(css(takeOver)), has(`#replies > li:first-child`, name+" has it"))
	first.step("which the first is told", whispered(name+" has taken this customer over from you"))
	first.look("2-taken-over")
	v.step("the card says so everywhere", has(`#replies > li:first-child`, name+" has it"))
	return name
}

// reacts takes a customer with 👀 and gives them back.
func (v *visitor) reacts(holder string) {
	v.t.Helper()
	const eyes, back = `#replies > li:first-child button[data-focus=react-eyes]`, `#replies > li:first-child button[data-focus=release]`
	v.step("the customer is given back", become(holder), chromedp.Click(css(back)), chromedp.WaitVisible(css(claim)))
	v.step("👀 takes the customer", become("Sanne"), chromedp.Click(css(eyes)), has(eyes+` .names`, "Sanne"), has(`#replies > li:first-child`, "Sanne has it"))
	v.look("3-eyes")
	v.step("and without it they are anybody's", chromedp.Click(css(eyes)), none(eyes+` .names`), chromedp.WaitVisible(css(claim)))
}

// handsOver gives a customer to a colleague.
func (v *visitor) handsOver() {
	v.t.Helper()
	const to = `dialog.form [name="in.to"]`
	v.step("a form asks to whom", chromedp.Click(css(`#replies > li:first-child button[data-focus=hand-over]`)), chromedp.WaitVisible(css(to)),
		chromedp.SetValue(css(to), "U0GAST"))
	v.look("4-hand-over")
	v.step("a guest cannot have the customer", chromedp.Click(css(submit)), has(`dialog.form .error`, "Gast cannot have this customer"))
	v.look("4-guest")
	v.step("a colleague can", chromedp.SetValue(css(to), "U0BRAM"), chromedp.Click(css(submit)), noForm(),
		has(`#replies > li:first-child`, "Bram has it"), has(`#replies .post.bot`, "Sanne hands Jip to you"))
	v.look("5-handed-over")
}

// noForm waits until no form is open.
func noForm() chromedp.Action[chromedp.Void] {
	return until(`!document.querySelector("dialog.form").open`)
}

// putsAside snoozes a customer by the menu, and until a moment in words.
func (v *visitor) putsAside() {
	v.t.Helper()
	const anHour, another = `#replies button[data-focus=snooze-1h]`, `#replies button[data-focus=snooze-other]`
	const onCard = `#cards .card:nth-child(2) `
	v.step("a menu stays open while its card changes", chromedp.Click(css(onCard+`[data-focus=snooze]`)), chromedp.WaitVisible(css(onCard+`[data-focus=snooze-1h]`)),
		chromedp.SendKeys(css(phoneText), "It is late.\r"), has(onCard+`.replies-link`, "repl"),
		chromedp.WaitVisible(css(onCard+`details[open] [data-focus=snooze-1h]`)), chromedp.Click(css(onCard+`[data-focus=snooze]`)))
	v.step("the card has a menu", chromedp.Click(css(snooze)), chromedp.WaitVisible(css(anHour)))
	v.look("6-menu")
	v.step("put aside by it", chromedp.Click(css(anHour)), has(`#replies > li:first-child`, "Put aside by Sanne until"))
	v.look("6-aside")
	v.step("and back", chromedp.Click(css(`#replies button[data-focus=wake]`)), chromedp.WaitVisible(css(snooze)))
	v.step("another moment is asked for", chromedp.Click(css(snooze)), chromedp.Click(css(another)), chromedp.WaitVisible(css(moment)),
		chromedp.SendKeys(css(moment), "yesterday"), chromedp.Click(css(submit)), has(`dialog.form .error`, "That is over already"))
	v.look("7-moment")
	v.step("and confirmed in words", chromedp.SetValue(css(moment), "tomorrow at half past ten"), chromedp.Click(css(submit)), has(`dialog.form .parts`, "10:30?"))
	v.look("7-until")
	v.step("before it counts", chromedp.Click(css(submit)), noForm(), has(`#replies > li:first-child`, "10:30"))
}

// atHome looks at the queue.
func (v *visitor) atHome() {
	v.t.Helper()
	v.step("the Home tab has the queue", chromedp.Click(css(`.home summary`)), has(`.home .parts`, "Waiting, longest first (1)"), has(`.home .parts`, "Put aside or promised (1)"))
	v.step("which leads to the threads", chromedp.Click(css(`.home button.link`)), has(`#thread-title`, "Noor"), has(`#replies .post`, "my parcel"))
	v.look("8-home")
	v.step("and follows", chromedp.Click(css(claim)), has(`.home .parts`, "Yours (1)"))
	v.step("to the ready answers and back", chromedp.Click(css(`.home .button`)), has(`.home .parts`, "There are none yet"),
		chromedp.Click(css(`.home button[data-focus$=queue_back]`)), has(`.home .parts`, "Yours (1)"))
	v.look("9-home")
	v.step("/webcare says the same, to one alone", chromedp.Click(css(`#slash`)), has(`#cards .whisper`, "1 customer waits"), chromedp.Click(css(`.home summary`)))
	v.look("10-slash")
	v.step("until it is put away", chromedp.Click(css(`#cards .whisper button[data-focus=dismiss]`)), none(`#cards .whisper`))
}

// nudged waits for the first step of the ladder, and answers.
func (v *visitor) nudged() {
	v.t.Helper()
	const waits = "has been waiting for an answer for"
	v.patiently(minute, "who waits is spoken of at the full minute", has(`#replies .post.bot:has(.mention)`, waits))
	v.look("11-nudge")
	v.step("until the answer is there", chromedp.SendKeys(css(answerText), "It comes today\r"), has(`.bubble.theirs`, "It comes today"),
		hasNot(`#replies .post.bot`, waits), has(`#replies > li:first-child`, "Answered"))
	v.look("12-answered")
}

// onASmallScreen does some of it as wide as a phone, where everything must stay within reach.
func (v *visitor) onASmallScreen() {
	v.t.Helper()
	fits := until(`document.documentElement.scrollWidth <= window.innerWidth`)
	v.step("as wide as a phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateScale(2)),
		chromedp.Click(css(`#rest`)), has(`#rest`, "until"), chromedp.Click(css(`.home summary`)), has(`.home .parts`, "1 answered today"), fits)
	v.whole("13-phone")
	v.step("the menu on a phone", chromedp.Click(css(snooze)), chromedp.WaitVisible(css(`#replies button[data-focus=snooze-1h]`)), fits)
	v.look("14-phone-menu")
	v.step("the form on a phone", chromedp.Click(css(`#replies button[data-focus=snooze-other]`)), chromedp.WaitVisible(css(moment)), fits)
	v.look("15-phone-form")
	v.step("is closed", chromedp.Click(css(`dialog.form button.quiet`)), noForm())
}
