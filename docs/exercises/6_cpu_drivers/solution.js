export function multiplyAdds(lanes, rows, columns) {
  return (rows * columns) / lanes;
}

export function loads(lanes, rows, columns) {
  return (rows + columns) / lanes;
}

export function bestTile(lanes, registers) {
  let best;
  for (let rows = lanes; rows <= lanes * registers; rows += lanes) {
    for (let columns = 4 * lanes; columns <= lanes * registers; columns += 4 * lanes) {
      if (multiplyAdds(lanes, rows, columns) + loads(lanes, rows, columns) > registers) continue;
      const ratio = multiplyAdds(lanes, rows, columns) / loads(lanes, rows, columns);
      if (!best || ratio > best.ratio) best = { rows, columns, ratio };
    }
  }
  return { rows: best.rows, columns: best.columns };
}
