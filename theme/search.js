// Search: opens under the menu bar, and loads the index when it is first asked for.
// It reads the index that mdBook writes, and replaces mdBook's searcher.
"use strict";

(function search() {
    const panel = document.getElementById("mdbook-search-wrapper");
    const toggle = document.getElementById("mdbook-search-toggle");
    if (!panel || !toggle) {
        return;
    }
    const input = document.getElementById("mdbook-searchbar");
    const status = document.getElementById("mdbook-searchresults-header");
    const list = document.getElementById("mdbook-searchresults");
    let index = null;

    // Other spellings of the book's words.
    const SPELLINGS = {
        backpressure: "back-pressure", "go-routine": "goroutine", "go-routines": "goroutines", mutexes: "mutex",
        speedup: "speed-up", syscall: "system call", syscalls: "system call", workstealing: "work stealing",
    };
    // Lists of sources, and pages that are collected from others, repeat the words that other pages explain.
    const REPEATS = /^(?:appendix\/(?:sources|benchmarks|differences)|workshop\/)/;

    // The index scores each section alone. A page that comes back to the words again and again is about them.
    function ranked(results) {
        const pages = new Map();
        const scored = results.map(result => {
            const address = window.search.doc_urls[result.ref];
            const page = address.split("#")[0];
            const weight = result.doc.title === "Sources" ? 0.3 : REPEATS.test(address) ? 0.6 : 1;
            const score = result.score * weight;
            pages.set(page, (pages.get(page) ?? 0) + score);
            return { ...result, page, score };
        });
        const rank = result => result.score + pages.get(result.page) / 2;
        return scored.sort((one, other) => rank(other) - rank(one));
    }

    function load(source) {
        return new Promise((loaded, failed) => {
            const script = document.createElement("script");
            script.src = source;
            script.onload = loaded;
            script.onerror = () => failed(new Error(source));
            document.head.append(script);
        });
    }

    async function loadIndex() {
        if (index) {
            return;
        }
        // The index adds itself to this object.
        window.search = {};
        for (const script of search_scripts) {
            await load(script);
        }
        index = elasticlunr.Index.load(window.search.index);
    }

    function show(open) {
        panel.hidden = !open;
        toggle.setAttribute("aria-expanded", open);
        if (open) {
            input.focus();
            input.select();
            loadIndex().then(find, error => {
                status.textContent = "The search index did not load: " + error.message;
            });
        }
    }

    function find() {
        const typed = input.value.trim();
        const words = typed.split(/\s+/).map(word => SPELLINGS[word.toLowerCase()] ?? word).join(" ");
        if (!index) {
            return;
        }
        list.replaceChildren();
        status.textContent = "";
        if (words === "") {
            return;
        }
        const limit = window.search.results_options.limit_results;
        const found = ranked(index.search(words, window.search.search_options)).slice(0, limit);
        status.textContent = found.length === 1 ? "1 result" : `${found.length} results`;
        const terms = words.toLowerCase().split(/\s+/);
        list.append(...found.map(result => item(result, terms)));
    }

    function item(result, terms) {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = path_to_root + window.search.doc_urls[result.ref];
        link.textContent = result.doc.breadcrumbs;
        const excerpt = document.createElement("p");
        excerpt.append(...excerptOf(result.doc.body, terms));
        item.append(link, excerpt);
        return item;
    }

    // The text around the first word that was found, with the words marked.
    function excerptOf(body, terms) {
        const lower = body.toLowerCase();
        const places = terms.map(term => lower.indexOf(term)).filter(place => place >= 0);
        const start = Math.max(0, Math.min(...places, body.length) - 60);
        const from = places.length && start > 0 ? body.indexOf(" ", start) + 1 : 0;
        const text = body.slice(from, from + 200);
        const pattern = terms.map(term => term.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|");
        const parts = text.split(new RegExp(`(${pattern})`, "giu"));
        const nodes = parts.map((part, place) => {
            if (place % 2 === 0) {
                return part;
            }
            const mark = document.createElement("mark");
            mark.textContent = part;
            return mark;
        });
        return from > 0 ? ["… ", ...nodes, " …"] : [...nodes, body.length > 200 ? " …" : ""];
    }

    toggle.addEventListener("click", () => show(panel.hidden));
    input.addEventListener("input", find);
    input.form.addEventListener("submit", event => {
        event.preventDefault();
        list.querySelector("a")?.click();
    });
    document.addEventListener("keydown", event => {
        if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            show(true);
        } else if (event.key === "Escape" && !panel.hidden) {
            show(false);
            toggle.focus();
        }
    });
})();
