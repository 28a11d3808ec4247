/// What a page does when it may: the values under the pointer, and the animation. Everything can be read without it.
///
/// It makes text with `textContent` only, so what comes from the input stays text.
enum PageScript {
  static let source: StaticString = #"""
    (() => {
      'use strict';
      const svgNS = 'http://www.w3.org/2000/svg';
      const make = (name, attributes, parent) => {
        const node = document.createElementNS(svgNS, name);
        for (const key in attributes) node.setAttribute(key, attributes[key]);
        if (parent) parent.appendChild(node);
        return node;
      };

      // The row of the table that is nearest to the pointer, beside it.
      for (const figure of document.querySelectorAll('figure')) {
        const rows = [...figure.querySelectorAll('tr[data-x]')].map(row => ({ x: +row.dataset.x, row }));
        if (!rows.length) continue;
        const names = [...figure.querySelectorAll('.numbers thead th')].map(cell => cell.textContent);
        const tip = document.createElement('div'), hair = document.createElement('div');
        tip.className = 'tip'; hair.className = 'hair';
        const leave = () => { tip.remove(); hair.remove(); };
        for (const plot of figure.querySelectorAll('.plot')) {
          const svg = plot.querySelector('svg');
          plot.addEventListener('pointerleave', leave);
          plot.addEventListener('pointermove', event => {
            const box = svg.getBoundingClientRect(), outer = figure.getBoundingClientRect();
            const x = (event.clientX - box.left) / box.width;
            if (x < -0.02 || x > 1.02) return leave();
            const far = Math.min(...rows.map(row => Math.abs(row.x - x)));
            const near = rows.filter(row => Math.abs(Math.abs(row.x - x) - far) < 1e-9).slice(0, 2);
            tip.textContent = near.map(({ row }) => [...row.children].map((cell, i) =>
              i ? names[i] + '  ' + cell.textContent : cell.textContent).join('\n')).join('\n\n');
            figure.append(hair, tip);
            const left = box.left - outer.left + near[0].x * box.width;
            hair.style.cssText = `left:${left}px;top:${box.top - outer.top}px;height:${box.height}px`;
            const room = outer.width - tip.offsetWidth;
            tip.style.left = Math.max(0, Math.min(room, left + (left > outer.width / 2 ? -tip.offsetWidth - 12 : 12))) + 'px';
            tip.style.top = Math.max(0, box.top - outer.top - 8) + 'px';
          });
        }
      }

      const bytes = size => {
        const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
        let unit = 0;
        while (size >= 1023.5 && unit < 6) { size /= 1024; unit++; }
        return (unit ? +size.toPrecision(3) : Math.round(size)).toLocaleString('en') + ' ' + units[unit];
      };
      const two = number => String(number).padStart(2, '0');

      for (const film of document.querySelectorAll('.film')) {
        const data = JSON.parse(document.getElementById(film.dataset.film).textContent);
        const bars = film.querySelector('.files'), height = +bars.closest('svg').getAttribute('height');
        const scrub = film.querySelector('.scrub'), play = film.querySelector('.play');
        const cursor = film.querySelector('.cursor'), moment = film.querySelector('.moment');
        const slot = 100 / data.slots, share = size =>
          Math.max(2, (Math.log2(Math.max(size, 1)) - data.low) / (data.high - data.low) * (height - 24));
        const clock = t => {
          const s = Math.floor(t / 1000), day = Math.floor(s / 86400);
          return (day ? day + ' d ' : '') + two(Math.floor(s / 3600) % 24) + ':' + two(Math.floor(s / 60) % 60)
            + (data.end < 3600000 ? ':' + two(s % 60) : '');
        };
        const show = t => {
          const jobs = data.jobs.filter(job => job.b <= t && t < job.g);
          const busy = new Set(jobs.flatMap(job => job.i));
          const live = data.files.map((file, number) => ({ file, number }))
            .filter(({ file }) => file.b <= t && !(file.g <= t)).sort((a, b) => a.file.b - b.file.b || a.number - b.number);
          bars.replaceChildren();
          live.forEach(({ file, number }, place) => {
            const h = share(file.s);
            make('rect', { class: 'bar c' + file.c + (busy.has(number) ? ' busy' : ''), rx: 2, x: place * slot + slot * 0.1 + '%',
              width: slot * 0.8 + '%', y: height - h, height: h }, bars);
            if (data.slots > 9) return;
            make('text', { class: data.slots > 6 ? 'size optional' : 'size', x: (place + 0.5) * slot + '%', y: height - h,
              dy: -5 }, bars).textContent = bytes(file.s);
          });
          const sum = live.reduce((sum, { file }) => sum + file.s, 0);
          moment.textContent = `${clock(t)} · ${live.length} ${live.length === 1 ? 'file' : 'files'}, ${bytes(sum)}`
            + jobs.map(job => ` · ${job.e} merges ${job.i.length} files`).join('');
          cursor.setAttribute('x1', t / data.end * 100 + '%');
          cursor.setAttribute('x2', t / data.end * 100 + '%');
          scrub.setAttribute('aria-valuetext', clock(t));
        };
        let timer = 0, last = 0, now = data.moment;
        const stop = () => { cancelAnimationFrame(timer); timer = 0; play.textContent = '▶ Play'; };
        const go = t => { now = Math.max(0, Math.min(data.end, t)); scrub.value = now / data.end * 1000; show(now); };
        const step = time => {
          // The whole in half a minute.
          go(now + (time - last) / 30000 * data.end);
          last = time;
          if (now >= data.end) return stop();
          timer = requestAnimationFrame(step);
        };
        play.addEventListener('click', () => {
          if (timer) return stop();
          if (now >= data.end) now = 0;
          play.textContent = '❚❚ Pause';
          timer = requestAnimationFrame(time => { last = time; step(time); });
        });
        scrub.addEventListener('input', () => { stop(); now = scrub.value / 1000 * data.end; show(now); });
        const tracks = cursor.ownerSVGElement, drag = event => {
          const box = tracks.getBoundingClientRect();
          stop();
          go((event.clientX - box.left) / box.width * data.end);
        };
        tracks.addEventListener('pointerdown', event => { tracks.setPointerCapture(event.pointerId); drag(event); });
        tracks.addEventListener('pointermove', event => { if (event.buttons) drag(event); });
        film.querySelector('.controls').hidden = false;
        go(data.moment);
      }
    })();
    """#
}
