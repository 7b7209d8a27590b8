package sim

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody is the most bytes that an API request may have; more is request_too_large.
const maxBody = 1 << 20

// allScopes are the bot scopes that the sim knows.
const allScopes = `app_mentions:read channels:history channels:join channels:manage channels:read chat:write
	chat:write.customize commands dnd:read emoji:read files:read files:write groups:history groups:read groups:write
	im:history im:read im:write reactions:read reactions:write team:read usergroups:read users:read
	metadata.message:read`

// method is one method of the Web API.
type method struct {
	// scopes are alternatives; none = a valid token is enough.
	scopes string
	// need and may are the arguments, besides token.
	need, may string
	// read: GET is fine too.
	read bool
	// app: wants the app-level token, in the header.
	app bool
	do  func(*Sim, *call) (object, *failure)
}

// call is one request to a method.
type call struct {
	method string
	args   map[string]string
	// header and form are the tokens as they came.
	header, form string
	json         bool
	malformed    string
}

// failure is a refusal.
type failure struct {
	code     string
	messages []string
	more     object
	// status and after make it an HTTP error, with Retry-After.
	status int
	after  time.Duration
}

// refuse is a failure with an error code.
func refuse(code string) *failure { return &failure{code: code} }

// invalid is a failure that says which argument is wrong.
func invalid(code, format string, args ...any) *failure {
	return &failure{code: code, messages: []string{"[ERROR] " + fmt.Sprintf(format, args...)}}
}

func (c *call) str(name string) string { return c.args[name] }

func (c *call) has(name string) bool { _, ok := c.args[name]; return ok }

// flag reads a boolean as Slack takes it: true, 1, false, 0.
func (c *call) flag(name string) bool { return c.args[name] == "true" || c.args[name] == "1" }

// number reads a count; fallback where it is absent or no number, and at most most.
func (c *call) number(name string, fallback, most int) int {
	n, err := strconv.Atoi(c.args[name])
	if err != nil || n <= 0 {
		n = fallback
	}
	return min(n, most)
}

// serveAPI is the way of every call: count, read, fail by order, check, do, fail after the act by order, answer.
func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	c := readCall(name, r)
	s.mu.Lock()
	s.calls[name]++
	s.host = r.Host
	s.touch()
	s.mu.Unlock()
	fault, answered := s.gate(w, r, name, c.args)
	if answered {
		return
	}
	body, fail, scopes := s.carryOut(c, r.Method)
	s.opts.Log.Debug("slack sim call", "method", name, "error", fail.String())
	w.Header().Set("X-OAuth-Scopes", strings.Join(scopes, ","))
	w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(strings.Fields(s.methods[name].scopes), ","))
	if fault != nil {
		s.answerWrongly(w, r, fault, body)
		return
	}
	if fail != nil && fail.status != 0 {
		if fail.after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int((fail.after+time.Second-1)/time.Second)))
		}
		answer(w, fail.status, body)
		return
	}
	answer(w, http.StatusOK, body)
}

// String is the code, for the log.
func (f *failure) String() string {
	if f == nil {
		return ""
	}
	return f.code
}

// carryOut checks and does a call and returns its body and the scopes that the token has.
func (s *Sim) carryOut(c *call, verb string) (json.RawMessage, *failure, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	scopes := slices.Clone(s.scopes)
	result, fail := s.do(c, verb)
	if fail == nil {
		if result == nil {
			result = object{}
		}
		result["ok"] = true
		s.touch()
		return raw(result), nil, scopes
	}
	result = object{"ok": false, "error": fail.code}
	if fail.messages != nil {
		result["response_metadata"] = object{"messages": fail.messages}
	}
	maps.Copy(result, fail.more)
	return raw(result), fail, scopes
}

func (s *Sim) do(c *call, verb string) (object, *failure) {
	m, ok := s.methods[c.method]
	switch {
	case !ok:
		return nil, refuse("unknown_method")
	case c.malformed != "":
		return nil, refuse(c.malformed)
	case verb != http.MethodPost && !m.read:
		return nil, refuse("method_not_supported_for_channel_type")
	}
	if fail := s.authenticate(c, m); fail != nil {
		return nil, fail
	}
	if fail := m.check(c); fail != nil {
		return nil, fail
	}
	return m.do(s, c)
}

// authenticate checks token and scopes.
func (s *Sim) authenticate(c *call, m method) *failure {
	token, want := c.header, s.opts.BotToken
	if m.app {
		want = s.opts.AppToken
	} else if token == "" {
		token = c.form
	}
	switch {
	case token == "":
		return refuse("not_authed")
	case c.header != "" && c.form != "" && c.header != c.form:
		return refuse("invalid_auth")
	case token != want && (token == s.opts.AppToken || token == s.opts.BotToken):
		return refuse("not_allowed_token_type")
	case token != want:
		return refuse("invalid_auth")
	case s.revoked != "":
		return refuse(s.revoked)
	}
	if team := c.str("team_id"); team != "" && team != s.opts.Team.ID {
		return refuse("team_access_not_granted") // clients may name the team in every call
	}
	if m.scopes == "" || m.app {
		return nil
	}
	return s.needScope(strings.Fields(m.scopes)...)
}

// needScope refuses where the token has none of the scopes.
func (s *Sim) needScope(any ...string) *failure {
	for _, scope := range any {
		if slices.Contains(s.scopes, scope) {
			return nil
		}
	}
	return &failure{code: "missing_scope", more: object{"needed": any[0], "provided": strings.Join(s.scopes, ",")}}
}

// check refuses arguments that are missing or unknown.
func (m method) check(c *call) *failure {
	need, may := strings.Fields(m.need), strings.Fields(m.may)
	for name := range c.args {
		if name == "team_id" {
			continue // authenticate has checked it
		}
		if !slices.Contains(need, name) && !slices.Contains(may, name) {
			return invalid("invalid_arguments", "the sim does not know the argument %q of %s", name, c.method)
		}
	}
	for _, name := range need {
		if c.args[name] == "" {
			return invalid("invalid_arguments", "missing required field: %s", name)
		}
	}
	return nil
}

// readCall reads arguments and tokens of any of the ways in which Slack takes them.
func readCall(name string, r *http.Request) *call {
	c := &call{method: name, args: map[string]string{}}
	c.header = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		c.malformed = "request_too_large"
		return c
	}
	values := r.URL.Query()
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(body) == 0:
	case err != nil:
		c.malformed = "missing_post_type"
	case kind == "application/json":
		c.json = true
		c.readJSON(body)
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			c.malformed = "invalid_form_data"
		}
		for k, v := range form {
			values[k] = append(values[k], v...)
		}
	default:
		c.malformed = "invalid_post_type"
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		c.malformed = "invalid_charset"
	}
	for k, v := range values {
		if len(v) > 1 {
			c.malformed = "invalid_form_data" // which of them counts is nowhere written
		}
		c.args[k] = v[0]
	}
	if !c.json {
		c.form = c.args["token"]
		delete(c.args, "token")
	}
	return c
}

// readJSON takes strings as they are and everything else as JSON text, as the form would carry it.
func (c *call) readJSON(body []byte) {
	var top map[string]json.RawMessage
	if json.Unmarshal(body, &top) != nil {
		c.malformed = "invalid_json"
		return
	}
	for k, v := range top {
		var text string
		switch {
		case string(v) == "null":
		case json.Unmarshal(v, &text) == nil:
			c.args[k] = text
		default:
			c.args[k] = string(v)
		}
	}
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) // the client has gone; there is nobody to tell
}
