// The player of a trace. Step 0 is the whole picture; at step N only what has begun by then stands out.
{
    const figure = document.currentScript.closest("figure");
    const steps = [...figure.querySelectorAll("li")];
    const marks = [...figure.querySelectorAll("[data-from]")];
    const cursor = figure.querySelector(".gfs-cursor");
    const picture = figure.querySelector(".gfs-scroll");
    const list = figure.querySelector("ol");
    const player = figure.querySelector(".gfs-player");
    const slider = player.querySelector("input");
    const said = player.querySelector("output");
    const invitation = said.textContent;

    function show(number) {
        const step = steps[number - 1];
        const at = step ? Number(step.dataset.at) : Infinity;
        slider.value = number;
        for (const other of steps) other.removeAttribute("aria-current");
        for (const mark of marks) {
            const from = Number(mark.dataset.from), to = Number(mark.dataset.to);
            mark.classList.toggle("gfs-later", from > at);
            mark.classList.toggle("gfs-now", from === at || (from < at && at < to));
        }
        figure.classList.toggle("gfs-stepping", Boolean(step));
        said.textContent = step ? `${number} of ${steps.length}: ${step.textContent}` : invitation;
        for (const button of player.querySelectorAll("button")) {
            const next = number + Number(button.dataset.go);
            button.setAttribute("aria-disabled", next < 0 || next > steps.length);
        }
        if (!step) return;
        step.setAttribute("aria-current", "step");
        list.scrollTop = step.offsetTop - list.clientHeight / 2;
        cursor.setAttribute("transform", `translate(${step.dataset.x} 0)`);
        const drawing = picture.firstElementChild;
        const scale = drawing.clientWidth / drawing.viewBox.baseVal.width;
        picture.scrollLeft = step.dataset.x * scale - picture.clientWidth / 2;
    }

    player.addEventListener("click", event => {
        const button = event.target.closest("button");
        const number = button && Number(slider.value) + Number(button.dataset.go);
        if (button && number >= 0 && number <= steps.length) show(number);
    });
    slider.addEventListener("input", () => show(Number(slider.value)));
    steps.forEach((step, index) => step.addEventListener("click", () => show(index + 1)));
    list.classList.add("gfs-scrolls");
    player.hidden = false;
    show(0);
}
