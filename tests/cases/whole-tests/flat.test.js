const assert = require("assert");
const { mean } = require("./stats");

test("takes two", () => {
  assert.strictEqual(mean([1, 2]), 1.5);
});

test("takes a string with a } in it", function () {
  assert.throws(() => mean("}"));
});

test("refuses none", () => {
  assert.throws(() => {
    mean([]);
  });
});
