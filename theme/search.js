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
        const words = input.value.trim();
        if (!index) {
            return;
        }
        list.replaceChildren();
        status.textContent = "";
        if (words === "") {
            return;
        }
        const limit = window.search.results_options.limit_results;
        const found = index.search(words, window.search.search_options).slice(0, limit);
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
        const pattern = terms.map(term => term.replace(/[^\p{L}\p{N}]/gu, "\\$&")).join("|");
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
