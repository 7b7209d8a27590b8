package sim

import (
	"encoding/json"
	"net/http"
	"strings"
)

// self is the bot as getMe tells it.
type self struct {
	User
	CanJoinGroups           bool `json:"can_join_groups"`
	CanReadAllGroupMessages bool `json:"can_read_all_group_messages"`
	SupportsInlineQueries   bool `json:"supports_inline_queries"`
	CanConnectToBusiness    bool `json:"can_connect_to_business"`
	HasMainWebApp           bool `json:"has_main_web_app"`
}

func (s *Sim) getMe(*params) (any, *apiError) {
	return self{User: s.bot, CanJoinGroups: true, CanReadAllGroupMessages: s.opts.ReadsGroups, CanConnectToBusiness: true}, nil
}

// maxDownload is the most bytes getFile gives.
const maxDownload = 20 << 20

type file struct {
	FileRef
	FilePath string `json:"file_path"`
}

func (s *Sim) getFile(p *params) (any, *apiError) {
	b, ok := s.files[p.str("file_id")]
	switch {
	case !ok:
		return nil, badf("wrong file_id or the file is temporarily unavailable")
	case len(b.content) > maxDownload:
		return nil, badf("file is too big")
	}
	ref := FileRef{FileID: b.id, FileUniqueID: b.unique, FileSize: int64(len(b.content))}
	return file{FileRef: ref, FilePath: b.path}, nil
}

type fullChat struct {
	Chat
	LinkedChatID     int64    `json:"linked_chat_id,omitempty"`
	AccentColorID    int      `json:"accent_color_id"`
	MaxReactionCount int      `json:"max_reaction_count"`
	AcceptedGifts    giftKind `json:"accepted_gift_types"`
}

type giftKind struct {
	Unlimited    bool `json:"unlimited_gifts"`
	Limited      bool `json:"limited_gifts"`
	Unique       bool `json:"unique_gifts"`
	Premium      bool `json:"premium_subscription"`
	FromChannels bool `json:"gifts_from_channels"`
}

// known finds a chat that the bot may ask about. The lock is held.
func (s *Sim) known(p *params) (*chat, *apiError) {
	c, ok := s.chats[chatKey{id: p.int64("chat_id")}]
	if !ok {
		for _, o := range s.chats {
			if name, at := strings.CutPrefix(p.str("chat_id"), "@"); at && strings.EqualFold(o.Username, name) {
				c, ok = o, true
			}
		}
	}
	if !ok {
		return nil, badf("chat not found")
	}
	return c, nil
}

func (s *Sim) getChat(p *params) (any, *apiError) {
	c, bad := s.known(p)
	if bad != nil {
		return nil, bad
	}
	return fullChat{Chat: c.Chat, LinkedChatID: c.linked, MaxReactionCount: 11}, nil
}

func (s *Sim) getChatMember(p *params) (any, *apiError) {
	c, bad := s.known(p)
	if bad != nil {
		return nil, bad
	}
	id := p.int64("user_id")
	if id == s.bot.ID {
		if c.out {
			return s.member("kicked"), nil
		}
		return s.member("member"), nil
	}
	u, ok := s.users[id]
	if !ok {
		return nil, badf("PARTICIPANT_ID_INVALID")
	}
	return member{Status: "member", User: u.user}, nil
}

func (s *Sim) getBusinessConnection(p *params) (any, *apiError) {
	b, ok := s.business[p.str("business_connection_id")]
	if !ok {
		return nil, badf("business connection not found")
	}
	return b.wire(), nil
}

func (s *Sim) readBusinessMessage(p *params) (any, *apiError) {
	if _, ok := s.business[p.str("business_connection_id")]; !ok {
		return nil, badf("business connection not found")
	}
	c, ok := s.chats[chatKey{business: p.str("business_connection_id"), id: p.int64("chat_id")}]
	if !ok || c.message(p.int("message_id")) == nil {
		return nil, badf("message not found")
	}
	return true, nil
}

func (s *Sim) setMyCommands(p *params) (any, *apiError) {
	var list []struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	}
	if bad := p.json("commands", &list); bad != nil {
		return nil, bad
	}
	for _, c := range list {
		if c.Command == "" || c.Description == "" {
			return nil, badf("BOT_COMMAND_INVALID")
		}
	}
	s.commands, _ = json.Marshal(list)
	return true, nil
}

func (s *Sim) getMyCommands(*params) (any, *apiError) {
	if s.commands == nil {
		return []any{}, nil
	}
	return json.RawMessage(s.commands), nil
}

func (s *Sim) deleteMyCommands(*params) (any, *apiError) {
	s.commands = nil
	return true, nil
}

func (s *Sim) answerCallbackQuery(p *params) (any, *apiError) {
	if p.str("callback_query_id") == "" {
		return nil, badf("query is too old and response timeout expired or query ID is invalid")
	}
	return true, nil
}

func (s *Sim) leaveChat(p *params) (any, *apiError) {
	c, bad := s.known(p)
	if bad != nil {
		return nil, bad
	}
	if c.Type == "private" {
		return nil, &apiError{Code: http.StatusBadRequest, Text: "Bad Request: chat member status can't be changed in private chats"}
	}
	c.out = true
	return true, nil
}
