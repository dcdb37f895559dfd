// What a reader does without a mouse: Tab leads from the top of a page to everything that can be used, what has the focus
// is seen to have it, and Enter and the arrows work it.

const PRESSES = 1000;

// Goes through a page with Tab, and opens every box on the way. What it could not reach or see is a problem.
export async function walk(tab) {
    const problems = [];
    await tab.evaluate(prepare);
    for (let press = 0; press < PRESSES; press++) {
        await tab.keyboard.press("Tab");
        const stop = await tab.evaluate(() => window.keyboardWalk.look());
        if (stop.end) {
            problems.push(...await tab.evaluate(() => window.keyboardWalk.missed()));
            return problems;
        }
        if (stop.problem) {
            problems.push(stop.problem);
        }
        if (stop.closed) {
            await tab.keyboard.press("Enter");
            if (!await tab.evaluate(() => document.activeElement.closest("details").open)) {
                problems.push(`Enter does not open ${stop.name}`);
            }
        }
    }
    return [...problems, `Tab does not come to an end in ${PRESSES} presses: does something keep the focus?`];
}

// Runs in the page.
function prepare() {
    const USED = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";
    const reached = new Set();
    const shown = element => element.checkVisibility({ visibilityProperty: true })
        && !element.closest("details:not([open]) > :not(summary)") && !element.disabled;
    const name = element => {
        const words = (element.getAttribute("aria-label") ?? element.textContent).replace(/\s+/g, " ").trim();
        return `<${element.localName}> "${words.slice(0, 40)}"`;
    };
    // Scrolls by itself, so it must be reached, or hold something that is.
    const scrolls = element => ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
        && element.scrollWidth > element.clientWidth && shown(element);
    const within = (element, other) => element.contains(other) || other.contains(element);

    function focusSeen(element) {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) {
            return "no outline shows that the focus is on";
        }
        // Points of what is in the window: one of them is not covered by a bar.
        for (const box of element.getClientRects()) {
            for (const across of [0.02, 0.5, 0.98]) {
                for (const down of [0.05, 0.35, 0.65, 0.95]) {
                    const x = Math.max(0, box.left) + across * (Math.min(innerWidth, box.right) - Math.max(0, box.left));
                    const y = Math.max(0, box.top) + down * (Math.min(innerHeight, box.bottom) - Math.max(0, box.top));
                    const top = document.elementFromPoint(x, y);
                    if (top && within(element, top) && top !== document.body && top !== document.documentElement) {
                        return null;
                    }
                }
            }
        }
        return "the focus is out of sight on";
    }

    window.keyboardWalk = {
        look() {
            const element = document.activeElement;
            if (!element || element === document.body || reached.has(element)) {
                return { end: true };
            }
            reached.add(element);
            const fault = focusSeen(element);
            return {
                name: name(element),
                problem: fault && `${fault} ${name(element)}`,
                closed: element.matches("summary") && !element.parentElement.open,
            };
        },
        missed() {
            const unused = [...document.querySelectorAll(USED)].filter(element => shown(element) && !reached.has(element));
            const stuck = [...document.querySelectorAll("main *")].filter(element =>
                scrolls(element) && ![...reached].some(one => within(element, one)));
            return [...new Set([...unused, ...stuck])].map(element => `Tab does not reach ${name(element)}`);
        },
    };
    document.activeElement?.blur();
    scrollTo(0, 0);
}

// Presses Tab until what has the focus is `locator`'s element.
async function tabTo(tab, locator) {
    const target = await locator.elementHandle();
    for (let press = 0; press < PRESSES; press++) {
        if (await tab.evaluate(element => document.activeElement === element, target)) {
            return;
        }
        await tab.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${locator}`);
}

// The menu bar, search and the arrows, on any page that has one before and one after it.
export async function bars(tab, expect) {
    const focused = () => tab.evaluate(() => document.activeElement.textContent.trim());
    await tab.keyboard.press("Tab");
    expect(await focused() === "Skip to the text", "the first Tab does not offer to skip to the text");
    await tab.keyboard.press("Enter");
    await tab.keyboard.press("Tab");
    expect(await tab.evaluate(() => Boolean(document.activeElement.closest("main"))), "the skip link does not skip");

    await tab.reload();
    const contents = tab.getByRole("navigation", { name: "Table of contents" });
    await tabTo(tab, tab.getByRole("button", { name: "Contents" }));
    await tab.keyboard.press("Enter");
    expect(!await contents.isVisible(), "Enter on Contents does not hide the sidebar");
    await tab.keyboard.press("Enter");
    expect(await contents.isVisible(), "Enter on Contents does not bring the sidebar back");
    await tabTo(tab, contents.getByRole("link", { name: "Glossary" }));
    await Promise.all([tab.waitForURL("**/appendix/glossary.html"), tab.keyboard.press("Enter")]);

    await tabTo(tab, tab.getByRole("button", { name: "Theme" }));
    await tab.keyboard.press("Enter");
    await tabTo(tab, tab.getByRole("button", { name: "Dark" }));
    await tab.keyboard.press("Enter");
    const scheme = await tab.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(scheme === "dark", "Enter on Dark does not make the page dark");

    await tabTo(tab, tab.getByRole("button", { name: "Search" }));
    await tab.keyboard.press("Enter");
    await tab.keyboard.type("rendezvous");
    const first = tab.locator("#mdbook-searchresults a").first();
    await first.waitFor();
    const leads = await first.getAttribute("href");
    await tabTo(tab, first);
    await tab.keyboard.press("Enter");
    await tab.waitForURL(url => url.href.endsWith(leads.replace(/^(?:\.\.\/)+/, "")));

    for (const [key, rel] of [["ArrowRight", "next"], ["ArrowLeft", "prev"]]) {
        const href = await tab.locator(`.nav-chapters a[rel=${rel}]`).evaluate(link => link.href);
        await Promise.all([tab.waitForURL(href), tab.keyboard.press(key)]);
    }
}

// The player of a recorded trace.
export async function player(tab, expect) {
    const figure = tab.locator(".gfs-trace").first();
    const said = () => figure.locator("output").textContent();
    const steps = await figure.locator("li").count();
    await tabTo(tab, figure.getByRole("button", { name: "Next" }));
    await tab.keyboard.press("Enter");
    expect((await said()).startsWith(`1 of ${steps}: `), "Enter on Next does not show the first step");
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("ArrowRight");
    expect((await said()).startsWith(`2 of ${steps}: `), "an arrow on the slider does not show the next step");
    await tab.keyboard.press("End");
    expect((await said()).startsWith(`${steps} of ${steps}: `), "End on the slider does not show the last step");
    await tab.keyboard.press("Shift+Tab");
    await tab.keyboard.press("Shift+Tab");
    await tab.keyboard.press("Enter");
    expect((await said()).startsWith(`${steps - 1} of ${steps}: `), "Enter on Back does not go back");
}
