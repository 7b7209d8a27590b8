// Reads a workspace with Slack's own Web API client, page by page, and prints what it found as JSON.
import { WebClient } from '@slack/web-api';

const web = new WebClient(process.env.BOT_TOKEN, { slackApiUrl: process.env.SLACK_API_URL });
const found = { channels: [], users: [], texts: [], replies: [], reactions: 0, refused: '' };

for await (const page of web.paginate('conversations.list', { types: 'public_channel,private_channel', limit: 2 })) {
  found.channels.push(...page.channels.map((c) => c.name));
}
for await (const page of web.paginate('users.list', { limit: 2 })) {
  found.users.push(...page.members.map((u) => u.id));
}
const desk = process.env.CHANNEL;
for await (const page of web.paginate('conversations.history', { channel: desk, limit: 2, include_all_metadata: true })) {
  found.texts.push(...page.messages.map((m) => m.text));
  for (const root of page.messages.filter((m) => m.reply_count)) {
    const thread = await web.conversations.replies({ channel: desk, ts: root.ts });
    found.replies.push(...thread.messages.slice(1).map((m) => m.text));
    await web.reactions.add({ channel: desk, timestamp: root.ts, name: 'eyes' });
    found.reactions += 1;
  }
}
found.link = (await web.chat.getPermalink({ channel: desk, message_ts: process.env.TS })).permalink;
try {
  await web.conversations.history({ channel: 'CNONE' });
} catch (err) {
  found.refused = err.data.error;
}
console.log(JSON.stringify(found));
