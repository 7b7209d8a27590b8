package demo

import (
	"embed"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// assets is the page as it is served; it needs no building.
//
//go:embed page
var assets embed.FS

// policy lets the page load its own script, style and pictures and talk to its own server, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// handler serves the page, what it asks for, and the APIs of both networks.
func (d *demo) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/slack/", http.StripPrefix("/slack", d.levers.slackGate(d.slack)))
	mux.Handle("/telegram/", d.levers.telegramGate(http.StripPrefix("/telegram", d.telegram)))
	mux.HandleFunc("GET /{$}", asset("page.html", "text/html; charset=utf-8"))
	mux.HandleFunc("GET /page.css", asset("page.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /views.css", asset("views.css", "text/css; charset=utf-8"))
	for _, script := range []string{"page.js", "draw.js", "phones.js", "desk.js", "posts.js", "people.js", "views.js"} {
		mux.HandleFunc("GET /"+script, asset(script, "text/javascript; charset=utf-8"))
	}
	mux.HandleFunc("GET /icon.svg", asset("icon.svg", "image/svg+xml"))
	mux.HandleFunc("GET /events", d.stream)
	mux.HandleFunc("GET /sample/{n}", sample)
	mux.HandleFunc("GET /media/phone/{id}", d.phoneMedia)
	mux.HandleFunc("GET /media/desk/{id}", d.deskMedia)
	mux.HandleFunc("POST /do/{act}", d.do)
	return d.guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard answers only requests to this machine by its own names, so that no name elsewhere can be pointed here, and
// says what the page may do.
func (d *demo) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(d.hosts, strings.ToLower(r.Host)) {
			http.Error(w, "The demo answers only to "+d.hosts[0]+".", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// hosts are the names under which the addresses may be asked, the first one's own first.
func hosts(addrs ...string) []string {
	all := []string{addrs[0]}
	for _, addr := range addrs {
		_, port, _ := net.SplitHostPort(addr)
		all = append(all, "127.0.0.1:"+port, "localhost:"+port, "[::1]:"+port)
	}
	return all
}

// asset serves a file of the page. It is not cached, since the next demo may be another version.
func asset(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		data, err := assets.ReadFile("page/" + name)
		if err != nil {
			http.Error(w, "not there", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(data)
	}
}

// sample serves a picture of the demo's own, for staff who have none at hand.
func sample(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.ParseUint(r.PathValue("n"), 10, 8)
	if err != nil {
		media(w, nil, "", false)
		return
	}
	content, err := samplePicture(int(n))
	media(w, content, "", err == nil)
}

// phoneMedia shows what was sent to or from a phone.
func (d *demo) phoneMedia(w http.ResponseWriter, r *http.Request) {
	content, name, ok := d.telegram.File(r.PathValue("id"))
	media(w, content, name, ok)
}

// deskMedia shows what was shared at the desk.
func (d *demo) deskMedia(w http.ResponseWriter, r *http.Request) {
	f, content, ok := d.slack.File(r.PathValue("id"))
	media(w, content, f.Name, ok && !f.Deleted)
}

// media serves pictures as what they are and everything else as a download.
func media(w http.ResponseWriter, content []byte, name string, ok bool) {
	if !ok {
		http.Error(w, "not there", http.StatusNotFound)
		return
	}
	kind := http.DetectContentType(content)
	if !isPicture(kind) {
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", disposition(name))
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(content)
}

// disposition offers a download under a name of harmless characters.
func disposition(name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, name)
	if safe == "" {
		safe = "file"
	}
	return `attachment; filename="` + safe + `"`
}

// isPicture says that a browser may show it. SVG is none: it can hold scripts.
func isPicture(kind string) bool {
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, kind)
}
