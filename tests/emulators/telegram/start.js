// Listens on the port that is given, on this machine only, until it is ended.
const TelegramServer = require("telegram-test-api");

new TelegramServer({ host: "127.0.0.1", port: Number(process.argv[2]), storeTimeout: 3600 })
  .start()
  .then(() => console.log("ready"));
