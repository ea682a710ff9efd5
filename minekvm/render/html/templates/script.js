"use strict";
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const list = (element, name) => (element.dataset[name] || "").split(" ").filter(Boolean);

  // --- light and dark
  const theme = one("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();
  theme.hidden = false;
  if (innerWidth <= 960) all(".side details").forEach((d) => { d.open = false; });

  // --- tracing a path: what an event comes from, and what came of it
  all("svg[data-trace]").forEach((svg) => {
    const lines = all("[data-s]", svg);
    const nodes = new Map(all("[data-n]", svg).map((n) => [n.dataset.n, n]));
    const reach = (start, from, to) => {
      const seen = new Set([start]);
      const pending = [start];
      while (pending.length) {
        const here = pending.pop();
        for (const line of lines) {
          if (line.dataset[from] !== here) continue;
          line.classList.add("on");
          const next = line.dataset[to];
          if (next && !seen.has(next)) { seen.add(next); pending.push(next); }
        }
      }
      return seen;
    };
    const clear = () => {
      svg.classList.remove("tracing");
      all(".on", svg).forEach((e) => e.classList.remove("on"));
    };
    const trace = (event) => {
      const node = event.target.closest("[data-n]");
      clear();
      if (!node) return;
      for (const n of [...reach(node.dataset.n, "s", "t"), ...reach(node.dataset.n, "t", "s")]) {
        nodes.get(n)?.classList.add("on");
      }
      svg.classList.add("tracing");
    };
    svg.addEventListener("pointerover", trace);
    svg.addEventListener("focusin", trace);
    svg.addEventListener("pointerleave", clear);
    svg.addEventListener("focusout", clear);
  });

  // --- one stop of the tab key for a drawing, the arrow keys inside it
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  all("svg[data-rove]").forEach((svg) => {
    const links = all("a[href]", svg);
    if (!links.length) return;
    const stop = (link) => links.forEach((l) => l.setAttribute("tabindex", l === link ? "0" : "-1"));
    stop(links[0]);
    svg.addEventListener("focusin", (event) => {
      const link = event.target.closest("a[href]");
      if (link) stop(link);
    });
    svg.addEventListener("keydown", (event) => {
      const here = links.indexOf(event.target.closest("a"));
      const to = { Home: 0, End: links.length - 1 }[event.key] ?? here + steps[event.key];
      if (here < 0 || Number.isNaN(to) || !links[to]) return;
      event.preventDefault();
      links[to].focus();
      links[to].scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  });

  // --- an event's commit at the side
  const panel = one("panel");
  const body = one("panel-body");
  const events = all("tr[data-row]");
  const rowOf = new Map(events.map((row) => [row.id, row]));
  const title = document.title;
  let origin = null;
  let showAll = () => {};
  let current = null;

  const choose = (id) => {
    all(".chosen").forEach((e) => e.classList.remove("chosen"));
    if (!id) return;
    all(`[data-e~="${CSS.escape(id)}"]`).forEach((e) => e.classList.add("chosen"));
  };
  const hide = () => {
    panel.hidden = true;
    current = null;
    choose("");
    document.title = title;
  };
  const neighbour = (step) => {
    let at = events.indexOf(current) + step;
    while (events[at]?.classList.contains("out")) at += step;
    return events[at];
  };
  const show = (row) => {
    const commit = all("details[data-commit]").find((d) => d.dataset.c === row.dataset.c);
    body.replaceChildren();
    const lead = document.createElement("p");
    lead.className = "lead";
    lead.textContent = commit ? commit.querySelector(".subject").textContent : row.dataset.c;
    const what = document.createElement("p");
    const cells = row.children;
    what.append(...cells[1].querySelector("a").cloneNode(true).childNodes, " ");
    what.append(...cells[2].cloneNode(true).childNodes);
    body.append(lead, what);
    if (commit) {
      const copy = commit.querySelector(".body").cloneNode(true);
      all("[id]", copy).forEach((e) => e.removeAttribute("id"));
      const symbol = cells[2].querySelector(".symbol").textContent;
      const changes = all(".change", copy);
      changes.filter((c) => list(c, "names").includes(symbol)).forEach((c) => changes[0].before(c));
      body.append(copy);
    }
    current = row;
    one("panel-title").textContent = `Event ${events.indexOf(row) + 1} of ${events.length}`;
    one("earlier").disabled = !neighbour(1);
    one("later").disabled = !neighbour(-1);
    panel.hidden = false;
    panel.scrollTop = 0;
    choose(row.id);
    document.title = `${lead.textContent} – ${title}`;
  };
  const unfold = (element) => {
    for (let e = element; e; e = e.parentElement) if (e.localName === "details") e.open = true;
  };
  const decoded = (text) => {
    try { return decodeURIComponent(text); } catch { return ""; }
  };
  const arrive = (scroll) => {
    const id = decoded(location.hash.slice(1));
    const row = rowOf.get(id);
    if (row) {
      show(row);
      if (scroll) (document.querySelector(`svg a[data-e~="${CSS.escape(id)}"]`) || row).scrollIntoView({ block: "center", inline: "center" });
      return;
    }
    hide();
    const target = one(id);
    if (target?.matches("details")) {
      if (target.classList.contains("out")) showAll();
      unfold(target);
      target.scrollIntoView();
      target.querySelector("summary").focus({ preventScroll: true });
    }
  };
  const go = (id) => {
    if (location.hash !== `#${id}`) history.pushState(null, "", `#${id}`);
    show(rowOf.get(id));
    panel.focus({ preventScroll: true });
  };
  const leave = () => {
    history.pushState(null, "", location.pathname + location.search);
    hide();
    origin?.focus?.();
    origin = null;
  };
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a[href^='#']");
    const row = !event.target.closest("a") && event.target.closest("tr[data-e]");
    if (row && String(getSelection())) return;
    const id = link ? link.getAttribute("href").slice(1) : row ? list(row, "e")[0] : "";
    if (!rowOf.has(id)) return;
    event.preventDefault();
    if (!panel.contains(event.target)) origin = link || row.querySelector("a");
    go(id);
  });
  one("close").addEventListener("click", leave);
  one("earlier").addEventListener("click", () => go(neighbour(1).id));
  one("later").addEventListener("click", () => go(neighbour(-1).id));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) leave();
  });
  addEventListener("popstate", () => arrive(false));
  addEventListener("hashchange", () => arrive(false));

  // --- the filter: events by their own facets, everything else by its events
  const form = one("filters");
  if (form) {
    const commits = all("details[data-commit]");
    const texts = new Map([...events, ...commits].map((e) => [e, e.textContent.toLowerCase()]));
    const facets = ["k", "f", "a"];
    const boxes = all("input[type=checkbox]", form);
    const items = all("[data-c]").filter((e) => !("row" in e.dataset) && !("commit" in e.dataset));
    const of = new Map();
    for (const row of events) of.set(row.dataset.c, [...(of.get(row.dataset.c) || []), row]);

    const apply = () => {
      const chosen = Object.fromEntries(facets.map((f) => [f, new Set(boxes.filter((b) => b.name === f && b.checked).map((b) => b.value))]));
      const query = form.elements.q.value.trim().toLowerCase();
      const from = form.elements.from?.value || "";
      const to = form.elements.to?.value || "9999";
      const has = (e, f) => !chosen[f].size || list(e, f).some((v) => chosen[f].has(v));
      const rest = (e) => (e.dataset.d || "") >= from && (e.dataset.d || "") <= to && (!query || texts.get(e).includes(query));
      const byId = commits.reduce((m, c) => m.set(c.dataset.c, c), new Map());
      const said = (row) => rest(row) || (query && byId.has(row.dataset.c) && rest(byId.get(row.dataset.c)));
      const active = query || from || form.elements.to?.value || facets.some((f) => chosen[f].size);

      const seen = new Set();
      const seenCommits = new Set();
      const counts = new Map();
      for (const row of events) {
        const base = said(row);
        const fits = Object.fromEntries(facets.map((f) => [f, has(row, f)]));
        if (base) {
          for (const f of facets) {
            if (facets.every((g) => g === f || fits[g])) {
              for (const v of list(row, f)) counts.set(f + v, (counts.get(f + v) || 0) + 1);
            }
          }
        }
        const shown = base && facets.every((f) => fits[f]);
        row.classList.toggle("out", !shown);
        if (shown) { seen.add(row.id); seenCommits.add(row.dataset.c); }
      }
      for (const commit of commits) {
        const alone = !of.has(commit.dataset.c) && !chosen.k.size && has(commit, "a") && has(commit, "f") && rest(commit);
        if (alone) seenCommits.add(commit.dataset.c);
        commit.classList.toggle("out", !seenCommits.has(commit.dataset.c));
      }
      for (const item of items) {
        const ids = list(item, "e");
        const shown = ids.length ? ids.some((id) => seen.has(id)) : list(item, "c").some((c) => seenCommits.has(c));
        item.classList.toggle("out", Boolean(active) && !shown);
      }
      all("svg[data-trace]").forEach((svg) => {
        const gone = new Set(all("[data-n].out", svg).map((n) => n.dataset.n));
        all("[data-s]", svg).forEach((line) => line.classList.toggle("out", gone.has(line.dataset.s) || gone.has(line.dataset.t)));
      });
      for (const box of boxes) {
        const label = box.closest("label");
        const count = counts.get(box.name + box.value) || 0;
        label.querySelector(".n").textContent = count;
        label.classList.toggle("none", !count && !box.checked);
      }
      const found = `${seen.size} of ${events.length} events, ${seenCommits.size} of ${commits.length} commits`;
      one("said").textContent = active ? found : `All ${events.length} events`;
      one("active").hidden = !active;
      one("active").firstElementChild.textContent = found;
      if (current) { one("earlier").disabled = !neighbour(1); one("later").disabled = !neighbour(-1); }
    };
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    showAll = () => { form.reset(); apply(); };
    one("filter").hidden = false;
    apply();
  }

  // --- on paper everything is unfolded
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("main details:not([open])");
    folded.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((d) => { d.open = false; }));

  if (location.hash) arrive(true);
})();
