import { mean } from "./stats";

describe("mean", () => {
  describe("of several", () => {
    it("takes two", () => {
      expect(mean([1, 2])).toBe(1.5);
    });

    it("takes (three)", async () => {
      expect(mean([1, 2, 3])).toBe(2);
    });
  });

  // nothing has no mean
  it("refuses none", () => {
    expect(() => mean([])).toThrow();
  });
});
