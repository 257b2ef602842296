package io.shiplog.events.seal;

/** What is sealed does not open: it was changed, moved, or made with another key. */
final class BrokenSealException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenSealException(String why) {
        super(why);
    }
}
