// What a person would feel of the page: how long its frames are apart, and how long after something
// was done its answer is on the screen. Evaluated in the page itself.

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
    stop: () => {
      recording++;
      return { frames: frames.slice(1).map((now, n) => now - frames[n]), waits };
    },
  };
})();
