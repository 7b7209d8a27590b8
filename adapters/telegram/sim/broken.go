package sim

import "net/http"

// goWrong answers a call as the rule says; do carries the call out. It returns the status that was answered, 0 = none.
func (s *Sim) goWrong(w http.ResponseWriter, r *http.Request, rule Rule, do func() (int, []byte)) int {
	switch rule.Fault {
	case TooMany:
		text := "Too Many Requests: retry later"
		if rule.RetryAfter > 0 {
			text = "Too Many Requests: retry after " + itoa(int64(rule.RetryAfter))
		}
		return answer(w, apiError{Code: http.StatusTooManyRequests, Text: text, RetryAfter: rule.RetryAfter})
	case Internal:
		return answer(w, apiError{Code: http.StatusInternalServerError, Text: "Internal Server Error"})
	case Unauthorized:
		return answer(w, apiError{Code: http.StatusUnauthorized, Text: "Unauthorized"})
	case Conflict:
		return answer(w, apiError{Code: http.StatusConflict, Text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"})
	case Refuse:
		return answer(w, apiError{Code: rule.Code, Text: rule.Text})
	case BadGateway:
		writeHTML(w, http.StatusBadGateway)
		return http.StatusBadGateway
	case DropBefore:
		drop(w)
		return 0
	case Hang:
		s.hang(r)
		return 0
	}
	status, body := do()
	if status == 0 { // nobody is there any more to be answered
		return 0
	}
	switch rule.Fault {
	case DropAfter:
		drop(w)
		return 0
	case Truncated:
		writeBody(w, status, body[:len(body)/2])
		return status
	case InternalToo:
		return answer(w, apiError{Code: http.StatusInternalServerError, Text: "Internal Server Error"})
	case GatewayAfter:
		writeHTML(w, http.StatusBadGateway)
		return http.StatusBadGateway
	case HangAfter:
		s.hang(r)
		return 0
	}
	writeBody(w, status, body)
	return status
}

func answer(w http.ResponseWriter, e apiError) int {
	writeError(w, e)
	return e.Code
}

// drop breaks the connection without a word.
func drop(w http.ResponseWriter) {
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = c.Close()
	}
}

func (s *Sim) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
}
