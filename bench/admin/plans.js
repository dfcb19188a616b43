/** How PostgreSQL answers a question: the texts that are sent on the way are asked for once more with EXPLAIN. */
export function plansOf(db) {
  const { session } = db._;
  const prepare = session.prepareQuery.bind(session);
  let sent = [];
  session.prepareQuery = (query, ...more) => {
    sent.push(query);
    return prepare(query, ...more);
  };
  return {
    async of(ask) {
      sent = [];
      await ask();
      const steps = [];
      for (const { sql: text, params } of [...sent]) {
        const rows = await session.client.unsafe(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, params);
        steps.push(...rows.map((row) => row['QUERY PLAN']));
      }
      const scans = [...new Set(steps.flatMap(scanOf))];
      return { scans, steps };
    },
  };
}

/** What was read and how; what was planned and never run counts not. */
function scanOf(step) {
  if (step.includes('never executed')) return [];
  const [, index] = /Index (?:Only )?Scan(?: Backward)? using (\w+)/.exec(step) ?? [];
  const [, bitmap] = /Bitmap Index Scan on (\w+)/.exec(step) ?? [];
  const [, whole] = /Seq Scan on (\w+)/.exec(step) ?? [];
  return [index, bitmap, whole && `all of ${whole}`].filter(Boolean);
}
