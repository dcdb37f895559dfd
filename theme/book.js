// What a page does beyond being read: the theme, the sidebar, the tools of code blocks, two keys.
// Nothing here is needed to read the book. It replaces mdBook's book.js.
"use strict";

(function theme() {
    const root = document.documentElement;
    const list = document.getElementById("mdbook-theme-list");
    const buttons = list.querySelectorAll("button");

    function show(theme) {
        root.classList.remove("light", "dark");
        if (theme !== "auto") {
            root.classList.add(theme);
        }
        for (const button of buttons) {
            button.setAttribute("aria-pressed", button.dataset.theme === theme);
        }
    }

    function save(theme) {
        try {
            if (theme === "auto") {
                localStorage.removeItem("mdbook-theme");
            } else {
                localStorage.setItem("mdbook-theme", theme);
            }
        } catch {
            // Without storage the choice lasts as long as the page.
        }
    }

    show(["light", "dark"].find(theme => root.classList.contains(theme)) ?? "auto");
    for (const button of buttons) {
        button.addEventListener("click", () => {
            show(button.dataset.theme);
            save(button.dataset.theme);
            list.hidePopover();
        });
    }
})();

(function sidebar() {
    const root = document.documentElement;
    const nav = document.getElementById("mdbook-sidebar");
    const toggle = document.getElementById("mdbook-sidebar-toggle");
    // Below this width the sidebar is a drawer over the page; css/chrome.css has the same number.
    const drawer = matchMedia("(max-width: 1019px)");

    const isOpen = () => drawer.matches
        ? root.classList.contains("sidebar-open")
        : !root.classList.contains("sidebar-hidden");

    function set(open) {
        if (drawer.matches) {
            root.classList.toggle("sidebar-open", open);
        } else {
            root.classList.toggle("sidebar-hidden", !open);
            try {
                localStorage.setItem("mdbook-sidebar", open ? "visible" : "hidden");
            } catch {
                // Without storage the next page begins with a sidebar.
            }
        }
        toggle.setAttribute("aria-expanded", open);
    }

    toggle.setAttribute("aria-expanded", isOpen());
    drawer.addEventListener("change", () => {
        root.classList.remove("sidebar-open");
        toggle.setAttribute("aria-expanded", isOpen());
    });
    toggle.addEventListener("click", () => {
        set(!isOpen());
        if (drawer.matches && isOpen()) {
            (nav.querySelector("[aria-current]") ?? nav.querySelector("a"))?.focus();
        }
    });
    document.getElementById("mdbook-sidebar-backdrop").addEventListener("click", () => set(false));
    nav.addEventListener("focusout", event => {
        if (drawer.matches && event.relatedTarget && !nav.contains(event.relatedTarget)) {
            set(false);
        }
    });
    document.addEventListener("keydown", event => {
        if (event.key === "Escape" && drawer.matches && isOpen()) {
            set(false);
            toggle.focus();
        }
    });
})();

(function codeBlocks() {
    function button(label, action) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.addEventListener("click", () => action(button));
        return button;
    }

    function visibleText(code) {
        const copy = code.cloneNode(true);
        if (!code.classList.contains("show-hidden")) {
            copy.querySelectorAll(".boring").forEach(line => line.remove());
        }
        return copy.textContent;
    }

    async function copy(code, button) {
        const text = visibleText(code).replace(/^\$ /gm, "");
        try {
            await navigator.clipboard.writeText(text);
            button.textContent = "Copied";
        } catch {
            button.textContent = "Not allowed";
        }
        setTimeout(() => { button.textContent = "Copy"; }, 2000);
    }

    async function run(code, result) {
        result.hidden = false;
        result.textContent = "Running on play.rust-lang.org …";
        try {
            const answer = await fetch("https://play.rust-lang.org/execute", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({
                    channel: "stable",
                    mode: "debug",
                    edition: "2024",
                    crateType: "bin",
                    tests: false,
                    backtrace: false,
                    code: code.textContent,
                }),
            });
            const { success, stdout, stderr } = await answer.json();
            result.textContent = (success ? stdout : stderr + stdout) || "No output";
        } catch (error) {
            result.textContent = "The playground did not answer: " + error.message;
        }
    }

    for (const code of document.querySelectorAll("pre > code")) {
        const pre = code.parentElement;
        const tools = document.createElement("div");
        tools.className = "code-tools";
        if (code.querySelector(".boring")) {
            tools.append(button("Show hidden lines", button => {
                const shown = code.classList.toggle("show-hidden");
                button.textContent = shown ? "Hide lines" : "Show hidden lines";
            }));
        }
        tools.append(button("Copy", button => copy(code, button)));
        const block = document.createElement("div");
        block.className = "code-block";
        pre.replaceWith(block);
        block.append(pre, tools);
        if (pre.classList.contains("playground")) {
            const result = document.createElement("pre");
            result.className = "result";
            result.setAttribute("role", "status");
            result.hidden = true;
            block.append(result);
            tools.append(button("Run", () => run(code, result)));
        }
    }
})();

(function scrolling() {
    // What scrolls sideways must be reachable without a mouse.
    function update() {
        for (const box of document.querySelectorAll("pre, .table-wrapper, .gfs-scroll")) {
            if (box.scrollWidth > box.clientWidth) {
                box.tabIndex = 0;
            } else {
                box.removeAttribute("tabindex");
            }
        }
    }
    update();
    addEventListener("resize", update);
    document.addEventListener("toggle", update, true);
})();

(function keys() {
    document.addEventListener("keydown", event => {
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
            return;
        }
        // In a box that scrolls, and where one types, the arrows have work of their own.
        if (event.target.closest("input, select, textarea, [tabindex='0'], [popover]")) {
            return;
        }
        const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
        const link = rel && document.querySelector(`.nav-chapters a[rel='${rel}']`);
        if (link) {
            event.preventDefault();
            location.href = link.href;
        }
    });
})();
