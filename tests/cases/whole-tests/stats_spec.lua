local stats = require("stats")

describe("mean", function()
  it("takes two", function()
    assert.are.equal(1.5, stats.mean({1, 2}))
  end)

  it("refuses none", function()
    assert.has_error(function()
      stats.mean({})
    end)
  end)
end)
