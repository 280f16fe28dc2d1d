// Under load a browser that runs scripts need not wait: it looks for a number whose SHA-256 together with the
// form's ticket begins with enough zero bits (tutela.hotline.intake.tickets). Nothing is loaded or sent elsewhere.
"use strict";
(() => {
  const field = document.querySelector("input[name=number][data-ticket]");
  if (!field) return;

  const K = new Uint32Array(64);
  const START = new Uint32Array(8);
  // FIPS 180-4, 4.2.2 and 5.3.3: fractional parts of the roots of the first primes.
  const fraction = (root) => ((root - Math.floor(root)) * 4294967296) >>> 0;
  for (let n = 2, found = 0; found < 64; n += 1) {
    let prime = true;
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found] = fraction(Math.cbrt(n));
    found += 1;
  }
  const W = new Uint32Array(64);
  const turn = (x, by) => (x >>> by) | (x << (32 - by));

  function firstWord(text) {
    const state = Uint32Array.from(START);
    const bytes = new Uint8Array((((text.length + 8) >> 6) + 1) << 6);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    bytes[text.length] = 0x80;
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 4, text.length * 8);
    for (let at = 0; at < bytes.length; at += 64) {
      for (let i = 0; i < 16; i += 1) W[i] = view.getUint32(at + 4 * i);
      for (let i = 16; i < 64; i += 1) {
        const a = W[i - 15], b = W[i - 2];
        W[i] = (W[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + W[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
    }
    return state[0];
  }

  const ticket = field.dataset.ticket;
  const empty = 32 - Number(field.dataset.bits);
  let number = 0;
  function look() {
    const until = Date.now() + 20;
    do {
      if (firstWord(ticket + ":" + number) >>> empty === 0) {
        field.value = String(number);
        const send = document.getElementById("send");
        if (field.dataset.again && send) field.form.requestSubmit(send);
        return;
      }
      number += 1;
    } while (Date.now() < until);
    setTimeout(look, 0);
  }
  look();
})();
