"use strict";
// Filter, sort and expand the list of findings. Without this script the page
// still shows everything: each finding opens by itself.
(() => {
  const list = document.getElementById("list");
  const tools = document.getElementById("tools");
  if (!list || !tools) return;
  const byId = (id) => document.getElementById(id);
  const filter = byId("filter"), sort = byId("sort"), flagged = byId("flagged"), expand = byId("expand");
  const items = Array.from(list.children);
  tools.hidden = false;

  // What the evidence says stands in bdi elements; the labels around it are not
  // searched. The text is gathered at the first search only.
  let texts = null;
  const gather = () => items.map((li) =>
    Array.from(li.querySelectorAll("bdi, .pid, .why, time"), (e) => e.textContent).join("\n").toLowerCase());

  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = gather();
    let n = 0;
    items.forEach((li, i) => {
      const yes = words.every((w) => texts[i].includes(w)) &&
        !(flagged && flagged.checked && !li.classList.contains("flagged"));
      li.hidden = !yes;
      if (yes) n++;
    });
    byId("none").hidden = n > 0;
    byId("shown").textContent = n === items.length ? "" : n + " of " + items.length + " findings match";
  };

  // Rank breaks all ties, so that an order is the same however one came to it.
  const number = (name, sign) => (a, b) => sign * (a.dataset[name] - b.dataset[name]);
  const text = (name, sign) => (a, b) => {
    const x = a.dataset[name], y = b.dataset[name];
    if (x === y) return 0;
    if (!x || !y) return x ? -1 : 1; // what is unknown stands last
    return sign * (x < y ? -1 : 1);
  };
  const rank = number("rank", 1);
  const orders = {
    rank, count: number("count", -1), rare: number("count", 1),
    first: text("first", 1), last: text("last", -1), host: text("host", 1),
  };
  const order = () => {
    const by = orders[sort.value] || rank;
    list.append(...items.slice().sort((a, b) => by(a, b) || rank(a, b)));
  };

  const open = (yes) => {
    for (const li of items) if (!li.hidden || !yes) li.querySelector("details").open = yes;
    expand.textContent = yes ? "Collapse all" : "Expand all";
    expand.setAttribute("aria-pressed", String(yes));
  };

  filter.addEventListener("input", show);
  if (flagged) flagged.addEventListener("change", show);
  sort.addEventListener("change", order);
  expand.addEventListener("click", () => open(expand.getAttribute("aria-pressed") !== "true"));
  tools.addEventListener("submit", (e) => e.preventDefault());
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && !e.ctrlKey && !e.metaKey && !e.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) {
      e.preventDefault();
      filter.focus();
    } else if (e.key === "Escape" && e.target === filter) {
      filter.value = "";
      show();
    }
  });

  // A link to a finding, as #finding-3, opens it.
  const follow = () => {
    const d = location.hash.startsWith("#finding-") && document.getElementById(location.hash.slice(1));
    if (d) { d.open = true; d.scrollIntoView(); }
  };
  addEventListener("hashchange", follow);
  follow();
  // A browser may restore the fields when the page is loaded again.
  order();
  show();
})();
