// A small bot on Slack's own framework. It lives on the simulator: what it can do here, it could do in Slack.
// SLACK_API_URL says where; it ends when its standard input closes.
import bolt from '@slack/bolt';

const app = new bolt.App({
  token: process.env.BOT_TOKEN,
  appToken: process.env.APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

app.message('hello', async ({ message, client }) => {
  await client.chat.postMessage({
    channel: message.channel,
    thread_ts: message.ts,
    text: `hello <@${message.user}>`,
    metadata: { event_type: 'golden', event_payload: { id: 'k1' } },
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `hello <@${message.user}>` } },
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'more', value: '42', text: { type: 'plain_text', text: 'More' } }],
      },
    ],
  });
});

app.action('more', async ({ ack, action, body, client, respond }) => {
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `value ${action.value}` });
  await respond({ text: 'only for you', response_type: 'ephemeral', replace_original: false });
});

app.command('/webcare', async ({ ack, command }) => {
  await ack({ text: `you said ${command.text}`, response_type: 'in_channel' });
});

app.event('reaction_added', async ({ event, client }) => {
  await client.filesUploadV2({
    channel_id: event.item.channel,
    thread_ts: event.item.ts,
    filename: 'report.txt',
    content: 'a report',
    initial_comment: 'as you asked',
  });
});

app.shortcut('edit', async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({
    trigger_id: shortcut.trigger_id,
    view: {
      type: 'modal',
      callback_id: 'edited',
      private_metadata: JSON.stringify({ channel: shortcut.channel.id }),
      title: { type: 'plain_text', text: 'Edit' },
      submit: { type: 'plain_text', text: 'Send' },
      blocks: [
        {
          type: 'input',
          block_id: 'body',
          label: { type: 'plain_text', text: 'Text' },
          element: { type: 'plain_text_input', action_id: 'text' },
        },
      ],
    },
  });
});

app.view('edited', async ({ ack, view, client }) => {
  await ack();
  const { channel } = JSON.parse(view.private_metadata);
  await client.chat.postMessage({ channel, text: view.state.values.body.text.value });
});

app.event('app_home_opened', async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'divider' }] } });
});

await app.start();
console.log('ready');
process.stdin.resume();
process.stdin.on('end', async () => {
  await app.stop();
  process.exit(0);
});
