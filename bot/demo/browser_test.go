package demo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// browserWithin bounds the whole visit, stepWithin each step of it.
const (
	browserWithin = 4 * time.Minute
	stepWithin    = 30 * time.Second
)

// TestInBrowser is what a visitor does: a customer writes, staff answer, the plug is pulled in between.
func TestInBrowser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short leaves the browser out")
	}
	chromium := findChromium(t)
	address := runDemo(t, buildBot(t))
	v := visit(t, chromium)
	v.step("the page opens", chromedp.Navigate(address), chromedp.WaitVisible(css(`#bot[data-state=on]`)), chromedp.WaitVisible(css(phoneText)))
	v.look("1-empty")
	v.talk()
	v.look("2-loop")
	v.pullThePlug()
	v.changeTheirMind()
	v.loseAnAnswer()
	v.outage()
	v.albums()
	v.step("a second customer",
		chromedp.Click(css(`#customer button`)), chromedp.WaitVisible(css(`.phone:nth-child(2)`)),
		chromedp.SendKeys(css(`.phone:nth-child(2) textarea`), "Do you also sell boxes?\r"),
		has(`#cards .card`, "also sell boxes"))
	v.inTheGroup()
	v.fourEyes()
	v.look("5-two-customers")
	v.step("everything that can be used has a name", until(`[...document.querySelectorAll("button, a, input, textarea, select, summary")]
		.every((e) => e.textContent.trim() || e.ariaLabel || e.labels?.length || e.querySelector("img[alt]")?.alt)`))
	v.step("the bot's log", chromedp.Click(css(`.console summary`)), has(`#log`, "was killed without warning"))
	v.look("5-log")
	v.step("dark", chromedp.Click(css(`.console summary`)), scheme("dark"))
	v.look("6-dark")
	v.step("light, narrower", scheme("light"), chromedp.EmulateViewport(1000, 800))
	v.look("7-tablet")
	v.onAPhone()
	v.complaints()
}

// talk plays a first conversation with a picture, an edit, a note and a guest.
func (v *visitor) talk() {
	v.t.Helper()
	v.step("a customer writes and a thread appears",
		chromedp.SendKeys(css(phoneText), "Hello! My parcel came in two pieces.\r"),
		has(`#cards .card`, "My parcel came in two pieces"), chromedp.WaitVisible(css(answerText)))
	v.step("an answer arrives with its mark",
		chromedp.SendKeys(css(answerText), "How annoying! Could you send a *picture* of it?\r"),
		has(`.bubble.theirs`, "How annoying! Could you send a picture of it?"), marked("How annoying", "white_check_mark"))
	v.step("a picture and an edit come through",
		chromedp.Click(css(`.phone button[title="Send a sample picture"]`)), chromedp.WaitVisible(css(`#replies .picture img`)),
		chromedp.Click(css(`.bubble.mine button.text`)),
		chromedp.SetValue(css(phoneText), "Hello! My parcel came in three pieces."), chromedp.Click(css(`.phone button.send`)),
		has(`#replies .post.customer`, "three pieces"))
	v.step("a note stays inside",
		chromedp.SendKeys(css(answerText), "// a good customer, let us send a new one\r"), marked("a good customer", "lock"))
	v.step("a guest cannot answer, and is told so", become("Gast"), has(`#answer-label`, "a guest"),
		chromedp.SendKeys(css(answerText), "I would like to help\r"), marked("I would like to help", "lock"),
		whispered("Not sent: guests of this workspace cannot answer customers"))
	v.look("2-guest")
	v.step("nobody else is", become("Sanne"), none(`#replies .whisper`))
}

// pullThePlug kills the bot between a question and its answer, and finds both where they belong, once.
func (v *visitor) pullThePlug() {
	v.t.Helper()
	v.plug("off")
	v.step("the customer goes on while the bot is dead",
		chromedp.SendKeys(css(phoneText), "Are you still there?\r"), has(`.bubble.mine`, "still there"))
	v.look("3-unplugged")
	v.plug("on")
	v.step("and is heard", has(`#replies .post.customer`, "Are you still there?"))
	v.plug("off")
	v.step("so do staff", chromedp.SendKeys(css(answerText), "Yes! A new one leaves today.\r"), has(`#replies .post`, "leaves today"))
	v.plug("on")
	v.step("nothing is lost", has(`.bubble.theirs`, "A new one leaves today."), marked("leaves today", "white_check_mark"))
	v.step("one thread, and everything in it once",
		until(`document.querySelectorAll("#cards > .card").length === 1`),
		until(`document.querySelectorAll(".bubble.theirs").length === 2`),
		until(`[...document.querySelectorAll("#replies .post.customer")].filter((p) => p.textContent.includes("still there")).length === 1`))
	v.step("what the guest and the note said is with no customer", hasNot(`.bubble`, "like to help"), hasNot(`.bubble`, "good customer"))
}

// plug pulls the plug, or puts it in again.
func (v *visitor) plug(state string) {
	v.t.Helper()
	v.step("the plug: "+state, chromedp.Click(css(`#plug`)), chromedp.WaitVisible(css(`#bot[data-state=`+state+`]`)))
}

// changeTheirMind edits an answer that is held, cancels another, and changes one that was sent.
func (v *visitor) changeTheirMind() {
	v.t.Helper()
	const edit, remove = `#replies li:last-child button[data-focus=edit]`, `#replies li:last-child button[data-focus=delete]`
	v.step("a held answer is edited",
		chromedp.SendKeys(css(answerText), "It comes tomorow\r"), marked("tomorow", "hourglass_flowing_sand"), chromedp.Click(css(edit)),
		chromedp.SetValue(css(answerText), "It comes tomorrow"), chromedp.SendKeys(css(answerText), "\r"))
	v.look("6-held")
	v.step("and leaves as it is then", has(`.bubble.theirs`, "It comes tomorrow"), marked("tomorrow", "white_check_mark"))
	v.step("another one is cancelled",
		chromedp.SendKeys(css(answerText), "Or perhaps never\r"), marked("perhaps never", "hourglass_flowing_sand"), chromedp.Click(css(remove)),
		hasNot(`#replies .post`, "perhaps never"),
		chromedp.SendKeys(css(answerText), "Around noon\r"), has(`.bubble.theirs`, "Around noon"), marked("noon", "white_check_mark"),
		hasNot(`.bubble.theirs`, "perhaps never"))
	v.step("one that was sent is edited there too", chromedp.Click(css(edit)),
		chromedp.SetValue(css(answerText), "Around one o'clock"), chromedp.SendKeys(css(answerText), "\r"), has(`.bubble.theirs`, "Around one o'clock"))
}

// loseAnAnswer makes the network's answer to a send get lost, so that a person must say what became of it.
func (v *visitor) loseAnAnswer() {
	v.t.Helper()
	v.step("a lost answer is asked about",
		chromedp.Click(css(`[data-lever=loseTelegram]`)), chromedp.WaitVisible(css(`[data-lever=loseTelegram][aria-pressed=true]`)),
		chromedp.SendKeys(css(answerText), "It should be there on Tuesday.\r"), has(`.bubble.theirs`, "It should be there on Tuesday."),
		marked("on Tuesday", "question"), chromedp.WaitVisible(css(itIsThere)))
	v.look("4-not-sure")
	v.step("and settled by a person", chromedp.Click(css(itIsThere)), marked("on Tuesday", "white_check_mark"))
}

// outage shuts Telegram: an answer waits, and goes out once when Telegram is back.
func (v *visitor) outage() {
	v.t.Helper()
	v.step("Telegram is down and an answer waits",
		chromedp.Click(css(`[data-lever=telegramDown]`)), chromedp.WaitVisible(css(`[data-lever=telegramDown][aria-pressed=true]`)),
		chromedp.SendKeys(css(answerText), "Anything else?\r"), marked("Anything else", "hourglass_flowing_sand"))
	v.step("Telegram is back and it goes out",
		chromedp.Click(css(`[data-lever=telegramDown]`)), has(`.bubble.theirs`, "Anything else?"), marked("Anything else", "white_check_mark"))
}

const (
	phoneText  = `.phone textarea`
	answerText = `#answer-text`
	itIsThere  = `#replies button[data-focus=it_is_there]`
)

// css makes a selector of its first match.
func css(selector string) chromedp.CSS { return chromedp.CSS(selector) }

// has waits until one of the elements holds the text.
func has(selector, text string) chromedp.Action[chromedp.Void] {
	return until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, text))
}

// hasNot waits until none of the elements holds the text.
func hasNot(selector, text string) chromedp.Action[chromedp.Void] {
	return until(fmt.Sprintf(`![...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, text))
}

// none waits until there is no such element.
func none(selector string) chromedp.Action[chromedp.Void] {
	return until(fmt.Sprintf(`document.querySelector(%q) === null`, selector))
}

// marked waits until the post with the text has the mark.
func marked(text, mark string) chromedp.Action[chromedp.Void] {
	return until(fmt.Sprintf(`[...document.querySelectorAll("#replies .post")].some((e) => e.textContent.includes(%q) && e.querySelector("[data-mark=%s]"))`, text, mark))
}

// until waits for an expression to be true. The page's policy forbids the way chromedp.Poll works.
func until(expression string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		again := time.NewTicker(50 * time.Millisecond)
		defer again.Stop()
		for {
			is, err := chromedp.Evaluate[bool](expression)(ctx, target)
			if is || err != nil {
				return chromedp.Void{}, err
			}
			select {
			case <-again.C:
			case <-ctx.Done():
				return chromedp.Void{}, fmt.Errorf("never true: %s: %w", expression, ctx.Err())
			}
		}
	}
}

// scheme asks for light or dark.
func scheme(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
		})
		return err
	})
}

// visitor drives the browser and keeps pictures of what it saw.
type visitor struct {
	t   *testing.T
	ctx context.Context
	dir string

	mu   sync.Mutex
	said []string // what the page complained of
}

// visit opens a browser with an empty profile.
func visit(t *testing.T, chromium string) *visitor {
	ctx, cancel := context.WithTimeout(t.Context(), browserWithin)
	t.Cleanup(cancel)
	flags := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.WindowSize(1440, 900),
	}
	for _, name := range []string{"disable-background-networking", "disable-component-update", "disable-sync", "disable-quic", "hide-scrollbars"} {
		flags = append(flags, chromedp.Flag(name, true))
	}
	ctx, cancel = chromedp.NewExecAllocator(ctx, flags...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900)); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	v := &visitor{t: t, ctx: ctx, dir: t.ArtifactDir()}
	said := chromedp.Console(ctx)
	go func() {
		for m, err := range said {
			if err != nil {
				return
			}
			v.mu.Lock()
			v.said = append(v.said, string(m.Type)+": "+m.Text)
			v.mu.Unlock()
		}
	}()
	return v
}

// step does what it says or ends the test with a picture.
func (v *visitor) step(what string, actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	v.patiently(stepWithin, what, actions...)
}

// patiently is a step that may take so long.
func (v *visitor) patiently(within time.Duration, what string, actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(v.ctx, within)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.look("failed")
		v.complaints()
		v.t.Fatalf("%s: %v (pictures in %s)", what, err, v.dir)
	}
	v.t.Logf("%s: %v", what, time.Since(began).Round(time.Millisecond))
}

// look keeps a picture of what can be seen.
func (v *visitor) look(name string) {
	v.t.Helper()
	v.keep(name, page.CaptureScreenshotParams{})
}

// whole keeps a picture of the page from top to end.
func (v *visitor) whole(name string) {
	v.t.Helper()
	v.keep(name, page.CaptureScreenshotParams{CaptureBeyondViewport: new(true)})
}

func (v *visitor) keep(name string, how page.CaptureScreenshotParams) {
	v.t.Helper()
	var picture page.CaptureScreenshotResult
	shoot := chromedp.Func(func(ctx context.Context, target *chromedp.Target) (err error) {
		picture, err = cdp.Call(ctx, target, page.CaptureScreenshot, how)
		return err
	})
	settled := until(`document.getAnimations().every((a) => a.playState === "finished")`)
	if err := chromedp.Do(v.ctx, settled, shoot); err != nil {
		v.t.Errorf("picture %s: %v", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(v.dir, name+".png"), picture.Data, 0o600); err != nil {
		v.t.Error(err)
	}
}

// complaints checks that no script failed and nothing was kept from loading.
func (v *visitor) complaints() {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range v.said {
		v.t.Errorf("the page says: %s", s)
	}
}

// findChromium finds a browser or says why the test is skipped.
func findChromium(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("skipped: no Chromium is installed, so nobody looked at the page (Debian: apt-get install chromium)")
	return ""
}

// buildBot builds the program.
func buildBot(t *testing.T) string {
	program := filepath.Join(t.TempDir(), "webcare")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return program
}

// runDemo runs `webcare demo` until the end of the test and returns the address of its page.
func runDemo(t *testing.T, program string) string {
	cmd := exec.CommandContext(t.Context(), program, "demo", "-listen", "127.0.0.1:0")
	out := &safeBuffer{}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // t.Context has ended, so the demo is ending
		if err := cmd.Wait(); !cmd.ProcessState.Success() {
			t.Errorf("the demo ended with %v:\n%s", err, out)
		}
	})
	return out.find(t, "Page          ")
}
