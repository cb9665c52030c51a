// The lines around a job in Node: read, decode, map, encode, write.
const fs = require("node:fs");
const readline = require("node:readline");

exports.play = async (mapped) => {
  const [source, target] = process.argv.slice(2, 4);
  const out = fs.createWriteStream(target);
  const lines = readline.createInterface({ input: fs.createReadStream(source), crlfDelay: Infinity });
  for await (const line of lines) {
    const found = await mapped(JSON.parse(line));
    if (found !== undefined) out.write(JSON.stringify(found) + "\n");
  }
  out.end();
};
