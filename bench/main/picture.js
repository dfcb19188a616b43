/** Pixels. */
const [WIDTH, LEFT, RIGHT, TOP, BAR, GAP] = [760, 190, 70, 60, 11, 10];
/** Password hashes take so long that no other bar would be seen beside them. */
const LEFT_OUT = ['register', 'login', 'meNew', 'meSeen'];
/** It is read on light and dark pages. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .figure { font-size: 10px }
  .service { fill: #0969da } .postgres { fill: #54aeff }
  .other .service { fill: #9a6700 } .other .postgres { fill: #d4a72c }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .service { fill: #1f6feb } .postgres { fill: #79c0ff }
    .other .service { fill: #bb8009 } .other .postgres { fill: #e3b341 }
  }`;

/** An SVG of the processor time per call: a bar for each subject, in two parts for its program and its PostgreSQL. */
export function picture({ subjects, date, machine }) {
  const { floor: _, ...shown } = subjects;
  const names = Object.keys(shown);
  const keys = Object.keys(shown.service).filter((key) => !LEFT_OUT.includes(key));
  const most = Math.max(
    ...keys.flatMap((key) => names.flatMap((name) => (shown[name][key] ? [timeOf(shown[name][key])] : []))),
  );
  const scale = (milliseconds) => (milliseconds / most) * (WIDTH - LEFT - RIGHT);
  const step = names.length * BAR + GAP;
  const groups = keys.map((key, index) => group({ key, shown, y: TOP + index * step, scale }));
  const height = TOP + keys.length * step + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>Milliseconds of processor time per call</title>
<style>${STYLE}</style>
<text class="title" x="10" y="20">Milliseconds of processor time per call (less is better)</text>
${legend(names)}
<text class="figure" x="${WIDTH - 10}" y="20" text-anchor="end">${escaped(`${date}, ${machine}`)}</text>
${groups.join('\n')}
</svg>
`;
}

function group({ key, shown, y, scale }) {
  const names = Object.keys(shown);
  const label = `<text x="${LEFT - 10}" y="${y + (names.length * BAR) / 2 + 4}" text-anchor="end">${escaped(shown.service[key].title)}</text>`;
  const bars = names.map((name, index) => {
    const figure = shown[name][key];
    return figure ? bar({ figure, y: y + index * BAR, scale, other: name !== 'service' }) : '';
  });
  return [label, ...bars].join('\n');
}

function bar({ figure, y, scale, other }) {
  const [own, database] = [scale(figure.serviceMs), scale(figure.postgresMs)].map((value) => Number(value.toFixed(1)));
  const part = (kind, x, width) => `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${BAR - 1}"/>`;
  const end = LEFT + own + database + 5;
  return `<g${other ? ' class="other"' : ''}>${part('service', LEFT, own)}${part('postgres', LEFT + own, database)}<text class="figure" x="${end}" y="${y + BAR - 2}">${timeOf(figure).toFixed(2)}</text></g>`;
}

/** Darker is the program, lighter is PostgreSQL. */
function legend(names) {
  return names
    .map((name, index) => {
      const x = LEFT + index * 210;
      const squares = ['service', 'postgres'].map(
        (kind, place) => `<rect class="${kind}" x="${x + place * 12}" y="32" width="11" height="11"/>`,
      );
      return `<g${index > 0 ? ' class="other"' : ''}>${squares.join('')}<text x="${x + 30}" y="42">${escaped(name)}, PostgreSQL</text></g>`;
    })
    .join('\n');
}

function timeOf({ serviceMs, postgresMs }) {
  return serviceMs + postgresMs;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
