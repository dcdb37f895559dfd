// Colours for Rust, Go, TOML and terminal sessions: the book's four languages, in a twentieth of a general
// highlighter's size. It replaces highlight.js. Each language is a list of token classes and what they look like; the
// first that matches at a place wins.
"use strict";

(function highlight() {
    const words = list => new RegExp(`\\b(?:${list.replace(/ /g, "|")})\\b`, "y");
    const comment = ["comment", /\/\/.*|\/\*[^]*?\*\//y];
    const number = ["number", /\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?)(?:[iuf]\d+|[iu]size)?\b/iy];
    const call = ["function", /\b[a-z_]\w*(?=\s*\()/y];
    const type = ["type", /\b[A-Z]\w*/y];
    const word = [null, /\w+/y];

    const languages = {
        rust: [
            comment,
            ["string", /[bc]?r(#*)"[^]*?"\1|[bc]?"(?:\\[^]|[^"\\])*"|b?'(?:\\(?:x..|u\{.*?\}|.)|[^\\'])'/y],
            ["meta", /#!?\[(?:[^\[\]]|\[[^\]]*\])*\]/y],
            ["label", /'[a-z_]\w*/y],
            ["keyword", words("as async await break const continue crate dyn else enum extern fn for if impl in let "
                + "loop match mod move mut pub ref return self Self static struct super trait type unsafe use where "
                + "while")],
            ["literal", words("true false None Some Ok Err")],
            ["type", words("bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize")],
            ["macro", /\b[a-z_]\w*!(?!=)/y],
            number, call, type, word,
        ],
        go: [
            comment,
            ["string", /`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.[^']*|[^\\'])'/y],
            ["keyword", words("break case chan const continue default defer else fallthrough for func go goto if "
                + "import interface map package range return select struct switch type var")],
            ["literal", words("true false nil iota")],
            ["type", words("any bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune "
                + "string uint uint8 uint16 uint32 uint64 uintptr")],
            number, call, type, word,
        ],
        toml: [
            ["comment", /#.*/y],
            ["string", /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y],
            ["meta", /^\s*\[\[?[^\]\n]*\]\]?/my],
            ["function", /^\s*[\w.-]+(?=\s*=)/my],
            ["literal", words("true false")],
            number, word,
        ],
        console: [
            ["prompt", /^\$ (?=.)/my],
        ],
    };

    // The tokens of a text as [start, end, class].
    function tokens(text, language) {
        const found = [];
        for (let at = 0; at < text.length;) {
            let end = at + 1;
            for (const [name, pattern] of language) {
                pattern.lastIndex = at;
                const match = pattern.exec(text);
                if (match && match[0] !== "") {
                    end = pattern.lastIndex;
                    if (name) {
                        found.push([at, end, name]);
                    }
                    break;
                }
            }
            at = end;
        }
        return found;
    }

    // Wraps the tokens in spans. A token may begin in a hidden line and end in a shown one, so each text node is cut
    // where a token begins or ends.
    function colour(code, language) {
        const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        const nodes = [];
        while (walker.nextNode()) {
            nodes.push(walker.currentNode);
        }
        const all = tokens(code.textContent, language);
        let offset = 0;
        let first = 0;
        for (const node of nodes) {
            const text = node.data;
            const end = offset + text.length;
            const parts = [];
            let done = offset;
            while (first < all.length && all[first][1] <= offset) {
                first += 1;
            }
            for (let next = first; next < all.length && all[next][0] < end; next += 1) {
                const from = Math.max(all[next][0], offset);
                const to = Math.min(all[next][1], end);
                const span = document.createElement("span");
                span.className = "hl-" + all[next][2];
                span.textContent = text.slice(from - offset, to - offset);
                parts.push(text.slice(done - offset, from - offset), span);
                done = to;
            }
            node.replaceWith(...parts, text.slice(done - offset));
            offset = end;
        }
    }

    for (const code of document.querySelectorAll("pre > code")) {
        const name = [...code.classList].find(name => name.startsWith("language-"))?.slice("language-".length);
        if (Object.hasOwn(languages, name ?? "")) {
            colour(code, languages[name]);
        }
    }
})();
