// A bot that answers by long polling or by webhook, as the environment says. It says "ready" on standard output and
// ends when its standard input does.
import { createServer } from "node:http";
import { Bot, InputFile, webhookCallback } from "grammy";

const { API_ROOT, TOKEN, MODE } = process.env;
const bot = new Bot(TOKEN, { client: { apiRoot: API_ROOT } });

bot.command("help", (ctx) => ctx.reply("<b>help</b> yourself", { parse_mode: "HTML" }));
bot.on("message:photo", async (ctx) => {
  const file = await ctx.getFile();
  const res = await fetch(`${API_ROOT}/file/bot${TOKEN}/${file.file_path}`);
  const bytes = new Uint8Array(await res.arrayBuffer());
  await ctx.replyWithDocument(new InputFile(bytes, "back.png"), { caption: `got ${bytes.length} bytes` });
});
bot.on("message:text", (ctx) =>
  ctx.reply(`echo ${ctx.message.text}`, { reply_parameters: { message_id: ctx.message.message_id } }));
bot.on("edited_message:text", (ctx) => ctx.reply(`edited ${ctx.editedMessage.text}`));
bot.on("message_reaction", async (ctx) => {
  const { emojiAdded } = ctx.reactions();
  await ctx.reply(`reaction ${emojiAdded.join("")}`);
});
bot.catch((err) => console.error("failed:", err.error));

const kinds = ["message", "edited_message", "message_reaction"];
await bot.api.setMyCommands([{ command: "help", description: "Help" }]);
if (MODE === "webhook") {
  const secretToken = "a-secret";
  const server = createServer(webhookCallback(bot, "http", { secretToken }));
  server.listen(0, "127.0.0.1", async () => {
    await bot.api.setWebhook(`http://127.0.0.1:${server.address().port}/hook`, { secret_token: secretToken, allowed_updates: kinds });
    console.log("ready");
  });
} else {
  bot.start({ allowed_updates: kinds, onStart: () => console.log("ready") });
}
process.stdin.on("end", () => process.exit(0)).resume();
