// Listens on the port that is given, on this machine only, until it is ended.
const TelegramServer = require("telegram-test-api");

const server = new TelegramServer({ host: "127.0.0.1", port: Number(process.argv[2]), storeTimeout: 3600 });
// Telegram never gives the same number twice, not after a restart either.
server.updateId = server.messageId = Math.floor(Date.now() / 100) % 2 ** 31;
server.start().then(() => console.log("ready"));
