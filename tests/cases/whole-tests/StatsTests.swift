import XCTest
@testable import Stats

final class StatsTests: XCTestCase {
    func testMeanOfTwo() {
        XCTAssertEqual(mean([1, 2]), 1.5)
    }

    func testMeanOfNone() throws {
        XCTAssertThrowsError(try mean([])) { error in
            XCTAssertEqual(error as? StatsError, .empty)
        }
    }
}
