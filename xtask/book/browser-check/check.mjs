// Checks the built site in a browser: `node check.mjs <site-dir>`, after `npm ci`.
//
// On every page, in light and in dark: no axe violation (WCAG 2.2 AA and best practice), no message in the console, no
// sideways scrolling at 390 px, the same text without JavaScript, at most 120 KB over the wire. Also: the theme menu, the
// sidebar as a drawer, search, and paper printed from dark. `book lint` has checked the links already.
// The browser is Chromium or Chrome, found on the path or named in the variable CHROMIUM.

import { createServer } from "node:http";
import { readFile, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, extname, join, relative, resolve, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const BUDGET = 120 * 1024;
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };

const site = resolve(process.argv[2] ?? "");
if (!existsSync(join(site, "index.html"))) {
    console.error("usage: node check.mjs <site-dir>, a folder that `book build` wrote");
    process.exit(2);
}
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const problems = [];
const served = [];
const server = createServer(serve);
await new Promise(listening => server.listen(0, "127.0.0.1", listening));
// In a folder, as on GitHub Pages: at the root, a path with one `../` too many would still be found.
const origin = `http://127.0.0.1:${server.address().port}/site/`;
const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
});
try {
    const pages = await findPages(site);
    let heaviest = 0;
    for (const page of pages) {
        const { weight, text } = await onDesktop(page) ?? { weight: 0, text: "" };
        heaviest = Math.max(heaviest, weight);
        await onPhone(page);
        await withoutScripts(page, text);
    }
    await controls(pages.find(page => page.includes("/")) ?? pages[0]);
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
    served.length = 0;
    return visit(page, { colorScheme: "light", viewport: DESKTOP }, async tab => {
        await tab.waitForLoadState("networkidle");
        const weight = served.reduce((sum, body) => sum + gzipSync(body).length, 0);
        if (weight > BUDGET) {
            problems.push(`${page}: ${(weight / 1024).toFixed(1)} KB, more than ${BUDGET / 1024}`);
        }
        const text = await textOf(tab);
        await audit(tab, `${page} (light)`);
        await tab.emulateMedia({ colorScheme: "dark" });
        await audit(tab, `${page} (dark)`);
        return { weight, text };
    });
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

// The text of a page, without what scripts add to code blocks and what they hide.
function textOf(tab) {
    return tab.evaluate(() => {
        const main = document.querySelector("main").cloneNode(true);
        main.querySelectorAll(".code-tools, .result, .boring, script").forEach(added => added.remove());
        return main.textContent.replace(/\s+/g, " ").trim();
    });
}

// One visit, in a browser that remembers nothing. Whatever the page prints to the console is a problem.
async function visit(page, options, work) {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(10_000);
    const tab = await context.newPage();
    tab.on("console", message => {
        if (["error", "warning"].includes(message.type())) {
            problems.push(`${page}: console: ${message.text()}`);
        }
    });
    tab.on("pageerror", error => problems.push(`${page}: ${error.message}`));
    // Nothing on a page may need another site.
    await tab.route(url => !url.href.startsWith(origin), route => {
        problems.push(`${page}: loads ${route.request().url()}`);
        return route.abort();
    });
    try {
        await tab.goto(origin + page, { waitUntil: "load" });
        return await work(tab);
    } catch (error) {
        problems.push(`${page}: ${error.message.split("\n")[0]}`);
    } finally {
        await context.close();
    }
}

async function audit(tab, where) {
    await tab.evaluate(axe);
    const found = await tab.evaluate(tags => window.axe.run({ runOnly: tags }), AXE_TAGS);
    for (const { id, help, nodes } of found.violations) {
        const places = nodes.map(node => node.target.join(" ")).slice(0, 4).join(", ");
        problems.push(`${where}: ${id}: ${help}: ${places}${nodes.length > 4 ? ` and ${nodes.length - 4} more` : ""}`);
    }
}

// What a reader opens: each state is audited too.
async function controls(page) {
    const expect = (holds, what) => holds || problems.push(`${page}: ${what}`);
    const theme = tab => tab.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    const background = tab => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);

    await visit(page, { colorScheme: "light", viewport: DESKTOP }, async tab => {
        await tab.getByRole("button", { name: "Theme" }).click();
        await audit(tab, `${page} (theme menu)`);
        await tab.getByRole("button", { name: "Dark" }).click();
        expect(await theme(tab) === "dark", "the button Dark does not make the page dark");
        await tab.reload();
        expect(await theme(tab) === "dark", "the choice of a theme does not survive a reload");
        await tab.emulateMedia({ media: "print" });
        expect(await background(tab) === "rgb(255, 255, 255)", "a dark page does not print on white");
    });

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
    const path = decodeURIComponent(new URL(request.url, "http://site/").pathname);
    const file = join(site, relative("/site/", path.endsWith("/") ? `${path}index.html` : path));
    if (relative(site, file).startsWith("..")) {
        response.writeHead(404).end();
        return;
    }
    try {
        const body = await readFile(file);
        served.push(body);
        response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
        response.writeHead(404).end();
    }
}
