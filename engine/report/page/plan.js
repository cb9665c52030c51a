// The decisions of a plan: search, filters, pages, details. Texts go in as texts, never as HTML.
(() => {
  const PAGE = 100;
  const ORDER = ["send", "hold", "reject", "report", "skip", "no-op"];
  const SIGNS = { "+": "made", "-": "ended", "~": "changed" };
  const at = id => document.getElementById(id);
  const parsed = id => JSON.parse(at(id).textContent);
  const [about] = parsed("about");
  const all = parsed("decisions");
  const fields = ["flow", "outcome", "rule"];
  let found = [];
  let page = 0;

  const make = (name, text, kind) => {
    const node = document.createElement(name);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };

  // What a search looks at: everything that is shown of a decision.
  for (const one of all) {
    const told = one.changes.flatMap(change => [change.title, ...change.members.flat()]);
    one.text = [one.key, one.number, one.order, one.rule, one.reason, ...told].join("\n").toLowerCase();
    one.why = [one.outcome, one.rule, one.reason].join("\n");
  }
  const rules = new Map();
  for (const one of all) if (!rules.has(one.rule)) rules.set(one.rule, rules.size);
  const count = (list, field) => {
    const counts = new Map();
    for (const one of list) counts.set(one[field], (counts.get(one[field]) ?? 0) + 1);
    return counts;
  };
  // By outcome and rule; what is not sent by its reason, too, that of most decisions first.
  const reasons = count(all, "why");
  const first = new Map();
  for (const one of all) if (!first.has(one.why)) first.set(one.why, first.size);
  const rank = one => ORDER.indexOf(one.outcome) * rules.size + rules.get(one.rule);
  const byReason = (a, b) =>
    a.outcome === "send" ? 0 : reasons.get(b.why) - reasons.get(a.why) || first.get(a.why) - first.get(b.why);
  all.sort((a, b) => rank(a) - rank(b) || byReason(a, b));
  // A choice offers what the other choices leave, each with how many there are.
  const offer = (field, wanted) => {
    const others = fields.filter(other => other !== field);
    const left = all.filter(one => fits(one, others, wanted));
    const chosen = at(field).value;
    const options = [new Option(`any (${left.length})`, "")];
    for (const [value, number] of [...count(left, field)].sort((a, b) => b[1] - a[1])) {
      options.push(new Option(`${value} (${number})`, value));
    }
    if (chosen && !options.some(one => one.value === chosen)) options.push(new Option(`${chosen} (0)`, chosen));
    at(field).replaceChildren(...options);
    at(field).value = chosen;
  };
  const words = () => at("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one, chosen, wanted) =>
    chosen.every(field => !at(field).value || one[field] === at(field).value) &&
    wanted.every(word => one.text.includes(word));

  const inside = one => {
    const box = make("div", "", "inside");
    box.append(make("p", `${one.rule}${about.titles[one.rule] ? ": " + about.titles[one.rule] : ""}`));
    if (one.reason) box.append(make("p", one.reason));
    const names = [`key ${one.key}`, `flow ${one.flow}`, `record ${one.order}`, one.number && `number ${one.number}`];
    box.append(make("p", names.filter(Boolean).join(", "), "soft"));
    for (const change of one.changes) {
      const kind = SIGNS[change.sign];
      box.append(make("p", `${change.sign} ${change.title}`, kind), make("p", change.request, "request"));
      const table = make("table", "", `members ${kind}`);
      for (const [name, ...values] of change.members) {
        const row = table.insertRow();
        const [before, after] = values.length > 1 ? values : [null, values[0]];
        row.append(make("th", name));
        if (before === null) row.insertCell().textContent = after;
        else row.insertCell().append(make("del", before), make("ins", after));
        row.firstChild.scope = "row";
      }
      box.append(table);
      if (change.more) box.append(make("p", `... and ${change.more} more, in the plan file`, "soft"));
    }
    if (!one.changes.length) box.append(make("p", "Nothing is sent.", "soft"));
    const whole = make("p", "Its whole life: ", "soft");
    whole.append(make("code", about.explain + one.asked));
    box.append(whole);
    return box;
  };
  const row = one => {
    const details = make("details");
    const summary = make("summary");
    const what = make("span", one.reason);
    const done = one.changes.map(change => change.summary).filter(Boolean).join(", then ");
    if (done) what.append(make("span", `${one.reason ? " \u00b7 " : ""}${done}`, "what"));
    summary.append(make("span", (one.outcome === "send" && one.number) || one.key, "key"), what);
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(inside(one));
    });
    return details;
  };

  const show = () => {
    const list = at("list");
    const parts = [];
    let heading = "";
    let rule = "";
    const byOutcome = count(found, "outcome");
    const byRule = count(found, "rule");
    const alike = count(found, "why");
    let why = "";
    for (const one of found.slice(page * PAGE, (page + 1) * PAGE)) {
      if (one.outcome !== heading) {
        heading = one.outcome;
        rule = "";
        parts.push(make("h2", `${about.headings[heading] ?? heading}: ${byOutcome.get(heading)}`));
      }
      if (one.rule !== rule) {
        rule = one.rule;
        const title = make("h3", `${byRule.get(rule)} by ${rule}`);
        if (about.titles[rule]) title.append(make("span", `: ${about.titles[rule]}`, "soft"));
        parts.push(title);
      }
      if (one.outcome !== "send" && one.why !== why && alike.get(one.why) > 1) {
        parts.push(make("p", `${alike.get(one.why)} for one reason: ${one.reason}`, "same"));
      }
      why = one.why;
      parts.push(row(one));
    }
    list.replaceChildren(...parts);
    const last = Math.max(1, Math.ceil(found.length / PAGE));
    at("count").textContent = `${found.length} of ${all.length} decisions`;
    at("page").textContent = `Page ${page + 1} of ${last}`;
    at("pages").hidden = last === 1;
    at("back").disabled = page === 0;
    at("next").disabled = page + 1 >= last;
  };
  const choose = () => {
    const wanted = words();
    found = all.filter(one => fits(one, fields, wanted));
    page = 0;
    for (const field of fields) offer(field, wanted);
    show();
  };
  const turn = by => {
    const last = Math.ceil(found.length / PAGE);
    if (page + by < 0 || page + by >= last) return;
    page += by;
    show();
    scrollTo(0, 0);
  };
  const clear = () => {
    at("search").value = "";
    for (const field of fields) at(field).value = "";
    choose();
  };
  const step = by => {
    const heads = [...document.querySelectorAll("summary")];
    const here = heads.indexOf(document.activeElement);
    heads[here < 0 ? 0 : Math.min(heads.length - 1, Math.max(0, here + by))]?.focus();
  };

  let waiting = 0;
  at("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(choose, 120);
  });
  for (const field of fields) at(field).addEventListener("change", choose);
  at("clear").addEventListener("click", clear);
  at("back").addEventListener("click", () => turn(-1));
  at("next").addEventListener("click", () => turn(1));
  const KEYS = { "/": () => at("search").focus(), j: () => step(1), k: () => step(-1), n: () => turn(1), p: () => turn(-1) };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return clear();
    if (/^(INPUT|SELECT)$/.test(event.target.tagName) || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  at("tools").hidden = false;
  choose();
})();
