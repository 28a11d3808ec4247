// Looks at a page as a browser laid it out. .ci/browser appends it to a copy of the page, in a frame of the width to
// test, since a window has a least width. What it finds goes to the page around it: `problem: ..` lines, then counts.
addEventListener('load', () => {
  const problems = [], counts = { width: innerWidth };
  const expect = (holds, text) => { if (!holds) problems.push('problem: ' + text); };
  const width = document.documentElement.clientWidth;
  const shown = node => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== 'hidden';
  const name = node => `${node.closest('figure')?.id ?? 'page'}: ${node.tagName} "${node.textContent.slice(0, 40)}"`;

  expect(document.documentElement.scrollWidth <= width, `the page is ${document.documentElement.scrollWidth} wide of ${width}`);
  const texts = [...document.querySelectorAll('svg text, h1, h2, p, summary, button')].filter(shown);
  counts.texts = texts.length;
  for (const text of texts) {
    const box = text.getBoundingClientRect();
    expect(box.left >= -1 && box.right <= width + 1, `${name(text)} goes from ${box.left} to ${box.right} of ${width}`);
    if (text instanceof SVGTextElement) expect(parseFloat(getComputedStyle(text).fontSize) >= 10.5, `${name(text)} is too small`);
  }

  // Labels of one picture never cover each other.
  for (const svg of document.querySelectorAll('svg.frame')) {
    const boxes = [...svg.querySelectorAll('text')].filter(shown).map(text => [text, text.getBoundingClientRect()]);
    boxes.forEach(([a, x], i) => boxes.slice(i + 1).forEach(([b, y]) => {
      const over = Math.min(x.right, y.right) - Math.max(x.left, y.left), down = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
      expect(over < 1 || down < 4, `${name(a)} and "${b.textContent}" cover each other`);
    }));
  }

  const figures = [...document.querySelectorAll('figure')];
  counts.figures = figures.length;
  counts.shapes = 0;
  for (const figure of figures) {
    const shapes = [...figure.querySelectorAll('svg .line, svg .bar, svg .area, svg .heat, td.gain, td.loss')]
      .filter(shape => { const box = shape.getBoundingClientRect(); return box.width > 0 && box.height + box.width > 1; });
    counts.shapes += shapes.length;
    expect(shapes.length > 0, `${figure.id} has no shape`);
    expect(figure.querySelectorAll('details tbody tr').length > 0, `${figure.id} has no numbers`);
    for (const svg of figure.querySelectorAll('svg[role=img]')) {
      const ids = svg.getAttribute('aria-labelledby').split(' ');
      expect(ids.every(id => document.getElementById(id)?.textContent), `${figure.id}: a picture without a name`);
    }
  }
  const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
  expect(new Set(ids).size === ids.length, 'an id occurs twice');

  // The animation: at every moment as many bars as there are files.
  counts.films = 0;
  for (const film of document.querySelectorAll('.film')) {
    counts.films++;
    const data = JSON.parse(document.getElementById(film.dataset.film).textContent), scrub = film.querySelector('.scrub');
    for (let step = 0; step <= 1000; step += 50) {
      scrub.value = step;
      scrub.dispatchEvent(new Event('input'));
      const moment = step / 1000 * data.end;
      const files = data.files.filter(file => file.b <= moment && !(file.g <= moment)).length;
      expect(film.querySelectorAll('.files .bar').length === files, `${film.dataset.film}: bars at ${moment}`);
      expect(film.querySelector('.moment').textContent.includes(` ${files} file`), `${film.dataset.film}: the text at ${moment}`);
    }
    film.querySelector('.play').click();
    expect(film.querySelector('.play').textContent.includes('Pause'), 'play does not play');
    film.querySelector('.play').click();
  }

  // The values under the pointer.
  for (const figure of figures) {
    if (!figure.querySelector('tr[data-x]')) continue;
    const plot = figure.querySelector('.plot'), box = plot.querySelector('svg').getBoundingClientRect();
    plot.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width / 2, clientY: box.top + 5 }));
    const tip = figure.querySelector('.tip');
    expect(tip && tip.textContent.includes('\n'), `${figure.id}: no values under the pointer`);
    if (tip) {
      const at = tip.getBoundingClientRect();
      expect(at.left >= -1 && at.right <= width + 1, `${figure.id}: the values go from ${at.left} to ${at.right}`);
    }
    plot.dispatchEvent(new PointerEvent('pointerleave'));
  }

  parent.postMessage([...problems, 'checked ' + JSON.stringify(counts)].join('\n'), '*');
});
