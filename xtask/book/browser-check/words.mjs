// What readers look for, and the pages of which search must name one in the first three places.

export const WORDS = {
    "Amdahl": ["chapter-2/index.html"],
    "array job": ["chapter-3/array-job.html"],
    "back-pressure": ["chapter-6/index.html", "chapter-6/pipeline.html"],
    "backpressure": ["chapter-6/index.html", "chapter-6/pipeline.html"],
    "block_on": ["chapter-4/block-on.html"],
    "blocking call": ["chapter-5/blocking.html"],
    "channel": ["chapter-6/index.html"],
    "close": ["chapter-6/closing.html"],
    "concurrency": ["chapter-1/index.html"],
    "data race": ["chapter-2/refused.html", "chapter-6/index.html", "appendix/go-for-rust-readers.html"],
    "deadlock": ["chapter-6/deadlock.html"],
    "doctor": ["workshop/before.html", "index.html"],
    "event loop": ["chapter-1/index.html", "chapter-1/timers.html"],
    "fan-out": ["chapter-6/pipeline.html"],
    "future": ["chapter-4/countdown.html", "chapter-4/index.html"],
    "glossary": ["appendix/glossary.html"],
    "GOMAXPROCS": ["chapter-5/index.html"],
    "goroutine": ["chapter-4/index.html"],
    "JoinHandle": ["chapter-4/runtime.html"],
    "Mandelbrot": ["chapter-2/claiming.html", "chapter-2/index.html"],
    "merge sort": ["chapter-3/merge-sort.html"],
    "mutex": ["appendix/rust-for-go-readers.html", "appendix/go-for-rust-readers.html"],
    "netpoller": ["index.html", "chapter-5/index.html"],
    "parallelism": ["chapter-2/index.html"],
    "park": ["chapter-5/idle.html"],
    "pipeline": ["chapter-6/pipeline.html"],
    "poll": ["chapter-4/countdown.html", "chapter-4/index.html"],
    "preemption": ["chapter-1/starvation.html"],
    "Rayon": ["chapter-2/with-rayon.html"],
    "rendezvous": ["chapter-6/rendezvous.html"],
    "round robin": ["chapter-1/round-robin.html"],
    "run queue": ["chapter-4/runtime.html", "chapter-4/index.html"],
    "runnext": ["chapter-5/runnext.html"],
    "scheduler": ["chapter-5/index.html"],
    "SCHEDTRACE": ["chapter-5/trace.html"],
    "select": ["chapter-6/select.html"],
    "sleep": ["chapter-4/sleep.html"],
    "speedup": ["chapter-2/index.html"],
    "starvation": ["chapter-1/starvation.html"],
    "steal": ["chapter-5/steal.html"],
    "syscall": ["chapter-5/blocking.html"],
    "timer": ["chapter-1/timers.html"],
    "unbuffered": ["chapter-6/rendezvous.html"],
    "virtual clock": ["chapter-1/timers.html", "chapter-4/sleep.html"],
    "WaitGroup": ["chapter-4/wait-group.html"],
    "waker": ["chapter-4/index.html"],
    "work stealing": ["chapter-5/index.html", "chapter-5/steal.html"],
    "workshop": ["workshop/index.html"],
};

// Types each word as a reader does, and looks at the first three results.
export async function search(tab, expect) {
    await tab.keyboard.press("Control+k");
    const field = tab.locator("#mdbook-searchbar");
    await field.fill("goroutine");
    await tab.locator("#mdbook-searchresults a").first().waitFor();
    for (const [word, pages] of Object.entries(WORDS)) {
        await field.fill(word);
        const found = await tab.locator("#mdbook-searchresults a").evaluateAll(links => links.map(link => link.href));
        const first = found.slice(0, 3).map(href => href.replace(/^.*?\/\/[^/]+\/[^/]+\//, "").replace(/#.*/, ""));
        expect(pages.some(page => first.includes(page)),
            `search for "${word}" begins with ${first.join(", ") || "nothing"}, and not with ${pages.join(" or ")}`);
    }
}
