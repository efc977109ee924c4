/** Has one example, so that what calls code of projects is compiled before there is any. */
class Ready {
    /** doubled(2) = 4 */
    static int doubled(int number) {
        return 2 * number;
    }
}
