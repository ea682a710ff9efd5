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

  // --- drawings begin at their turning point, and say that they go on
  all(".scroll[data-start]").forEach((box) => {
    const room = box.clientWidth - (box.querySelector(".names")?.offsetWidth || 0);
    box.scrollLeft = Number(box.dataset.start) - box.clientWidth + room / 2;
    const buttons = [["← earlier", -1], ["later →", 1]].map(([words, way]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", () => { box.scrollLeft += way * room * 0.8; });
      return button;
    });
    const line = document.createElement("div");
    line.className = "goes";
    line.append(...buttons);
    box.after(line);
    const tell = () => {
      const rest = box.scrollWidth - box.clientWidth;
      line.hidden = rest < 2;
      box.classList.toggle("goes-left", box.scrollLeft > 1);
      box.classList.toggle("goes-right", box.scrollLeft < rest - 1);
      buttons[0].disabled = box.scrollLeft <= 1;
      buttons[1].disabled = box.scrollLeft >= rest - 1;
    };
    box.addEventListener("scroll", tell, { passive: true });
    addEventListener("resize", tell);
    tell();
  });

  // --- what can be copied
  all(".copy").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Could not copy";
    }
    setTimeout(() => { button.textContent = words; }, 1500);
  });

  // --- an event's commit, below what was clicked
  const panel = one("panel");
  const body = one("panel-body");
  const events = all("tr[data-row]");
  const rowOf = new Map(events.map((row) => [row.id, row]));
  const title = document.title;
  let origin = null;
  let showAll = () => {};
  let current = null;
  const shell = document.createElement("tr");
  shell.className = "panel-row";
  const cell = document.createElement("td");
  cell.colSpan = 4;
  shell.append(cell);

  const choose = (id) => {
    all(".chosen").forEach((e) => e.classList.remove("chosen"));
    if (!id) return;
    all(`[data-e~="${CSS.escape(id)}"]`).forEach((e) => e.classList.add("chosen"));
  };
  const hide = () => {
    panel.hidden = true;
    shell.remove();
    current = null;
    choose("");
    document.title = title;
  };
  // Under the drawing that holds what was clicked, else under the event's row; nothing is covered.
  const put = (row, at) => {
    const figure = at?.closest("figure.drawing");
    if (figure) {
      shell.remove();
      const below = all(".scroll, .goes, .down", figure).filter((e) => e.parentElement === figure);
      below[below.length - 1].after(panel);
      return;
    }
    row.after(shell);
    cell.append(panel);
  };
  const neighbour = (step) => {
    let at = events.indexOf(current) + step;
    while (events[at]?.classList.contains("out")) at += step;
    return events[at];
  };
  const show = (row, at) => {
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
    one("copy-link").dataset.copy = location.href.split("#")[0] + `#${row.id}`;
    one("earlier").disabled = !neighbour(1);
    one("later").disabled = !neighbour(-1);
    put(row, at);
    panel.hidden = false;
    choose(row.id);
    document.title = `${lead.textContent} – ${title}`;
    const over = panel.getBoundingClientRect().top - innerHeight * 0.6;
    if (over > 0) scrollBy(0, Math.min(over, Math.max(0, (at || row).getBoundingClientRect().top - 24)));
  };
  const unfold = (element) => {
    for (let e = element; e; e = e.parentElement) if (e.localName === "details") e.open = true;
  };
  const decoded = (text) => {
    try { return decodeURIComponent(text); } catch { return ""; }
  };
  // A commit by as many digits as somebody gives, as of a link from elsewhere.
  const commitOf = (id) => {
    const hash = /^commit-([0-9a-f]{7,64})$/.exec(id)?.[1];
    const fits = hash ? all("details[data-commit]").filter((d) => d.dataset.id.startsWith(hash)) : [];
    return fits.length === 1 ? fits[0] : null;
  };
  const seen = (e) => e.getClientRects().length > 0;
  const arrive = (scroll) => {
    const id = decoded(location.hash.slice(1));
    const row = rowOf.get(id);
    if (row) {
      const at = all(`figure.drawing a[data-e~="${CSS.escape(id)}"]`).find(seen) || row;
      if (scroll) at.scrollIntoView({ block: "center", inline: "center" });
      show(row, at);
      return;
    }
    hide();
    const target = one(id) || commitOf(id);
    if (target?.matches("details")) {
      if (target.classList.contains("out")) showAll();
      unfold(target);
      target.scrollIntoView();
      target.querySelector("summary").focus({ preventScroll: true });
    }
  };
  const go = (id, at) => {
    if (location.hash !== `#${id}`) history.pushState(null, "", `#${id}`);
    show(rowOf.get(id), at);
    panel.focus({ preventScroll: true });
  };
  const leave = () => {
    history.pushState(null, "", location.pathname + location.search);
    hide();
    origin?.focus?.();
    origin = null;
  };
  const step = (way) => go(neighbour(way).id, panel.closest("figure") && panel);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a[href^='#']");
    const row = !event.target.closest("a, .panel-row") && event.target.closest("tr[data-e]");
    if (row && String(getSelection())) return;
    const id = link ? link.getAttribute("href").slice(1) : row ? list(row, "e")[0] : "";
    if (!rowOf.has(id)) return;
    event.preventDefault();
    if (!panel.contains(event.target)) origin = link || row.querySelector("a");
    go(id, link || row);
  });
  one("close").addEventListener("click", leave);
  one("earlier").addEventListener("click", () => step(1));
  one("later").addEventListener("click", () => step(-1));
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
    // What is filtered by stands in the address, so that it can be sent; values by name.
    const names = { q: "text", k: "kind", f: "file", a: "author", from: "from", to: "to" };
    const keep = () => {
      const address = new URLSearchParams(location.search);
      Object.values(names).forEach((name) => address.delete(name));
      for (const field of ["q", "from", "to"]) {
        if (form.elements[field]?.value) address.set(names[field], form.elements[field].value);
      }
      boxes.filter((b) => b.checked).forEach((b) => address.append(names[b.name], b.dataset.v));
      const text = String(address);
      history.replaceState(null, "", location.pathname + (text ? `?${text}` : "") + location.hash);
    };
    const take = () => {
      const address = new URLSearchParams(location.search);
      for (const field of ["q", "from", "to"]) {
        if (form.elements[field]) form.elements[field].value = address.get(names[field]) || "";
      }
      for (const b of boxes) b.checked = address.getAll(names[b.name]).includes(b.dataset.v);
      one("filter").open = Object.values(names).some((name) => address.has(name));
    };
    const changed = () => { apply(); keep(); };
    form.addEventListener("input", changed);
    form.addEventListener("reset", () => setTimeout(changed));
    form.addEventListener("submit", (event) => event.preventDefault());
    showAll = () => { form.reset(); changed(); };
    one("filter").hidden = false;
    take();
    apply();
  }

  // --- on paper claims are unfolded
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("main .fold:not([open]), main .sources:not([open])");
    folded.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((d) => { d.open = false; }));

  if (location.hash) arrive(true);
})();
