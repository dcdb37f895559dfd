// What stands around the pages once they are published: the sitemap, what a page tells a site that links to it, and the
// way from a page to its source.

import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";

// `pages` are the site's, `root` is the course's folder.
export async function published(site, pages, root) {
    const problems = [];
    const sitemap = await readFile(join(site, "sitemap.xml"), "utf8").catch(() => "");
    const listed = [...sitemap.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, address]) => address);
    const book = await readFile(join(root, "book.toml"), "utf8");
    const home = book.match(/^published-at = "([^"]+)"/m)?.[1] ?? "";
    const known = new Set(listed.map(address => address.slice(home.length).replace(/(^|\/)$/, "$1index.html")));
    for (const page of pages.filter(page => page !== "toc.html")) {
        const html = await readFile(join(site, page), "utf8");
        const property = name => html.match(new RegExp(`<meta (?:property|name)="${name}" content="([^"]+)"`))?.[1];
        if (!known.delete(page)) {
            problems.push(`${page}: is not in sitemap.xml`);
        }
        for (const name of ["og:title", "og:description", "og:site_name", "og:type", "description"]) {
            if (!property(name)) {
                problems.push(`${page}: has no ${name}`);
            }
        }
        const source = html.match(/<a href="[^"]*\/edit\/main\/([^"]+)" rel="edit">/)?.[1];
        if (!source || !existsSync(join(root, source))) {
            problems.push(`${page}: its edit link leads to ${source ?? "nothing"}`);
        }
    }
    return [...problems, ...[...known].map(page => `sitemap.xml: names ${page}, which does not exist`)];
}
