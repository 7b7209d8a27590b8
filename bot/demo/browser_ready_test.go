package demo

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestReadyInBrowser tries ready answers by hand: a word that is not there, one made in the app's home and used in a held
// answer, one saved from a message, changed and removed.
func TestReadyInBrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short leaves the browser out")
	}
	chromium := findChromium(t)
	address := runDemo(t, buildBot(t))
	v := visit(t, chromium)
	const word, words, save = `[name="in.word"]`, `[name="in.text"]`, `dialog.form button.send`
	noForm := until(`!document.querySelector("dialog.form").open`)
	v.step("a customer writes", chromedp.Navigate(address), chromedp.WaitVisible(css(`#bot[data-state=on]`)),
		chromedp.SendKeys(css(phoneText), "Until when are you open?\r"), has(`#cards .card`, "Until when"), chromedp.WaitVisible(css(answerText)))
	v.step("a word that is not there", chromedp.SendKeys(css(answerText), "!hours\r"),
		marked("!hours", "lock"), has(`#replies .whisper`, "There are none yet"))
	v.step("the home has them behind the queue", chromedp.Click(css(`.home summary`)), chromedp.Click(css(`.home button[data-focus$=queue_ready]`)), has(`.home .parts`, "There are none yet"))
	v.step("a form opens and says what is wrong",
		chromedp.Click(css(`.home .button.primary`)), chromedp.WaitVisible(css(word)),
		chromedp.SendKeys(css(word), "two words"), chromedp.SendKeys(css(words), "We are open until *five*, {customer}."),
		chromedp.Click(css(save)), has(`dialog.form .error`, "no spaces"))
	v.look("1-form")
	v.step("it is made", chromedp.SetValue(css(word), "hours"), chromedp.SendKeys(css(word), " "), chromedp.Click(css(save)),
		noForm, has(`.home .parts`, "!hours · Any language"))
	v.step("and used", chromedp.SendKeys(css(answerText), "!hours\r"), has(`#replies .post.bot blockquote`, "We are open until five, Noor."),
		marked("!hours", "hourglass_flowing_sand"))
	v.look("2-held")
	v.step("as it is shown", has(`.bubble.theirs`, "We are open until five, Noor."), has(`#replies .post.bot blockquote`, "We are open until five, Noor."))
	v.step("another one is saved from a message",
		chromedp.SendKeys(css(answerText), "Thank _you_ for writing\r"), has(`.bubble.theirs`, "Thank you for writing"),
		chromedp.Click(css(`#replies li:last-child button[data-focus=save-ready]`)), chromedp.WaitVisible(css(word)),
		until(`document.querySelector('[name="in.text"]').value === "Thank _you_ for writing"`),
		chromedp.SendKeys(css(word), "thanks"), chromedp.SetValue(css(`[name="in.language"]`), "en"), chromedp.Click(css(save)),
		noForm, has(`.home .parts`, "!thanks · English"))
	v.step("and changed", chromedp.Click(css(`.home .part:last-child .button`)), chromedp.WaitVisible(css(words)),
		chromedp.SendKeys(css(words), " to us"), chromedp.Click(css(save)), noForm, has(`.home .parts`, "to us"))
	v.look("3-home")
	v.step("a form is closed", chromedp.Click(css(`.home .button.primary`)), chromedp.WaitVisible(css(word)),
		chromedp.Click(css(`dialog.form button.quiet`)), noForm)
	v.step("and removed", chromedp.Click(css(`.home .part:last-child .button.danger`)),
		until(`!document.querySelector(".home .parts").textContent.includes("!thanks")`))
	v.step("a guest can keep none", chromedp.Click(css(`#who label:nth-of-type(4)`)), has(`.home .parts`, "cannot answer customers"))
	v.look("4-guest")
	v.complaints()
}
