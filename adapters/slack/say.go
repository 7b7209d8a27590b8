package slack

import (
	"errors"
	"fmt"

	"webcare/adapters"
)

// said is a sentence about the desk that staff read: in English as an error of the log, in their language in Slack.
type said struct {
	format string
	args   []any
	err    error
}

var _ adapters.Worded = (*said)(nil)

func sayf(format string, args ...any) *said {
	return &said{format, args, fmt.Errorf(format, args...)}
}

// Error is the sentence in English.
func (s *said) Error() string { return s.err.Error() }

// Unwrap gives the error among the arguments.
func (s *said) Unwrap() error { return errors.Unwrap(s.err) }

// In is the sentence in the language with this tag; English where it is not in it.
func (s *said) In(tag string) string {
	format, known := sentences[tag][s.format]
	if !known {
		return s.Error()
	}
	args := make([]any, len(s.args))
	for i, a := range s.args {
		args[i] = a
		if err, is := a.(error); is {
			args[i] = adapters.InWords(err, tag)
		}
	}
	return fmt.Sprintf(format, args...)
}

// sentences are the formats of sayf in other languages.
var sentences = map[string]map[string]string{"nl": {
	"there is no channel #%s that the bot can see; if it was renamed, put its new name into the config; if it is private, type in it: /invite @%s":   "er is geen kanaal #%s dat de bot kan zien; is het hernoemd, zet dan de nieuwe naam in de configuratie; is het privé, typ er dan: /invite @%s",
	"the channel #%s is archived; unarchive it, or choose another channel in the config":                                                             "het kanaal #%s is gearchiveerd; haal het uit het archief, of kies een ander kanaal in de configuratie",
	"the bot is not in #%s; type there: /invite @%s":                                                                                                 "de bot zit niet in #%s; typ daar: /invite @%s",
	"the channel #%s has another id now, %s: Slack changes it when a channel becomes shared; choose a channel of your own in the config and restart": "het kanaal #%s heeft nu een ander id, %s: Slack wijzigt dat als een kanaal gedeeld wordt; kies een eigen kanaal in de configuratie en start opnieuw",
	"the channel #%s is shared with %w; choose another channel":                                                                                      "het kanaal #%[1]s wordt gedeeld met mensen van buiten het bedrijf, die zouden lezen wat klanten schrijven; kies een ander kanaal",
	"the Slack app was removed or its token was revoked; install the app again and put its new token in the config":                                  "de Slack-app is verwijderd of het token is ingetrokken; installeer de app opnieuw en zet het nieuwe token in de configuratie",
	"the channel #%s was archived; unarchive it, or choose another channel in the config":                                                            "het kanaal #%s is gearchiveerd; haal het uit het archief, of kies een ander kanaal in de configuratie",
	"the channel #%s was deleted; choose another channel in the config and restart":                                                                  "het kanaal #%s is verwijderd; kies een ander kanaal in de configuratie en start opnieuw",
	"the bot was removed from #%s; type there: /invite @%s":                                                                                          "de bot is verwijderd uit #%s; typ daar: /invite @%s",
	"the Slack app lacks the scope %s; add it on the app's page OAuth & Permissions and install the app again":                                       "de Slack-app mist de scope %s; voeg die toe op de pagina OAuth & Permissions van de app en installeer de app opnieuw",
	"the Slack app lacks a scope; compare it with `webcare manifest` and install the app again":                                                      "de Slack-app mist een scope; vergelijk hem met `webcare manifest` en installeer de app opnieuw",
	"Slack does not accept the token; copy the current one from the app's page OAuth & Permissions into bot_token and restart":                       "Slack neemt het token niet aan; kopieer het huidige van de pagina OAuth & Permissions van de app naar bot_token en start opnieuw",
	"Slack does not let this app in; install it again in the workspace, with an admin's consent":                                                     "Slack laat deze app niet toe; installeer hem opnieuw in de werkruimte, met toestemming van een beheerder",
	"the bot is not in the desk channel; invite it there with /invite":                                                                               "de bot zit niet in het kanaal; nodig hem daar uit met /invite",
	"the desk channel is not there, or it is private and the bot is not in it; invite it there with /invite":                                         "het kanaal is er niet, of het is privé en de bot zit er niet in; nodig hem daar uit met /invite",
	"the desk channel is archived; unarchive it, or choose another channel in the config":                                                            "het kanaal is gearchiveerd; haal het uit het archief, of kies een ander kanaal in de configuratie",
	"the workspace's settings do not let the bot write in the desk channel; ask an admin to allow it":                                                "de instellingen van de werkruimte laten de bot niet in het kanaal schrijven; vraag een beheerder het toe te staan",
	"the workspace has reached its limit of messages; an admin must raise the plan":                                                                  "de werkruimte heeft haar limiet aan berichten bereikt; een beheerder moet het abonnement verhogen",
	"apps.connections.open: HTTP status 404; check api_url, it does not lead to Slack's Web API":                                                     "apps.connections.open: HTTP-status 404; controleer api_url, het leidt niet naar de Web API van Slack",
	"apps.connections.open: %s: app_token needs to be an app-level token with the scope connections:write":                                           "apps.connections.open: %s: app_token moet een token van de app zelf zijn, met de scope connections:write",
	"apps.connections.open: %s: Slack does not accept app_token; make a new app-level token on the app's page Basic Information and restart":         "apps.connections.open: %s: Slack neemt app_token niet aan; maak een nieuw token op de pagina Basic Information van de app en start opnieuw",
	"apps.connections.open: %s: %w":                                          "apps.connections.open: %s: %s",
	"%s: HTTP status %d; check api_url, it does not lead to Slack's Web API": "%s: HTTP-status %d; controleer api_url, het leidt niet naar de Web API van Slack",
	"%s: Slack cannot be reached: %w":                                        "%s: Slack is niet te bereiken: %s",
	"%s: Slack answers with HTTP status %d":                                  "%s: Slack antwoordt met HTTP-status %d",
	"%s: Slack asks us to wait":                                              "%s: Slack vraagt ons te wachten",
	"the Socket Mode of Slack cannot be reached: %w":                         "de Socket Mode van Slack is niet te bereiken: %s",
	"each connection is ended by Slack at once; see whether Socket Mode is switched on for the app, and whether other programs use its app token": "Slack verbreekt elke verbinding meteen; kijk of Socket Mode aanstaat voor de app, en of andere programma's het token van de app gebruiken",
	"no answer in time: %w": "geen antwoord op tijd: %s",
}}
