// What a person would feel of the page: how long its frames are apart, and how long after something
// was done its answer is on the screen. Evaluated in the page itself.

// How far the rows move from one frame to the next, in pixels: some 7,000 a second.
const SCROLL_BY = 120;

globalThis.felt = (() => {
  const grid = document.querySelector("[role=grid]");
  const slider = document.querySelector("[role=slider]");

  // The rows are those of the position and of the filter.
  const settled = () =>
    grid.ariaBusy === "false" && grid.dataset.at === slider.getAttribute("aria-valuetext");

  let frames = [];
  // Which recording it is: one that is over asks for no more frames.
  let recording = 0;
  const record = (of) => {
    const frame = (now) => {
      if (of !== recording) return;
      frames.push(now);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  };

  let since;
  let waits = [];
  const done = (event) => (since = event.timeStamp);
  for (const name of ["pointermove", "input"]) addEventListener(name, done, true);
  const painted = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(0);
    });
  new MutationObserver(() => {
    if (since === undefined || !settled()) return;
    const from = since;
    since = undefined;
    painted((now) => waits.push(now - from));
  }).observe(grid, { attributes: true });

  return {
    settled,
    start: () => {
      frames = [];
      waits = [];
      since = undefined;
      record(++recording);
    },
    // Puts the rows elsewhere before every frame, down and up again.
    scroll: (millis) =>
      new Promise((resolve) => {
        let first;
        const frame = (now) => {
          first ??= now;
          if (now - first > millis) return resolve();
          grid.scrollTop += now - first > millis / 2 ? -SCROLL_BY : SCROLL_BY;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    stop: () => {
      recording++;
      return { frames: frames.slice(1).map((now, n) => now - frames[n]), waits };
    },
  };
})();
