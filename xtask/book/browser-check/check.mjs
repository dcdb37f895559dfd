// Checks the built site in a browser: `node check.mjs <site-dir> [page…]`, after `npm ci`.
//
// On every page, in light and in dark: no axe violation (WCAG 2.2 AA and best practice), no message in the console, no
// sideways scrolling at 390 px, everything within reach of the keyboard, the same text without JavaScript, paper that can
// be read when printed from dark, at most 120 KB over the wire. Also: the theme menu, the sidebar as a drawer, what search
// finds, the player of a trace, the page for a wrong address, the sitemap. `book lint` has checked the links already.
// With pages named, only those are looked at, and nothing else.
// The browser is Chromium or Chrome, found on the path or named in the variable CHROMIUM.

import { createServer } from "node:http";
import { readFile, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { delimiter, extname, join, relative, resolve, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { bars, player, walk } from "./keyboard.mjs";
import { published } from "./published.mjs";
import { search } from "./words.mjs";

const BUDGET = 120 * 1024;
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
// A4 without its margins.
const PAPER = { width: 718, height: 1020 };
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };

const site = resolve(process.argv[2] ?? "");
if (!existsSync(join(site, "index.html"))) {
    console.error("usage: node check.mjs <site-dir>, a folder that `book build` wrote");
    process.exit(2);
}
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const problems = [];
// How many bytes each address is over the wire.
const sizes = new Map();
const server = createServer(serve);
await new Promise(listening => server.listen(0, "127.0.0.1", listening));
// In its folder, as on GitHub Pages: at the root, a path with one `../` too many would still be found.
const lost = await readFile(join(site, "404.html"), "utf8");
const base = lost.match(/<base href="([^"]+)">/)?.[1] ?? "/site/";
const origin = `http://127.0.0.1:${server.address().port}${base}`;
const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
});
try {
    const pages = await findPages(site);
    const chosen = process.argv.slice(3);
    let heaviest = 0;
    const left = [...chosen.length > 0 ? chosen : pages];
    const lane = async () => {
        for (let page = left.shift(); page; page = left.shift()) {
            const { weight, text } = await onDesktop(page) ?? { weight: 0, text: "" };
            heaviest = Math.max(heaviest, weight);
            await onPhone(page);
            await withoutScripts(page, text);
        }
    };
    await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, lane));
    if (chosen.length === 0) {
        await controls("chapter-4/index.html");
        await wrongAddress("chapter-9/no/such.html");
        await wholeBook(pages);
        problems.push(...await published(site, pages, resolve(import.meta.dirname, "../../..")));
    }
    console.log(`${pages.length} pages, the heaviest ${(heaviest / 1024).toFixed(1)} KB`);
} finally {
    await browser.close();
    server.close();
}
for (const problem of problems) {
    console.log(problem);
}
console.log(problems.length === 0 ? "Nothing to mend." : `${problems.length} to mend.`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function onDesktop(page) {
    return visit(page, { colorScheme: "light", viewport: DESKTOP }, async (tab, loaded) => {
        const weight = [...loaded].reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
        if (weight > BUDGET) {
            problems.push(`${page}: ${(weight / 1024).toFixed(1)} KB, more than ${BUDGET / 1024}`);
        }
        const text = await textOf(tab);
        await audit(tab, `${page} (light)`);
        await tab.emulateMedia({ colorScheme: "dark" });
        await audit(tab, `${page} (dark)`);
        problems.push(...(await walk(tab)).map(problem => `${page}: keyboard: ${problem}`));
        await onPaper(tab, page);
        return { weight, text };
    });
}

// A page that is dark on the screen, on its way to the printer.
async function onPaper(tab, page) {
    await tab.evaluate(() => document.documentElement.classList.add("dark"));
    await tab.setViewportSize(PAPER);
    await tab.emulateMedia({ media: "print", colorScheme: "dark" });
    const { ground, wide, cut, folded } = await tab.evaluate(() => ({
        ground: getComputedStyle(document.body).backgroundColor,
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        cut: [...document.querySelectorAll("main *")].filter(element =>
            ["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX)
            && element.scrollWidth > element.clientWidth + 1 && element.checkVisibility()).length,
        folded: [...document.querySelectorAll("details.admonition > :not(summary)")].filter(element =>
            !element.checkVisibility() || element.getBoundingClientRect().height === 0).length,
    }));
    if (folded > 0) {
        problems.push(`${page}: ${folded} answers stay folded on paper`);
    }
    if (ground !== "rgb(255, 255, 255)") {
        problems.push(`${page}: a dark page does not print on white`);
    }
    if (wide > 0 || cut > 0) {
        problems.push(`${page}: paper is too narrow for it: ${wide} px, and ${cut} parts are cut off`);
    }
    await audit(tab, `${page} (paper)`, { type: "rule", values: ["color-contrast"] });
}

async function onPhone(page) {
    await visit(page, { viewport: PHONE, hasTouch: true, isMobile: true }, async tab => {
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 0) {
            problems.push(`${page}: scrolls sideways by ${wide} px at ${PHONE.width} px`);
        }
        await audit(tab, `${page} (phone)`);
    });
}

async function withoutScripts(page, scripted) {
    await visit(page, { javaScriptEnabled: false }, async tab => {
        if (await textOf(tab) !== scripted) {
            problems.push(`${page}: reads otherwise without JavaScript`);
        }
        if (page !== "toc.html" && !await tab.getByRole("link", { name: "Contents" }).isVisible()) {
            problems.push(`${page}: no way to the contents without JavaScript`);
        }
    });
}

// The text of a page that can be seen, without what scripts add to code blocks and traces.
function textOf(tab) {
    return tab.evaluate(() => {
        const style = document.createElement("style");
        style.textContent = ".code-tools, .result, .gfs-player { display: none !important; }";
        document.head.append(style);
        const text = document.querySelector("main").innerText.replace(/\s+/g, " ").trim();
        style.remove();
        return text;
    });
}

// One visit, in a browser that remembers nothing. Whatever the page prints to the console is a problem.
async function visit(page, options, work, expected = /^$/) {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(30_000);
    // The whole book asks for a printer when it is opened.
    await context.addInitScript(() => { window.print = () => {}; });
    const tab = await context.newPage();
    tab.on("console", message => {
        if (["error", "warning"].includes(message.type()) && !expected.test(message.text())) {
            problems.push(`${page}: console: ${message.text()}`);
        }
    });
    const loaded = new Set();
    tab.on("request", request => loaded.add(new URL(request.url()).pathname));
    tab.on("pageerror", error => problems.push(`${page}: ${error.message}`));
    // Nothing on a page may need another site.
    await tab.route(url => !url.href.startsWith(origin), route => {
        problems.push(`${page}: loads ${route.request().url()}`);
        return route.abort();
    });
    try {
        await tab.goto(origin + page, { waitUntil: "load" });
        return await work(tab, loaded);
    } catch (error) {
        problems.push(`${page}: ${error.message.split("\n")[0]}`);
    } finally {
        await context.close();
    }
}

async function audit(tab, where, runOnly = AXE_TAGS) {
    if (!await tab.evaluate(() => "axe" in window)) {
        await tab.evaluate(axe);
    }
    const found = await tab.evaluate(runOnly => window.axe.run({ runOnly }), runOnly);
    for (const { id, help, nodes } of found.violations) {
        const places = nodes.map(node => node.target.join(" ")).slice(0, 4).join(", ");
        problems.push(`${where}: ${id}: ${help}: ${places}${nodes.length > 4 ? ` and ${nodes.length - 4} more` : ""}`);
    }
}

// What a reader opens: each state is audited too.
async function controls(page) {
    const expect = (holds, what) => holds || problems.push(`${page}: ${what}`);
    const theme = tab => tab.evaluate(() => getComputedStyle(document.documentElement).colorScheme);

    await visit(page, { colorScheme: "light", viewport: DESKTOP }, async tab => {
        await tab.getByRole("button", { name: "Theme" }).click();
        await audit(tab, `${page} (theme menu)`);
        await tab.getByRole("button", { name: "Dark" }).click();
        expect(await theme(tab) === "dark", "the button Dark does not make the page dark");
        await tab.reload();
        expect(await theme(tab) === "dark", "the choice of a theme does not survive a reload");
    });
    await visit(page, { viewport: DESKTOP }, tab => bars(tab, expect));
    await visit(page, { viewport: DESKTOP }, tab => search(tab, expect));
    await visit("chapter-5/index.html", { viewport: DESKTOP }, tab => player(tab, expect));

    await visit(page, { viewport: DESKTOP }, async tab => {
        await tab.keyboard.press("Control+k");
        await tab.keyboard.type("task");
        await tab.locator("#mdbook-searchresults li a").first().waitFor();
        await audit(tab, `${page} (search)`);
        await tab.keyboard.press("Escape");
        expect(!await tab.locator("#mdbook-searchbar").isVisible(), "Escape does not close search");
        await tab.getByRole("button", { name: "Contents" }).click();
        expect(!await tab.getByRole("navigation", { name: "Table of contents" }).isVisible(), "the sidebar stays");
    });

    await visit(page, { viewport: PHONE, hasTouch: true, isMobile: true }, async tab => {
        const nav = tab.getByRole("navigation", { name: "Table of contents" });
        expect(!await nav.isVisible(), "the sidebar covers the page of a phone");
        await tab.getByRole("button", { name: "Contents" }).click();
        expect(await nav.isVisible(), "the button Contents does not open the sidebar");
        await audit(tab, `${page} (sidebar on a phone)`);
        await tab.keyboard.press("Escape");
        expect(!await nav.isVisible(), "Escape does not close the sidebar");
    });
}

// What GitHub Pages shows for an address that leads nowhere, however deep it is.
async function wrongAddress(page) {
    const fault = /status of 404/;
    await visit(page, { viewport: DESKTOP }, async tab => {
        const heading = await tab.getByRole("heading", { level: 1 }).textContent();
        if (!heading.includes("no such page")) {
            problems.push(`404.html: its heading is "${heading}"`);
        }
        await audit(tab, "404.html (light)");
        await tab.emulateMedia({ colorScheme: "dark" });
        await audit(tab, "404.html (dark)");
        const links = await tab.locator("a[href]").evaluateAll(links => [...new Set(links.map(link => link.href))]);
        for (const link of links.filter(link => link.startsWith(origin))) {
            const answer = await tab.request.get(link);
            if (!answer.ok()) {
                problems.push(`404.html: the link ${link.slice(origin.length)} leads nowhere`);
            }
        }
        await tab.getByRole("link", { name: "Begin at the beginning." }).click();
        await tab.waitForURL(`${origin}index.html`);
    }, fault);
}

// The whole book as one page, for paper.
async function wholeBook(pages) {
    await visit("print.html", { viewport: PAPER }, async tab => {
        const headings = await tab.locator("h1").count();
        if (headings < pages.length - 1) {
            problems.push(`print.html: ${headings} of ${pages.length - 1} pages are in it`);
        }
        await onPaper(tab, "print.html");
    });
}

// All pages of the site. The whole book as one page, for paper, opens the print dialog, and is made of the others.
async function findPages(folder) {
    const entries = await readdir(folder, { recursive: true });
    return entries
        .filter(name => name.endsWith(".html") && name !== "print.html" && name !== "404.html")
        .map(name => name.split(sep).join("/"))
        .sort();
}

function findBrowser() {
    const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe"];
    const folders = (process.env.PATH ?? "").split(delimiter);
    const found = [process.env.CHROMIUM, ...folders.flatMap(folder => names.map(name => join(folder, name)))]
        .find(path => path && existsSync(path));
    if (!found) {
        console.error("no Chromium or Chrome on the path: install one, or name it in the variable CHROMIUM");
        process.exit(2);
    }
    return found;
}

async function serve(request, response) {
    const { pathname: path } = new URL(request.url, "http://site/");
    const file = join(site, relative(base, decodeURIComponent(path.endsWith("/") ? `${path}index.html` : path)));
    if (relative(site, file).startsWith("..")) {
        response.writeHead(404).end();
        return;
    }
    try {
        const body = await readFile(file);
        if (!sizes.has(path)) {
            sizes.set(path, gzipSync(body).length);
        }
        response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
        response.writeHead(404, { "Content-Type": "text/html" }).end(lost);
    }
}
