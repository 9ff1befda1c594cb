// order[first + batch * B + s], the index of sample s of the batch whose number `position` holds.
// A function only: batch.ts joins it to the kernels that gather, which declare `order` and `position`.

// Places beyond `last_place` read the last one, indices beyond `last_item` the last item; nothing overflows on the way.
fn sample_index(s: u32, batch_size: u32, first: u32, last_place: u32, last_item: u32) -> u32 {
  let batch = position[0];
  var place = last_place;
  if (position[1] == 0u && first <= last_place && batch <= (last_place - first) / batch_size) {
    place = min(first + batch * batch_size + min(s, last_place), last_place);
  }
  return min(order[place], last_item);
}
