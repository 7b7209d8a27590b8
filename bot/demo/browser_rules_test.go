package demo

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestRulesInBrowser tries the rules that can be changed: answers that are written in a form, and Dutch.
func TestRulesInBrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short leaves the browser out")
	}
	chromium := findChromium(t)
	address := runDemo(t, buildBot(t))
	v := visit(t, chromium)
	const field, send = `[name="in.answer"]`, `dialog.form button.send`
	noForm := until(`!document.querySelector("dialog.form").open`)
	v.step("the page opens", chromedp.Navigate(address), chromedp.WaitVisible(css(`#bot[data-state=on]`)), chromedp.WaitVisible(css(phoneText)))
	v.step("answers in a form", chromedp.Click(css(`[data-rule=form]`)), has(`#said`, "reply_mode"), chromedp.WaitVisible(css(`#bot[data-state=on]`)))
	v.step("a customer writes", chromedp.SendKeys(css(phoneText), "Until when are you open?\r"),
		has(`#cards .card`, "Until when"), chromedp.WaitVisible(css(answerText)))
	v.step("what is typed in the thread stays inside", chromedp.SendKeys(css(answerText), "A regular, this one\r"), marked("A regular, this one", "lock"))
	v.step("the card's button opens the form", chromedp.Click(css(`button[data-focus=answer]`)), chromedp.WaitVisible(css(field)))
	v.look("1-form")
	v.step("what is written there leaves", chromedp.SendKeys(css(field), "Until *five*!"), chromedp.Click(css(send)), noForm,
		has(`.bubble.theirs`, "Until five!"), has(`#replies .post.bot blockquote`, "Until five!"))
	v.step("and nothing else did", until(`![...document.querySelectorAll(".bubble")].some((e) => e.textContent.includes("regular"))`))
	v.step("staff read Dutch", chromedp.Click(css(`[data-rule=dutch]`)), has(`#said`, "Staff read Dutch"), chromedp.WaitVisible(css(`#bot[data-state=on]`)),
		chromedp.SendKeys(css(phoneText), "And on Sunday?\r"), has(`#cards .card`, "Wij zijn aan zet"), has(`#replies`, "Geen antwoord nodig"))
	v.look("2-dutch")
	v.complaints()
}
