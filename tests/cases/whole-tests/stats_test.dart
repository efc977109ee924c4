import 'package:test/test.dart';
import 'package:stats/stats.dart';

void main() {
  group('mean', () {
    test('takes two', () {
      expect(mean([1, 2]), 1.5);
    });

    test('refuses none', () {
      expect(() => mean([]), throwsArgumentError);
    });
  });
}
