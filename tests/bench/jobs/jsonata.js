// The job with JSONata. It is looked for in the folder that CROSSDOCK_BENCH_NODE names.
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const { play } = require("./lines.js");

const installed = createRequire(path.join(process.env.CROSSDOCK_BENCH_NODE, "any.js"));
const expression = installed("jsonata")(
  fs.readFileSync(path.join(__dirname, "map.jsonata"), "utf8"),
);
play((order) => expression.evaluate(order));
