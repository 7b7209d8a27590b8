package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// What a visitor does in the group, with the preview card, and with albums.

const (
	publish = `#replies button[data-focus=publish]`
	preview = `#replies .post:has(button[data-focus=publish])`
)

// tab and group name what is on the phone with that number, from 1.
func tab(phone int, name string) chromedp.Search {
	return chromedp.Search(fmt.Sprintf(`//div[@id="shelf"]/article[%d]//button[starts-with(., %q)]`, phone, name))
}

func inGroup(phone int, what string) string {
	return fmt.Sprintf(`.phone:nth-child(%d) .chat.group %s`, phone, what)
}

// become sits down at the desk as somebody else.
func become(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.Search(fmt.Sprintf(`//fieldset[@id="who"]/label[contains(., %q)]`, name)))
}

// openCard opens the thread of the card with the text.
func openCard(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.Search(fmt.Sprintf(`//ol[@id="cards"]/li[contains(., %q)]/button`, text)))
}

// whispered waits until the person at the desk reads the text as the only one.
func whispered(text string) chromedp.Action[chromedp.Void] {
	return has(`#replies .whisper:has(.only)`, text)
}

// is waits until the first such element says exactly that.
func is(selector, text string) chromedp.Action[chromedp.Void] {
	return until(fmt.Sprintf(`document.querySelector(%q)?.textContent === %q`, selector, text))
}

// inTheGroup asks in the group, with the keyboard alone, and posts the answer by the preview card.
func (v *visitor) inTheGroup() {
	v.t.Helper()
	v.step("the group tells who reads it", chromedp.Click(tab(2, "Group")), chromedp.WaitVisible(css(inGroup(2, ".empty"))))
	v.look("5-group")
	v.step("who is in the group talks among themselves",
		chromedp.SetValue(css(inGroup(2, "textarea")), "What a nice day"), chromedp.SendKeys(css(inGroup(2, "textarea")), "\r"),
		has(inGroup(2, ".bubble.mine"), "What a nice day"), chromedp.WaitVisible(css(`.phone:nth-child(1) .where .fresh .dot`)))
	v.step("with the keyboard to the group and its field", chromedp.Focus(tab(1, "Group")), chromedp.KeyEvent("\r"),
		has(inGroup(1, ".bubble.theirs .by"), "Jip"), chromedp.KeyEvent(strings.Repeat("\t", 6)),
		until(`document.activeElement === document.querySelector(".phone:nth-child(1) .chat.group textarea")`))
	v.step("a customer asks the company there, and everybody sees it", chromedp.KeyEvent("Are you open on Sunday?\r"),
		has(inGroup(1, ".bubble.mine"), "@acme_bot Are you open on Sunday?"), has(inGroup(2, ".bubble.theirs"), "Are you open on Sunday?"))
	v.step("the desk has it, and not what was said among themselves", has(`#cards .card`, "in public: Acme Club"),
		openCard("open on Sunday"), has(`#replies .post`, "Are you open on Sunday?"), hasNot(`#cards .card`, "nice day"))
	v.step("an answer is shown before anybody can read it",
		chromedp.SendKeys(css(answerText), "Yes! Or call 06-12345678\r"), chromedp.WaitVisible(css(publish)),
		has(preview, "can read this once it is posted"), has(preview, "personal data"),
		is(preview+" blockquote", "Yes! Or call 06-12345678 ^S"))
	v.look("5-preview")
	v.step("newer text takes its place", chromedp.SendKeys(css(answerText), "Yes, from *noon* to five\r"),
		is(preview+" blockquote", "Yes, from noon to five ^S"), until(`document.querySelectorAll("`+publish+`").length === 1`),
		marked("06-12345678", "lock"))
	v.step("a guest cannot post it", become("Gast"), chromedp.Click(css(publish)), whispered("Not done: guests of this workspace"))
	v.step("its writer can", become("Sanne"), chromedp.Click(css(publish)),
		has(inGroup(1, ".bubble.theirs"), "Yes, from noon to five ^S"), has(inGroup(2, ".bubble.theirs"), "Yes, from noon to five ^S"),
		marked("from noon to five", "white_check_mark"), none(publish))
	v.step("only what was posted is there, once", until(`document.querySelectorAll(".phone:nth-child(2) .chat.group .bubble").length === 3`))
	v.look("5-posted")
}

// fourEyes has the next answer posted by somebody else than its writer.
func (v *visitor) fourEyes() {
	v.t.Helper()
	v.restarted("four eyes", chromedp.Click(css(`#four-eyes`)), chromedp.WaitVisible(css(`#four-eyes[aria-pressed=true]`)))
	v.step("another customer replies to the company, without a mention",
		chromedp.Click(css(inGroup(2, ".bubble:last-child button[data-focus=reply]"))), has(inGroup(2, ".editing"), "Replying to Acme"),
		chromedp.SendKeys(css(inGroup(2, "textarea")), "Next Sunday, too?\r"), has(`#cards .card`, "Next Sunday, too?"), openCard("Next Sunday, too?"),
		has(`#replies .post`, "Next Sunday, too?"))
	v.step("an answer waits for a second pair of eyes", chromedp.SendKeys(css(answerText), "Every Sunday in December\r"),
		has(preview, "Somebody else than Sanne must post it"))
	v.step("its writer is refused", chromedp.Click(css(publish)), whispered("Somebody else than its writer must post this"))
	v.look("5-refused")
	v.plug("off")
	v.plug("on")
	v.step("the card outlives the bot, and nobody outside has the answer",
		is(preview+" blockquote", "Every Sunday in December ^S"), hasNot(`.bubble`, "in December"))
	v.step("a colleague posts it", become("Bram"), none(`#replies .whisper`), chromedp.Click(css(publish)),
		has(inGroup(1, ".bubble.theirs"), "Every Sunday in December ^S"), has(inGroup(2, ".bubble.theirs"), "Every Sunday in December ^S"),
		marked("Every Sunday in December", "white_check_mark"), none(publish))
	v.look("5-four-eyes")
	v.restarted("two eyes again", chromedp.Click(css(`#four-eyes`)), chromedp.WaitVisible(css(`#four-eyes[aria-pressed=false]`)))
	v.step("as before, as Sanne and in private", become("Sanne"), chromedp.Click(tab(1, "Private")), chromedp.WaitVisible(css(phoneText)))
	v.step("the card leads to the group", chromedp.Click(css(`#replies button[data-focus="Open on Telegram"]`)),
		chromedp.WaitVisible(css(inGroup(1, "textarea"))), chromedp.Click(tab(1, "Private")), chromedp.WaitVisible(css(phoneText)))
}

// onAPhone writes in the group and sees a preview on a narrow screen, where everything must stay within reach.
func (v *visitor) onAPhone() {
	v.t.Helper()
	const fits = `document.documentElement.scrollWidth <= window.innerWidth`
	v.step("as wide as a phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateScale(2)), until(fits))
	v.look("8-phone")
	v.step("the group on a phone", chromedp.Click(tab(1, "Group")), chromedp.SendKeys(css(inGroup(1, "textarea")), "And Monday?\r"),
		has(inGroup(1, ".bubble.mine"), "And Monday?"), until(fits))
	v.look("8-phone-group")
	v.step("a preview on a phone", openCard("open on Sunday"), has(`#replies .post`, "And Monday?"),
		chromedp.SetUploadFiles(css(`#answer-file`), v.pictures()), chromedp.SendKeys(css(answerText), "Closed on Mondays\r"),
		has(preview+" blockquote", "Closed on Mondays ^S"), until(fits))
	v.look("8-phone-preview")
	v.whole("9-phone-all")
	v.step("which is not posted", chromedp.Click(css(`#replies button[data-focus=do_not_send]`)), marked("Closed on Mondays", "lock"),
		none(publish), hasNot(`.bubble`, "Closed"))
}

// restarted does what makes the bot start again, and waits until it runs.
func (v *visitor) restarted(what string, actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	lives, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.getElementById("bot").dataset.lives`))
	if err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
	v.step(what, append(actions, chromedp.WaitVisible(css(`#bot[data-state=on]:not([data-lives="`+lives+`"])`)))...)
}

// albums sends three pictures at once each way.
func (v *visitor) albums() {
	v.t.Helper()
	const theirs = `.phone .chat.private .bubble.theirs .album img`
	pictures := v.pictures()
	v.step("a customer sends three pictures at once", chromedp.SendKeys(css(phoneText), "From all sides"),
		chromedp.SetUploadFiles(css(`.phone input[type=file]`), pictures),
		until(loaded(`.phone .chat.private .bubble.mine .album img`)))
	v.step("the desk has one post with the three", until(loaded(`#replies .album img`)), has(`#replies .post`, "From all sides"),
		until(`document.querySelectorAll("#replies .album").length === 1`))
	v.step("staff send three at once", chromedp.SetUploadFiles(css(`#answer-file`), pictures), has(`#chosen`, "With 3 files: side-1.jpg, side-2.jpg, side-3.jpg"),
		chromedp.SendKeys(css(answerText), "Which of *these*?\r"), until(`document.getElementById("chosen").hidden`), marked("Which of these", "white_check_mark"))
	v.step("the customer has one album of three, the text below it", until(loaded(theirs)), has(`.bubble.theirs:has(.album)`, "Which of these?"))
	v.look("4-albums")
	v.step("without pictures at hand", chromedp.Click(css(`#sample-files`)), has(`#chosen`, "With 3 files: parcel-1.jpg"),
		chromedp.Click(css(`#unchoose`)), until(`document.getElementById("chosen").hidden && document.getElementById("answer-file").files.length === 0`),
		chromedp.Click(css(`.phone button[title="Send an album of 3 sample pictures"]`)), until(`document.querySelectorAll("#replies .album").length === 3`))
}

// loaded says that the pictures are three, and shown.
func loaded(selector string) string {
	return fmt.Sprintf(`((all) => all.length === 3 && all.every((e) => e.naturalWidth > 0))([...document.querySelectorAll(%q)])`, selector)
}

// pictures are three files as a person has them.
func (v *visitor) pictures() []string {
	v.t.Helper()
	var all []string
	for n := range 3 {
		content, err := samplePicture(n)
		if err != nil {
			v.t.Fatal(err)
		}
		file := filepath.Join(v.t.TempDir(), fmt.Sprintf("side-%d.jpg", n+1))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			v.t.Fatal(err)
		}
		all = append(all, file)
	}
	return all
}
