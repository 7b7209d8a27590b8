package demo

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestPageIsLocked(t *testing.T) {
	w := newWorld(t)
	rec := w.ask(http.MethodGet, "/", nil)
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "Type as the customer") {
		t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := rec.Header().Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestHosts(t *testing.T) {
	w := newWorld(t)
	for host, want := range map[string]int{
		"127.0.0.1:7777": http.StatusOK, "localhost:7777": http.StatusOK, "LOCALHOST:7777": http.StatusOK, "[::1]:7777": http.StatusOK,
		w.slackDoor.addr: http.StatusOK, "127.0.0.1": http.StatusMisdirectedRequest, "127.0.0.1:7778": http.StatusMisdirectedRequest,
		"example.com": http.StatusMisdirectedRequest, "example.com:7777": http.StatusMisdirectedRequest, "": http.StatusMisdirectedRequest,
	} {
		if rec := w.ask(http.MethodGet, "/", func(r *http.Request) { r.Host = host }); rec.Code != want {
			t.Errorf("host %q: %d, want %d", host, rec.Code, want)
		}
	}
}

// TestOtherPages holds that another page in the same browser can press nothing, while programs reach the APIs.
func TestOtherPages(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, path string
		set        func(*http.Request)
		want       int
	}{
		{"another site", "/do/plug", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		{"another port", "/do/plug", func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:9") }, http.StatusForbidden},
		{"another site, an API", "/slack/api/auth.test", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		{"a program, Slack", "/slack/api/auth.test", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+w.secrets.slackBot) }, http.StatusOK},
		{"a program, Telegram", "/telegram/bot" + w.secrets.telegram + "/getMe", nil, http.StatusOK},
		{"a wrong token", "/telegram/bot1:x/getMe", nil, http.StatusUnauthorized},
		{"an unknown act", "/do/harm", nil, http.StatusBadRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			if rec := w.ask(http.MethodPost, c.path, c.set); rec.Code != c.want {
				t.Errorf("status %d, want %d: %s", rec.Code, c.want, rec.Body)
			}
		})
	}
	if !w.plug.isIn() {
		t.Error("the plug was pulled")
	}
}

// TestPageHasNoSinks holds that nothing in the page can turn text into markup or code, and that the policy needs no
// exceptions.
func TestPageHasNoSinks(t *testing.T) {
	files, err := assets.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	sinks := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|javascript:|DOMParser`)
	inline := regexp.MustCompile(`<script[^>]*>[^<]|<style| style="| on[a-z]+="`)
	w := newWorld(t)
	for _, f := range files {
		text, err := assets.ReadFile("page/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if hit := sinks.Find(text); hit != nil {
			t.Errorf("%s has %q", f.Name(), hit)
		}
		if hit := inline.Find(text); hit != nil && !strings.HasSuffix(f.Name(), ".js") {
			t.Errorf("%s has %q", f.Name(), hit)
		}
		path := "/" + f.Name()
		if f.Name() == "page.html" {
			path = "/"
		}
		if rec := w.ask(http.MethodGet, path, nil); rec.Code != http.StatusOK || !bytes.Equal(rec.Body.Bytes(), text) {
			t.Errorf("%s is not served: %d", f.Name(), rec.Code)
		}
	}
}

// TestMedia holds that only pictures are shown, and nothing else runs in the browser.
func TestMedia(t *testing.T) {
	w := newWorld(t)
	picture, err := samplePicture(1)
	if err != nil {
		t.Fatal(err)
	}
	c := w.telegram.Customers()[0]
	c.SendPhoto(picture, "")
	c.SendDocument("x\"; evil.html", []byte("<html><script>alert(1)</script>"), "")
	c.SendDocument("x.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "")
	said := w.phones()[0].Said
	for i, want := range []string{"image/jpeg", "application/octet-stream", "application/octet-stream"} {
		rec := w.ask(http.MethodGet, said[i].Files[0].URL, nil)
		if got := rec.Header().Get("Content-Type"); rec.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d, %q, want %q", said[i].Files[0].Name, rec.Code, got, want)
		}
		download := rec.Header().Get("Content-Disposition")
		if (download != "") == (want == "image/jpeg") || strings.Count(download, `"`) > 2 {
			t.Errorf("%s: disposition %q", said[i].Files[0].Name, download)
		}
	}
	first, second := w.ask(http.MethodGet, "/sample/1", nil), w.ask(http.MethodGet, "/sample/2", nil)
	if got := first.Header().Get("Content-Type"); first.Code != http.StatusOK || got != "image/jpeg" || bytes.Equal(first.Body.Bytes(), second.Body.Bytes()) {
		t.Errorf("samples: %d, %q, %d and %d bytes", first.Code, got, first.Body.Len(), second.Body.Len())
	}
	for _, path := range []string{"/sample/x", "/sample/-1", "/media/phone/nothing", "/media/desk/nothing", "/nothing", "/page/page.html"} {
		if rec := w.ask(http.MethodGet, path, nil); rec.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, rec.Code)
		}
	}
}
